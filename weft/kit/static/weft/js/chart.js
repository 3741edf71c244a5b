// A chart from JSON: lines or bars in Weft's colours, a sentence above it, its table behind it; ECharts is loaded only here.

import { colour, html, lang, onScheme, say, still, words, written } from "./words.js";

const TABLE_ROWS = 500;
const SLIDER_FROM = 400;
const clock = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
const date = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeZone: "UTC" });

/** Fetch the figure's series and draw them. */
export async function start(figure) {
  const plot = figure.querySelector("[data-chart-plot]");
  const sentence = figure.querySelector("[data-chart-sentence]");
  let data;
  try {
    const answer = await fetch(figure.dataset.src, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    data = await answer.json();
  } catch {
    sentence.textContent = words.failed;
    plot.hidden = true;
    return;
  }
  const title = figure.querySelector(".chart-title");
  if (!title && data.title && !figure.dataset.untitled) sentence.before(html("b", { className: "chart-title", textContent: data.title }));
  const empty = !data.series.some((series) => series.points.some((point) => valueOf(point) !== null));
  sentence.textContent = data.sentence || (empty ? words.noData : "");
  fillTable(figure, data);
  if (empty) {
    plot.hidden = true;
    return;
  }
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", [data.title, data.sentence].filter(Boolean).join(". "));
  await draw(plot, data, figure.dataset.kind || "line");
}

async function draw(plot, data, kind) {
  const { init } = await import("../vendor/echarts/echarts.mjs");
  if (data.categories) plot.style.height = `${data.categories.length * data.series.length * 30 + 12}px`;
  const chart = init(plot, null, { renderer: "svg" });
  const redraw = () => chart.setOption(optionsOf(data, { kind, width: plot.clientWidth }), true);
  redraw();
  onScheme(redraw);
  new ResizeObserver(() => {
    if (!plot.isConnected) return chart.dispose();
    chart.resize();
  }).observe(plot);
}

const valueOf = (point) => (Array.isArray(point) ? point[1] : point);

/** The wall clock that an ISO time shows, as milliseconds; the chart's axis runs on it. */
export const wall = (iso) => Date.parse(`${iso.slice(0, 16)}${iso.length > 10 ? "" : "T00:00"}Z`);

function optionsOf(data, { kind, width }) {
  const ink = colour("ink");
  const soft = colour("ink-soft");
  const line = colour("line");
  if (data.categories) return barsByName(data, { ink, soft, line, font: fontOf() });
  const named = data.series.length > 1 && kind === "line";
  const long = Math.max(...data.series.map((series) => series.points.length)) > SLIDER_FROM;
  return {
    useUTC: true,
    animation: !still(),
    animationDuration: 300,
    textStyle: { ...fontOf(), color: ink },
    aria: { enabled: false },
    grid: {
      left: 4,
      right: named ? Math.min(150, width * 0.26) : 18,
      top: 30,
      bottom: long ? 46 : 6,
      outerBoundsMode: "same",
    },
    tooltip: tooltip(data, { line, byName: false }),
    xAxis: timeAxis(data, { soft, line, width }),
    yAxis: {
      type: "value",
      name: data.unit,
      scale: kind === "line" && !data.fromZero,
      nameTextStyle: { color: soft, align: "left" },
      nameGap: 12,
      splitNumber: 4,
      axisLabel: { color: soft, formatter: written },
      splitLine: { lineStyle: { color: line } },
    },
    dataZoom: long ? [zoomBar({ soft, line }), { type: "inside", zoomOnMouseWheel: "ctrl", moveOnMouseMove: false }] : [],
    series: [
      ...fan(data),
      ...room(data),
      ...data.series.map((series, position) => drawn(series, { data, kind, position, named, ink })),
    ],
  };
}

function drawn(series, { data, kind, position, named, ink }) {
  const tint = colour(`data-${(position % 6) + 1}`);
  const points = series.points.map(([at, value]) => [wall(at), value]);
  return {
    name: series.name,
    type: kind,
    data: points,
    showSymbol: points.length < 40,
    symbolSize: 5,
    sampling: points.length > 2000 ? "lttb" : undefined,
    connectNulls: false,
    itemStyle: { color: tint, borderRadius: kind === "bar" ? [2, 2, 0, 0] : 0 },
    lineStyle: { width: 2, color: tint, type: position > 2 ? "dashed" : "solid" },
    barMaxWidth: 34,
    emphasis: { disabled: true },
    endLabel: { show: named, formatter: series.name, color: tint, fontWeight: 560, distance: 6 },
    labelLayout: { moveOverlap: "shiftY" },
    markLine: position === 0 ? lines(data, { ink }) : undefined,
  };
}

function lines(data, { ink }) {
  const limits = (data.limits || []).map((limit) => ({
    yAxis: limit.value,
    label: { formatter: `${limit.name} ${written(limit.value)} ${data.unit || ""}`, position: "insideEndTop" },
    lineStyle: { color: colour("critical"), type: [6, 4], width: 1.5 },
  }));
  const marks = (data.marks || []).map((mark) => ({
    xAxis: wall(mark.at),
    label: { formatter: mark.name, position: "insideEndTop", rotate: 0, align: "left" },
    lineStyle: { color: ink, type: "solid", width: 1 },
  }));
  return {
    silent: true,
    symbol: "none",
    animation: false,
    label: { color: ink, fontSize: 12, backgroundColor: colour("sheet"), padding: [1, 3] },
    data: [...limits, ...marks],
  };
}

/** A series nobody sees at the height of the limits, so that the axis holds them however far the values are. */
function room(data) {
  const first = data.series.flatMap((series) => series.points)[0];
  if (!data.limits?.length || !first) return [];
  const points = data.limits.map((limit) => [wall(first[0]), limit.value]);
  return [{ type: "line", data: points, symbol: "none", silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } }];
}

function fan(data) {
  if (!data.fan?.length) return [];
  const band = { type: "line", stack: "fan", symbol: "none", silent: true, lineStyle: { opacity: 0 } };
  return [
    { ...band, data: data.fan.map(([at, low]) => [wall(at), low]) },
    {
      ...band,
      data: data.fan.map(([at, low, high]) => [wall(at), high - low]),
      areaStyle: { color: colour("data-1"), opacity: 0.18 },
    },
  ];
}

function timeAxis(data, { soft, line, width }) {
  const times = data.series.flatMap((series) => series.points.map((point) => wall(point[0])));
  const short = Math.max(...times) - Math.min(...times) < 75 * 86400000;
  if (monthly(data)) return monthAxis([...new Set(times)].sort((a, b) => a - b), { soft, line, width });
  return {
    type: "time",
    splitNumber: Math.max(2, Math.round(width / 110)),
    axisLine: { lineStyle: { color: line } },
    axisTick: { lineStyle: { color: line } },
    axisLabel: { color: soft, hideOverlap: true, formatter: (at) => tickInWords(at, short) },
  };
}

/** Whether every time is a day and the first of its month: then months are counted, not days. */
const monthly = (data) =>
  !data.categories && data.series.every((series) => series.points.every(([at]) => /^\d{4}-\d{2}-01$/.test(at)));

/** Ticks at months alone, as many as there is room for; the first one and each January tell the year. */
function monthAxis(times, { soft, line, width }) {
  const count = (at) => new Date(at).getUTCFullYear() * 12 + new Date(at).getUTCMonth();
  const wanted = (count(times.at(-1)) - count(times[0])) / Math.max(2, Math.floor(width / 70));
  const step = [1, 2, 3, 6, 12].find((months) => months >= wanted) || 12 * Math.ceil(wanted / 12);
  const ticks = times.filter((at) => step === 1 || count(at) % step === 0);
  const named = (at) => (at === ticks[0] || !new Date(at).getUTCMonth() ? monthAndYear : month).format(at);
  return {
    type: "time",
    axisLine: { lineStyle: { color: line } },
    axisTick: { lineStyle: { color: line }, customValues: ticks },
    axisLabel: { color: soft, hideOverlap: true, customValues: ticks, formatter: named },
  };
}

const monthAndYear = new Intl.DateTimeFormat(lang, { month: "short", year: "numeric", timeZone: "UTC" });
const wholeMonth = new Intl.DateTimeFormat(lang, { month: "long", year: "numeric", timeZone: "UTC" });
const hour = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" });
const dayOfMonth = new Intl.DateTimeFormat(lang, { day: "numeric", month: "short", timeZone: "UTC" });
const month = new Intl.DateTimeFormat(lang, { month: "short", timeZone: "UTC" });

function tickInWords(at, short) {
  const tick = new Date(at);
  if (tick.getUTCHours() || tick.getUTCMinutes()) return hour.format(tick);
  if (short || tick.getUTCDate() !== 1) return dayOfMonth.format(tick);
  return tick.getUTCMonth() ? month.format(tick) : String(tick.getUTCFullYear());
}

/** Bars by name lie on their side, so that the names can be read; each says its value. */
function barsByName(data, { ink, soft, line, font }) {
  const label = { show: true, position: "right", color: ink, formatter: ({ value }) => (value == null ? "" : written(value)) };
  return {
    animation: !still(),
    animationDuration: 300,
    textStyle: { ...font, color: ink },
    grid: { left: 4, right: 48, top: 4, bottom: 4, outerBoundsMode: "same" },
    tooltip: tooltip(data, { line, byName: true }),
    xAxis: { type: "value", show: false },
    yAxis: {
      type: "category",
      inverse: true,
      data: data.categories,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: soft, width: 150, overflow: "break" },
    },
    series: data.series.map((series, position) => ({
      name: series.name,
      type: "bar",
      data: series.points.map(valueOf),
      barMaxWidth: 20,
      itemStyle: { color: colour(`data-${(position % 6) + 1}`), borderRadius: [0, 2, 2, 0] },
      emphasis: { disabled: true },
      label,
    })),
  };
}

const fontOf = () => ({ fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 });

function zoomBar({ soft, line }) {
  return {
    type: "slider",
    height: 20,
    bottom: 6,
    borderColor: line,
    fillerColor: colour("thread-wash"),
    handleStyle: { color: colour("sheet"), borderColor: colour("thread") },
    moveHandleSize: 0,
    showDetail: false,
    dataBackground: { lineStyle: { color: soft, opacity: 0.5 }, areaStyle: { color: line, opacity: 0.5 } },
    selectedDataBackground: { lineStyle: { color: colour("thread") }, areaStyle: { color: colour("thread-wash") } },
  };
}

function tooltip(data, { line, byName }) {
  const unit = data.unit ? ` ${data.unit}` : "";
  const inWords = wordsOf(data);
  return {
    trigger: "axis",
    renderMode: "richText",
    confine: true,
    backgroundColor: colour("sheet"),
    borderColor: line,
    borderWidth: 1,
    padding: 10,
    textStyle: { color: colour("ink"), fontSize: 13, lineHeight: 18 },
    axisPointer: { type: "line", lineStyle: { color: colour("line-strong"), type: "solid" } },
    formatter: (hits) => {
      const told = hits.filter((hit) => data.series.some((series) => series.name === hit.seriesName));
      const head = byName ? told[0]?.name : told[0] && inWords(told[0].value[0]);
      const rows = told.map((hit) => {
        const value = Array.isArray(hit.value) ? hit.value[1] : hit.value;
        const shown = value === null || value === undefined ? words.noValue : `${written(value)}${unit}`;
        return told.length > 1 ? `${hit.seriesName}: ${shown}` : shown;
      });
      return [head, ...rows].join("\n");
    },
  };
}

const momentInWords = (at) => (at % 86400000 ? clock : date).format(at);
const wordsOf = (data) => (monthly(data) ? (at) => wholeMonth.format(at) : momentInWords);

function fillTable(figure, data) {
  const behind = figure.querySelector("[data-chart-table]");
  const details = behind.closest("details");
  details.addEventListener("toggle", () => behind.childElementCount || behind.append(tableOf(data)));
}

function tableOf(data) {
  const keys = data.categories || [...new Set(data.series.flatMap((one) => one.points.map((point) => point[0])))].sort();
  const columns = data.series.map((one) => (data.categories ? one.points.map(valueOf) : new Map(one.points)));
  const unit = data.unit ? ` (${data.unit})` : "";
  const inWords = wordsOf(data);
  const head = html("tr", {}, html("th", { scope: "col", textContent: data.categories ? "" : words.time }));
  for (const one of data.series) head.append(html("th", { scope: "col", className: "num", textContent: one.name + unit }));
  const body = html("tbody");
  keys.slice(0, TABLE_ROWS).forEach((key, position) => {
    const row = html("tr", {}, html("th", { scope: "row", textContent: data.categories ? key : inWords(wall(key)) }));
    for (const column of columns) {
      const value = data.categories ? column[position] : column.get(key);
      row.append(html("td", { className: "num", textContent: value == null ? "–" : written(value) }));
    }
    body.append(row);
  });
  const table = html("table", {}, html("thead", {}, head), body);
  if (keys.length > TABLE_ROWS) {
    table.prepend(html("caption", { textContent: say("shownOf", { shown: written(TABLE_ROWS), of: written(keys.length) }) }));
  }
  return table;
}
