// From what the server tells of a chart to what the library draws: looks only, no figures.

const TITLE = "#757575";
const TEXT = "#222";
const RULE = "#dadce0";
const GRID = "#eeeff0";
const FONT = "Roboto, Arial, sans-serif";
const DASHES = {
  DOTTED: [2, 3],
  MEDIUM_DASHED: [6, 4],
  MEDIUM_DASHED_DOTTED: [6, 3, 2, 3],
  LONG_DASHED: [10, 5],
  LONG_DASHED_DOTTED: [10, 4, 2, 4],
};
const SHAPES = { CIRCLE: "circle", DIAMOND: "diamond", SQUARE: "rect", TRIANGLE: "triangle", HEXAGON: "circle", PENTAGON: "circle", STAR: "pin", X_MARK: "none" };
const PLACES = { CENTER: "inside", LEFT: "left", RIGHT: "right", ABOVE: "top", BELOW: "bottom" };

/** Style of a text: what the specification says, over what is usual. */
function lettering(chart, own, usual) {
  const { colour, size, bold, italic, font } = own || {};
  return {
    color: colour || usual.color || TEXT,
    fontSize: size || usual.size || 12,
    fontWeight: bold ? "bold" : "normal",
    fontStyle: italic ? "italic" : "normal",
    fontFamily: font || chart.font ? `${font || chart.font}, ${FONT}` : FONT,
  };
}

/** Lines of a tooltip, as nodes: what stands in cells is text and never markup. */
function tip(lines) {
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

const tooltip = (formatter) => ({
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

function titles(chart) {
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

function legendOf(chart, names) {
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
    selectedMode: false,
    formatter: (name) => (name.startsWith("\u0000") ? "" : name),
    textStyle: { color: TEXT, fontSize: 12, fontFamily: FONT, ...(aside ? { width: Math.min(150, chart.width / 4), overflow: "truncate" } : {}) },
    pageIconSize: 10,
  };
}

function plot(chart) {
  const aside = Math.min(190, chart.width / 3.4);
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

/** Axis of values: the server says where its marks are and what is written at them. */
function values(chart, axis, { isAcross, isSecond = false }) {
  const widest = Math.max(...axis.texts.map((text) => text.length));
  return {
    type: "value",
    min: axis.min,
    max: axis.max,
    interval: axis.step,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { show: !isSecond, lineStyle: { color: GRID } },
    axisLabel: {
      ...labels(chart),
      formatter: (value) => axis.texts[Math.round((value - axis.min) / axis.step)] ?? "",
      hideOverlap: true,
    },
    ...axisTitle(chart, axis, isAcross ? 28 : 14 + widest * 6.6),
  };
}

function categories(chart, { isAcross }) {
  const longest = Math.max(0, ...chart.categories.map((text) => text.length));
  const room = Math.min(150, chart.width / 4);
  return {
    type: "category",
    data: chart.categories,
    inverse: isAcross ? chart.reversed : !chart.reversed,
    axisLine: { show: true, onZero: true, lineStyle: { color: "#5f6368" } },
    axisTick: { show: false },
    axisLabel: {
      ...labels(chart),
      hideOverlap: true,
      ...(isAcross ? crowded(chart, longest) : { interval: 0, width: room, overflow: "truncate" }),
    },
    ...axisTitle(chart, chart.axes.domain, isAcross ? 30 + (crowded(chart, longest).rotate ? 34 : 0) : 18 + Math.min(room, longest * 6.6)),
  };
}

/** Labels that do not fit side by side are turned, as Sheets turns them. */
function crowded(chart, longest) {
  const each = (chart.width - 90 - (chart.legend === "right" || chart.legend === "left" ? 160 : 0)) / Math.max(1, chart.categories.length);
  if (longest * 6.4 <= each - 4) return { interval: 0 };
  if (each < 14) return {};
  return longest * 6.4 <= 2.2 * each && longest > 8
    ? { interval: 0, width: each - 6, overflow: "break" }
    : { interval: 0, rotate: 40, width: 84, overflow: "truncate" };
}

function labelled(chart, series, isBar, kind) {
  if (!series.labels) return { show: false };
  const ends = isBar ? ["insideLeft", "insideRight", "right"] : ["insideBottom", "insideTop", "top"];
  const bars = { INSIDE_BASE: ends[0], INSIDE_END: ends[1], OUTSIDE_END: ends[2] };
  const usual = kind === "COLUMN" || kind === "BAR" ? (chart.stacked ? "inside" : ends[2]) : "top";
  return {
    show: true,
    position: bars[series.placement] || PLACES[series.placement] || usual,
    formatter: ({ dataIndex }) => series.labels[dataIndex] ?? "",
    ...lettering(chart, series.letters, { size: 12 }),
  };
}

function bars(chart, series, isBar) {
  return {
    type: "bar",
    stack: chart.stacked ? series.axis : undefined,
    barMaxWidth: chart.touching ? undefined : 90,
    barCategoryGap: chart.touching ? "2%" : "32%",
    barGap: "6%",
    itemStyle: { color: series.colour },
    label: labelled(chart, series, isBar, "COLUMN"),
    data: series.values.map((value, i) => ({
      value: value ?? "-",
      itemStyle: series.single[i] ? { color: series.single[i] } : undefined,
    })),
  };
}

function lines(chart, series, kind) {
  const line = series.lineStyle || {};
  const point = series.pointStyle || {};
  const isArea = kind === "AREA" || kind === "STEPPED_AREA";
  const isPoint = kind === "SCATTER";
  return {
    type: isPoint ? "scatter" : "line",
    stack: chart.stacked && isArea ? series.axis : undefined,
    smooth: chart.smooth && kind === "LINE" ? 0.4 : false,
    step: kind === "STEPPED_AREA" ? "middle" : false,
    connectNulls: chart.bridged,
    symbol: SHAPES[point.shape] || "circle",
    symbolSize: point.size || (isPoint ? 7 : 6),
    showSymbol: isPoint || Boolean(series.pointStyle) || Object.keys(series.single).length > 0 || Boolean(series.labels) || series.values.filter((v) => v !== null).length === 1,
    itemStyle: { color: series.colour },
    lineStyle: { color: series.colour, width: line.type === "INVISIBLE" ? 0 : line.width || 2, type: DASHES[line.type] || "solid" },
    areaStyle: isArea ? { color: series.colour, opacity: 0.3 } : undefined,
    label: labelled(chart, series, false, kind),
    data: series.values.map((value, i) => ({
      value: isPoint ? [chart.positions[i] ?? "-", value ?? "-"] : value ?? "-",
      itemStyle: series.single[i] ? { color: series.single[i] } : undefined,
    })),
  };
}

/** A name for the library that no other series has. */
const named = (series, at) => series.name || `\u0000${at}`;

function basic(chart) {
  const isBar = chart.type === "BAR";
  const isScatter = chart.type === "SCATTER";
  const along = isScatter
    ? { ...values(chart, chart.axes.domain, { isAcross: true }), splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: "#5f6368" } } }
    : categories(chart, { isAcross: !isBar });
  const up = [chart.axes.left, chart.axes.right]
    .map((axis, at) => axis && values(chart, axis, { isAcross: isBar, isSecond: at === 1 && Boolean(chart.axes.left) }))
    .map((axis, at) => axis || { type: "value", show: false, position: at ? "right" : "left" });
  const series = chart.series.map((one, at) => ({
    name: named(one, at),
    ...(one.type === "COLUMN" || one.type === "BAR" ? bars(chart, one, isBar) : lines(chart, one, one.type)),
    [isBar ? "xAxisIndex" : "yAxisIndex"]: one.axis === "right" ? 1 : 0,
    emphasis: { focus: "none" },
  }));
  if (chart.totals) series.push(totals(chart, isBar));
  return {
    [isBar ? "yAxis" : "xAxis"]: along,
    [isBar ? "xAxis" : "yAxis"]: up,
    grid: plot(chart),
    series,
    legend: legendOf(chart, chart.series.map(named)),
    tooltip: tooltip(({ seriesIndex, dataIndex, color }) => {
      const one = chart.series[seriesIndex];
      if (!one) return "";
      const name = isScatter ? "" : chart.categories[dataIndex];
      return tip([name && { name }, { name: one.name || undefined, text: one.texts[dataIndex] ?? "", colour: color }]);
    }),
  };
}

/** Texts over stacks: bars of no height on top of the others. */
function totals(chart, isBar) {
  return {
    name: "\u0000totals",
    type: "bar",
    stack: "left",
    silent: true,
    data: chart.totals.map(() => 0),
    label: { show: true, position: isBar ? "right" : "top", formatter: ({ dataIndex }) => chart.totals[dataIndex], ...lettering(chart, {}, { size: 12 }) },
  };
}

function bubble(chart) {
  return {
    xAxis: { ...values(chart, chart.axes.domain, { isAcross: true }), axisLine: { show: true, onZero: false, lineStyle: { color: "#5f6368" } } },
    yAxis: values(chart, chart.axes.left, { isAcross: false }),
    grid: plot(chart),
    legend: legendOf(chart, chart.groups.map(named)),
    series: chart.groups.map((group, at) => ({
      name: named(group, at),
      type: "scatter",
      itemStyle: { color: group.colour, opacity: chart.opacity, borderColor: chart.edge || "#fff", borderWidth: 1 },
      emphasis: { scale: false },
      labelLayout: { hideOverlap: false },
      data: chart.points
        .filter((point) => point.group === at)
        .map((point) => ({ value: [point.x, point.y], symbolSize: 2 * point.radius, point, label: bubbleLabel(chart, point) })),
    })),
    tooltip: tooltip(({ data, color }) => {
      const { label, group, texts } = data.point;
      const [x, y, size] = chart.names;
      const title = label || chart.groups[group].name;
      return tip([
        title && { name: title, colour: color },
        { name: x || "x", text: texts[0] },
        { name: y || "y", text: texts[1] },
        texts[2] && { name: size || "Size", text: texts[2] },
      ]);
    }),
  };
}

/** A bubble's label stands in it where it fits, and beside it where it does not. */
function bubbleLabel(chart, point) {
  const style = lettering(chart, chart.letters, { size: 12 });
  const fits = point.label.length * style.fontSize * 0.55 <= 2 * point.radius - 4;
  return { show: Boolean(point.label), position: fits ? "inside" : "top", distance: 3, formatter: () => point.label, ...style };
}

function pie(chart) {
  const names = chart.slices.map(named);
  const beside = chart.legend === "labeled";
  const { left, right, top, bottom } = plot(chart);
  return {
    legend: legendOf(chart, names),
    series: [
      {
        type: "pie",
        left,
        right,
        top,
        bottom,
        radius: [`${chart.hole * 84}%`, "84%"],
        startAngle: 90,
        emphasis: { scale: false },
        label: beside
          ? { formatter: ({ dataIndex }) => `${chart.slices[dataIndex].name}\n${chart.slices[dataIndex].share}`, color: TEXT, fontFamily: FONT }
          : { position: "inner", formatter: ({ dataIndex, percent }) => (percent < 4 ? "" : chart.slices[dataIndex].share), color: "#fff", fontFamily: FONT },
        labelLine: { show: beside },
        data: chart.slices.map((slice, at) => ({ name: names[at], value: slice.value, itemStyle: { color: slice.colour, borderColor: "#fff", borderWidth: 1 } })),
      },
    ],
    tooltip: tooltip(({ dataIndex, color }) => {
      const slice = chart.slices[dataIndex];
      return tip([slice.name && { name: slice.name }, { text: `${slice.text} (${slice.share})`, colour: color }]);
    }),
  };
}

const KINDS = { basicChart: basic, bubbleChart: bubble, pieChart: pie, histogramChart: basic };

/** Options of the library for a chart as the server tells it. */
export function optionsOf(chart) {
  return {
    animation: false,
    backgroundColor: "transparent",
    textStyle: { fontFamily: FONT },
    title: titles(chart),
    ...KINDS[chart.kind](chart),
  };
}
