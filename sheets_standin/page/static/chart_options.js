// From what the server tells of a chart to what the library draws: looks only, no figures.

import { FONT, LINE, TEXT, categories, contrast, legendOf, lettering, named, plot, tip, titles, tooltip, values, widest } from "./chart_parts.js";

const DASHES = {
  DOTTED: [2, 3],
  MEDIUM_DASHED: [6, 4],
  MEDIUM_DASHED_DOTTED: [6, 3, 2, 3],
  LONG_DASHED: [10, 5],
  LONG_DASHED_DOTTED: [10, 4, 2, 4],
};
const SHAPES = { CIRCLE: "circle", DIAMOND: "diamond", SQUARE: "rect", TRIANGLE: "triangle", HEXAGON: "circle", PENTAGON: "circle", STAR: "pin", X_MARK: "none" };
const PLACES = { CENTER: "inside", LEFT: "left", RIGHT: "right", ABOVE: "top", BELOW: "bottom" };

function labelled(chart, series, isBar, kind) {
  if (!series.labels) return { show: false };
  const ends = isBar ? ["insideLeft", "insideRight", "right"] : ["insideBottom", "insideTop", "top"];
  const bars = { INSIDE_BASE: ends[0], INSIDE_END: ends[1], OUTSIDE_END: ends[2] };
  const usual = kind === "COLUMN" || kind === "BAR" ? (chart.stacked ? "inside" : ends[2]) : "top";
  const position = bars[series.placement] || PLACES[series.placement] || usual;
  return {
    show: true,
    position,
    formatter: ({ dataIndex }) => (chart.stacked && !series.values[dataIndex] ? "" : series.labels[dataIndex] ?? ""),
    ...lettering(chart, series.letters, { size: 12, color: position.startsWith("inside") ? contrast(series.colour) : TEXT }),
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

function basic(chart) {
  const isBar = chart.type === "BAR";
  const isScatter = chart.type === "SCATTER";
  const along = isScatter
    ? { ...values(chart, chart.axes.domain, { isAcross: true }), splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: LINE } } }
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
    grid: plot(chart, chart.series.map(named)),
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
    xAxis: { ...values(chart, chart.axes.domain, { isAcross: true }), axisLine: { show: true, onZero: false, lineStyle: { color: LINE } } },
    yAxis: values(chart, chart.axes.left, { isAcross: false }),
    grid: plot(chart, chart.groups.map(named)),
    legend: legendOf(chart, chart.groups.map(named)),
    series: chart.groups.map((group, at) => ({
      name: named(group, at),
      type: "scatter",
      itemStyle: { color: group.colour, opacity: chart.opacity, borderColor: chart.edge || "#fff", borderWidth: 1 },
      emphasis: { scale: false },
      labelLayout: { moveOverlap: "shiftY" },
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
  const fits = widest([point.label], style.fontSize) <= 2 * point.radius - 6;
  const colour = fits && !chart.letters.colour ? contrast(chart.groups[point.group].colour) : style.color;
  return { show: Boolean(point.label), position: fits ? "inside" : "right", distance: 4, formatter: () => point.label, ...style, color: colour, opacity: 1 };
}

function pie(chart) {
  const names = chart.slices.map(named);
  const beside = chart.legend === "labeled";
  const { left, right, top, bottom } = plot(chart, names);
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
