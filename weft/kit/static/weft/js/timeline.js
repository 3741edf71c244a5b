// A slider over days: it moves a map, keeps the day in the address, plays, and draws the backlog under itself.

import { dayInWords, html, say, still, svg, weekday, words, written } from "./words.js";

const DAY = 86400000;
const PACE = 700;
const FRESH = 60000;

/** Bring one slider to life. */
export async function start(form) {
  const find = (name) => form.querySelector(`[data-timeline-${name}]`);
  const range = find("range");
  const state = {
    form,
    range,
    find,
    first: Date.parse(`${form.dataset.start}T00:00Z`),
    target: document.getElementById(form.dataset.target),
    values: [],
    timer: null,
  };
  state.kept = html("input", { type: "hidden", name: "at", value: dayOf(state) });
  form.append(state.kept);
  form.addEventListener("submit", (event) => event.preventDefault());
  range.addEventListener("input", () => moved(state));
  find("live").addEventListener("click", () => {
    stop(state);
    range.value = range.max;
    moved(state);
  });
  find("play").addEventListener("click", () => (state.timer ? stop(state) : play(state)));
  scale(state);
  tell(state);
  state.target?.addEventListener("weft:filtered", () => drawLine(state));
  setInterval(() => onLastDay(state) && !document.hidden && moved(state), FRESH);
  await drawLine(state);
}

const onLastDay = ({ range }) => range.value === range.max;
const dayOf = ({ first, range }) => new Date(first + range.value * DAY).toISOString().slice(0, 10);

function moved(state) {
  const at = dayOf(state);
  state.kept.value = at;
  tell(state);
  clearTimeout(state.soon);
  state.soon = setTimeout(() => {
    const address = new URL(location);
    address.searchParams.set("at", at);
    if (onLastDay(state)) address.searchParams.delete("at");
    history.replaceState(history.state, "", address);
    state.target?.dispatchEvent(new CustomEvent("weft:at", { bubbles: true, detail: { at } }));
  }, 120);
  clearTimeout(state.rest);
  state.rest = setTimeout(() => state.target?.dispatchEvent(new CustomEvent("weft:settled", { bubbles: true, detail: { at } })), 500);
}

/** Say the day and what was open then, in the line beside the slider and to a screen reader. */
function tell(state) {
  const wall = state.first + state.range.value * DAY;
  const day = dayInWords(wall);
  const open = state.values[state.range.value];
  const more = open == null ? weekday(wall) : say("backlog", { n: written(open) });
  state.range.setAttribute("aria-valuetext", open == null ? day : `${day}. ${more}`);
  state.find("day").replaceChildren(html("b", { textContent: day }), html("span", { textContent: more }));
  const here = state.find("line").querySelector(".here");
  if (here) for (const end of ["x1", "x2"]) here.setAttribute(end, state.range.value);
}

function play(state) {
  if (onLastDay(state)) state.range.value = 0;
  const step = Math.max(1, Math.round(state.range.max / 120));
  const tick = () => {
    state.range.value = Math.min(state.range.max, Number(state.range.value) + step);
    moved(state);
    if (onLastDay(state)) stop(state);
  };
  state.timer = setInterval(tick, still() ? PACE * 2 : PACE);
  pressed(state, true);
}

function stop(state) {
  clearInterval(state.timer);
  state.timer = null;
  pressed(state, false);
}

function pressed(state, on) {
  const button = state.find("play");
  button.dataset.on = on ? "yes" : "no";
  button.title = on ? words.pause : words.play;
  state.find("word").textContent = on ? words.pause : words.play;
}

// ------------------------------------------------------------------ the line of the backlog and the months under it

async function drawLine(state) {
  const { form, find, range } = state;
  if (!form.dataset.src) return;
  const address = new URL(form.dataset.src, location);
  for (const [name, value] of new URLSearchParams(location.search)) address.searchParams.set(name, value);
  const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const points = (await answer.json()).series[0].points;
  const values = filled(points, state);
  state.values = values;
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  const height = (value) => (38 - (34 * value) / most).toFixed(1);
  const runs = [];
  let run = null;
  values.forEach((value, day) => {
    if (value == null) run = null;
    else if (run) run.push([day, height(value)]);
    else runs.push((run = [[day, height(value)]]));
  });
  find("line").replaceChildren();
  for (const points of runs) {
    const path = points.map((point) => point.join()).join(" ");
    find("line").append(
      svg("polygon", { class: "area", points: `${points[0][0]},40 ${path} ${points.at(-1)[0]},40` }),
      svg("polyline", { class: "line", points: path }),
    );
  }
  find("line").append(svg("line", { class: "here", x1: range.value, x2: range.value, y1: 0, y2: 40 }));
  tell(state);
}

/** One value for each day of the slider; a day that is left out has the value of the day before. */
function filled(points, { first, range }) {
  const values = new Array(Number(range.max) + 1).fill(undefined);
  for (const [day, value] of points) values[Math.round((Date.parse(`${day}T00:00Z`) - first) / DAY)] = value;
  for (let day = 1; day < values.length; day++) if (values[day] === undefined) values[day] = values[day - 1];
  return values.slice(0, Number(range.max) + 1);
}

function scale({ find, first, range }) {
  const days = Number(range.max);
  const written = new Intl.DateTimeFormat(document.documentElement.lang, { month: "short", timeZone: "UTC" });
  const picture = svg("svg", {});
  const every = days > 1200 ? 12 : days > 500 ? 3 : matchMedia("(max-width: 48rem)").matches ? 3 : 1;
  const month = new Date(first);
  month.setUTCDate(1);
  for (month.setUTCMonth(month.getUTCMonth() + 1); month - first < days * DAY; month.setUTCMonth(month.getUTCMonth() + 1)) {
    const number = month.getUTCMonth();
    if (number % every) continue;
    const x = `${(((month - first) / DAY / days) * 100).toFixed(2)}%`;
    const text = number ? written.format(month) : String(month.getUTCFullYear());
    picture.append(svg("text", { x, y: 12, "text-anchor": "middle" }, text));
  }
  find("scale").replaceChildren(picture);
}
