// Titles, legends, axes and tooltips of charts, as Sheets draws them.

const TITLE = "#757575";
export const LINE = "#5f6368";
export const TEXT = "#222";
const RULE = "#dadce0";
const GRID = "#eeeff0";
export const FONT = "Roboto, Arial, sans-serif";
const ruler = document.createElement("canvas").getContext("2d");

/** Width of the widest of some texts, in pixels. */
export function widest(texts, size = 12) {
  ruler.font = `${size}px ${FONT}`;
  return Math.max(0, ...texts.map((text) => ruler.measureText(text).width));
}

/** White or nearly black, whichever reads better on a colour. */
export function contrast(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? TEXT : "#fff";
}

/** Style of a text: what the specification says, over what is usual. */
export function lettering(chart, own, usual) {
  const { colour, bold, italic, font } = own || {};
  const size = own?.size || usual.size || 12;
  return {
    color: colour || usual.color || TEXT,
    fontSize: size,
    lineHeight: Math.round(size * 1.2),
    fontWeight: bold ? "bold" : "normal",
    fontStyle: italic ? "italic" : "normal",
    fontFamily: font || chart.font ? `${font || chart.font}, ${FONT}` : FONT,
  };
}

/** Lines of a tooltip, as nodes: what stands in cells is text and never markup. */
export function tip(lines) {
  return lines.filter(Boolean).map(({ name, text, colour }) => {
    const line = document.createElement("div");
    line.className = "chart-tip";
    if (colour) {
      const dot = document.createElement("span");
      dot.className = "chart-dot";
      dot.style.backgroundColor = colour;
      line.append(dot);
    }
    if (name) {
      const label = document.createElement("span");
      label.textContent = text === undefined ? name : `${name}: `;
      if (text === undefined) label.className = "chart-tip-head";
      line.append(label);
    }
    if (text !== undefined) {
      const value = document.createElement("b");
      value.textContent = text;
      line.append(value);
    }
    return line;
  });
}

export const tooltip = (formatter) => ({
  trigger: "item",
  confine: true,
  className: "chart-tooltip",
  transitionDuration: 0,
  backgroundColor: "#fff",
  borderColor: RULE,
  padding: [6, 10],
  textStyle: { color: TEXT, fontSize: 12, fontFamily: FONT },
  formatter,
});

export function titles(chart) {
  const left = { left: 14, center: "center", right: "right" }[chart.title.align] ?? 14;
  return {
    text: chart.title.text,
    subtext: chart.subtitle.text,
    left,
    top: 10,
    itemGap: 4,
    textStyle: { ...lettering(chart, chart.title, { color: TITLE, size: 16 }), width: chart.width - 28, overflow: "truncate" },
    subtextStyle: { ...lettering(chart, chart.subtitle, { color: TITLE, size: 12 }), width: chart.width - 28, overflow: "truncate" },
  };
}

/** Height that title and subtitle take. */
function head(chart) {
  const size = chart.title.size || 16;
  return (chart.title.text ? size + 24 : 14) + (chart.subtitle.text ? (chart.subtitle.size || 12) + 8 : 0);
}

export function legendOf(chart, names) {
  if (chart.legend === "none" || chart.legend === "labeled" || !names.length) return { show: false };
  const aside = chart.legend === "left" || chart.legend === "right";
  return {
    show: true,
    type: "scroll",
    data: names.map((name) => ({ name, icon: "circle" })),
    orient: aside ? "vertical" : "horizontal",
    ...(aside ? { [chart.legend]: 12, top: head(chart) + 6, bottom: 12 } : {}),
    ...(chart.legend === "top" || chart.legend === "inside" ? { top: head(chart) - 4, left: "center" } : {}),
    ...(chart.legend === "bottom" ? { bottom: 10, left: "center" } : {}),
    itemWidth: 12,
    itemHeight: 12,
    itemGap: aside ? 8 : 14,
    itemStyle: { opacity: 1 },
    selectedMode: false,
    formatter: unnamed,
    textStyle: { ...lettering(chart, {}, {}), ...(aside ? { width: legendWidth(chart, names), overflow: "truncate" } : {}) },
    pageIconSize: 10,
  };
}

/** A name for the library that no other series has. */
export const named = (series, at) => series.name || `\u0000${at}`;

const unnamed = (name) => (name.startsWith("\u0000") ? "" : name);

const legendWidth = (chart, names) => Math.min(chart.width / 3.4, widest(names.map(unnamed)) + 2);

export function plot(chart, names) {
  const aside = legendWidth(chart, names) + 46;
  return {
    left: chart.legend === "left" ? aside : 18,
    right: chart.legend === "right" ? aside : 24,
    top: head(chart) + (chart.legend === "top" || chart.legend === "inside" ? 26 : 8),
    bottom: chart.legend === "bottom" ? 40 : 14,
    outerBoundsMode: "same",
    outerBoundsContain: "all",
  };
}

function axisTitle(chart, axis, gap) {
  if (!axis.title) return {};
  return {
    name: axis.title,
    nameLocation: "middle",
    nameGap: gap,
    nameTextStyle: lettering(chart, axis.letters, { size: 12 }),
  };
}

const labels = (chart) => lettering(chart, {}, { size: 12, color: "#444746" });

/** Pixels between two marks of an axis that lies across. */
function markRoom(chart, axis) {
  const names = (chart.series || chart.groups).map(named);
  const { left, right } = plot(chart, names);
  const labelled = chart.type === "BAR" ? Math.min(150, chart.width / 4, widest(chart.categories)) : widest(chart.axes.left.texts);
  const hasTitle = (chart.type === "BAR" ? chart.axes.domain : chart.axes.left).title;
  const beside = labelled + (hasTitle ? 40 : 10) + widest(axis.texts) / 2;
  return Math.max(1, ((chart.width - left - right - beside) * axis.step) / (axis.max - axis.min));
}

/** Axis of values: the server says where its marks are and what is written at them. */
export function values(chart, axis, { isAcross, isSecond = false }) {
  const customValues = axis.texts.map((_text, at) => axis.first + at * axis.step);
  const every = isAcross ? Math.ceil((widest(axis.texts) + 12) / markRoom(chart, axis)) : 1;
  return {
    type: "value",
    min: axis.min,
    max: axis.max,
    interval: axis.step,
    axisLine: { show: false },
    axisTick: { show: false, customValues },
    splitLine: { show: !isSecond, lineStyle: { color: GRID } },
    axisLabel: {
      ...labels(chart),
      customValues,
      formatter: (value) => {
        const at = Math.round((value - axis.first) / axis.step);
        return at % every ? "" : (axis.texts[at] ?? "");
      },
      hideOverlap: false,
    },
    ...axisTitle(chart, axis, isAcross ? 28 : 16 + widest(axis.texts)),
  };
}

export function categories(chart, { isAcross }) {
  const longest = widest(chart.categories);
  const room = Math.min(150, chart.width / 4);
  const fitted = isAcross ? crowded(chart, longest) : { interval: 0, width: room, overflow: "truncate" };
  return {
    type: "category",
    data: chart.categories,
    inverse: isAcross ? chart.reversed : !chart.reversed,
    axisLine: { show: true, onZero: true, lineStyle: { color: LINE } },
    axisTick: { show: false },
    axisLabel: {
      ...labels(chart),
      ...fitted,
    },
    ...axisTitle(chart, chart.axes.domain, isAcross ? 28 + (fitted.rotate ? 46 : fitted.lines ? 14 * (fitted.lines - 1) : 0) : 18 + Math.min(room, longest)),
  };
}

/** Labels that do not fit side by side are turned, as Sheets turns them. */
function crowded(chart, longest) {
  const { left, right } = plot(chart, chart.series.map(named));
  const beside = [chart.axes.left, chart.axes.right].filter(Boolean).reduce((sum, axis) => sum + widest(axis.texts) + (axis.title ? 32 : 10), 0);
  const each = (chart.width - left - right - beside) / Math.max(1, chart.categories.length);
  if (longest <= each - 6) return { interval: 0 };
  if (each < 16) return { hideOverlap: true };
  const longestWord = widest(chart.categories.flatMap((text) => text.split(" ")));
  if (longestWord <= each - 6) return { interval: 0, width: each - 4, overflow: "break", lines: Math.ceil(longest / (each - 16)) };
  return { interval: 0, rotate: 40, width: 84, overflow: "truncate" };
}
