// The live city on the map: areas coloured by a number; requests, alerts and sensors gathered in clusters; legend and list.

import { bounds } from "./geometry.js";
import { json, nameAreas, note, shape } from "./mapbase.js";
import { colour, html, onScheme, say, still, svg, words, written } from "./words.js";

const CLUSTER_UP_TO = 16;
const LIST_UP_TO = 100;
const POINTS = ["sensors", "requests", "alerts"];
const RADIUS = { requests: 46, alerts: 38 };

/** The word for a tone: an open request is open, a critical one is late; a sensor over its limit is over it. */
const wordOf = (layer, tone) => words[`${layer}-${tone}`] || "";

/** Show what the element's address tells, and follow the time slider and the filters. */
export async function show(gl, { element, map, areas }) {
  const layers = (element.dataset.layers || "").split(",");
  const state = { gl, element, map, areas, layers, data: {}, marks: new Map(), popup: null, asked: null };
  state.extent = bounds(areas);
  state.settle = nameAreas(gl, { map, areas, marks: () => boxesOf(element) });
  if (layers.includes("sensors")) dots(state);
  if (layers.includes("areas")) areaPopups(state);
  for (const layer of layers) if (RADIUS[layer]) cluster(state, layer);
  map.on("moveend", () => drawMarks(state));
  rove(state);
  element.addEventListener("weft:at", (event) => refresh(state, { at: event.detail.at }));
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.dataset.weftMapFilter === element.id) filterChanged(state, form);
  });
  if (!element.dataset.src) return;
  await refresh(state, {});
  map.on("moveend", () => {
    clearTimeout(state.moved);
    if (!state.everything) state.moved = setTimeout(() => refresh(state, {}), 300);
  });
}

function filterChanged(state, form) {
  const asked = Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
  const address = new URL(location);
  for (const { name } of form.elements) if (name) address.searchParams.delete(name);
  for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
  history.replaceState(history.state, "", address);
  state.element.dispatchEvent(new CustomEvent("weft:filtered", { bubbles: true }));
  refresh(state, {});
}

/** Fetch what the map shows at a moment and under the filters of the address, keeping the view. */
async function refresh(state, { at }) {
  const address = new URL(state.element.dataset.src, location);
  if (state.element.classList.contains("fill")) {
    for (const [name, value] of new URLSearchParams(location.search)) address.searchParams.set(name, value);
  }
  state.at = at || state.at;
  if (state.at) address.searchParams.set("at", state.at);
  const part = !state.everything && !holds(state.map.getBounds(), state.extent);
  if (part) address.searchParams.set("bbox", boxOf(state.map));
  state.asked?.abort();
  state.asked = new AbortController();
  try {
    state.data = await json(address, state.asked.signal);
  } catch (problem) {
    if (problem.name !== "AbortError") note(state.element, words.failed);
    return;
  }
  state.whole = isWhole(state, { part });
  state.everything = state.whole && !part;
  colourAreas(state);
  for (const layer of POINTS) state.map.getSource(layer)?.setData(pointsOf(state, layer));
  state.settle(state.whole ? {} : countsOf(state.data));
  legend(state);
  list(state.element, state.data, state.areas);
  note(state.element, state.whole ? "" : words.nearer);
  state.element.dispatchEvent(new CustomEvent("weft:shown", { bubbles: true, detail: state.data }));
}

/** Whether every open request of the view came along; when not, numbers by area are shown instead of points. */
function isWhole(state, { part }) {
  const { shown, of, complete } = state.data;
  if (!state.layers.includes("requests") || shown === undefined) return true;
  if (complete !== undefined) return complete;
  return (!part && shown >= of) || shown % 100 > 0;
}

const holds = (view, [west, south, east, north]) => view.contains([west, south]) && view.contains([east, north]);

/** The points of a layer; a sensor over its limit is shown by its alert. */
function pointsOf({ data, layers, whole }, layer) {
  const points = data[layer] || none();
  if (layer === "requests" && !whole) return none();
  if (layer !== "sensors" || !layers.includes("alerts")) return points;
  const calm = ({ properties: { tone } }) => tone !== "warning" && tone !== "critical";
  return { ...points, features: points.features.filter(calm) };
}

const countsOf = (data) =>
  Object.fromEntries(Object.entries(data.areas || {}).map(([code, { value }]) => [code, value ? written(value) : ""]));

const boxOf = (map) => map.getBounds().toArray().flat().map((part) => part.toFixed(5)).join();
const none = () => ({ type: "FeatureCollection", features: [] });

function highest(data) {
  return Math.max(1, ...Object.values(data.areas || {}).map((area) => area.value ?? 0));
}

function colourAreas({ layers, map, areas, data }) {
  if (!layers.includes("areas")) return;
  const most = highest(data);
  for (const { properties } of areas.features) {
    const value = data.areas?.[properties.code]?.value;
    map.setFeatureState({ source: "areas", id: properties.code }, { share: value == null ? null : value / most });
  }
}

function areaPopups(state) {
  const { map } = state;
  let hovered;
  const hover = (code) => {
    if (hovered) map.setFeatureState({ source: "areas", id: hovered }, { hover: false });
    hovered = code;
    if (code) map.setFeatureState({ source: "areas", id: code }, { hover: true });
  };
  map.on("mousemove", "areas", (event) => hover(event.features[0].properties.code));
  map.on("mouseleave", "areas", () => hover(null));
  map.on("click", "areas", (event) => {
    if (event.originalEvent.target.closest(".map-cluster, .map-point") || event.defaultPrevented) return;
    const { code, name } = event.features[0].properties;
    const known = state.data.areas?.[code] || {};
    popup(state, event.lngLat, { title: name, text: known.label, href: known.href });
  });
}

function popup(state, at, { title, text, href, items, layer }) {
  const body = html("div", {}, html("p", {}, html("b", { textContent: title || "" })));
  if (text) body.append(html("p", { textContent: text }));
  if (href) body.append(html("p", {}, html("a", { href, textContent: words.openPage })));
  if (items) body.append(html("ul", { className: "list" }, ...items.map((item) => html("li", {}, entry(layer, item)))));
  state.popup?.remove();
  state.popup = new state.gl.Popup({ maxWidth: "20rem", focusAfterOpen: true }).setLngLat(at).setDOMContent(body).addTo(state.map);
  return state.popup;
}

function entry(layer, { name, detail, url, tone }) {
  const title = url ? html("a", { href: url, textContent: name }) : html("b", { textContent: name });
  const told = [wordOf(layer, tone), detail].filter(Boolean).join(". ");
  return html("span", {}, html("span", { className: `tone ${tone}` }, shape(tone)), " ", title, told ? ` ${told}` : "");
}

// ------------------------------------------------------------------ sensors in order: quiet dots; the list holds them for the keyboard

function dots(state) {
  const { map } = state;
  const size = ["interpolate", ["linear"], ["zoom"], 10, 2, 13, 3.5, 16, 7];
  map.addSource("sensors", { type: "geojson", data: none() });
  map.addLayer({ id: "sensors", type: "circle", source: "sensors", paint: { ...dotPaint(), "circle-radius": size } });
  onScheme(() => Object.entries(dotPaint()).forEach(([name, value]) => map.setPaintProperty("sensors", name, value)));
  map.on("mouseenter", "sensors", () => (map.getCanvas().style.cursor = "pointer"));
  map.on("mouseleave", "sensors", () => (map.getCanvas().style.cursor = ""));
  map.on("click", "sensors", (event) => {
    event.preventDefault();
    const { name, detail, url, tone } = event.features[0].properties;
    popup(state, event.lngLat, { title: name, text: [wordOf("sensors", tone), detail].filter(Boolean).join(". "), href: url });
  });
}

/** Filled where there is a value, hollow where the sensor is silent. */
function dotPaint() {
  const silent = ["==", ["get", "tone"], "off"];
  return {
    "circle-color": ["case", silent, colour("sheet"), colour("ok")],
    "circle-stroke-color": ["case", silent, colour("neutral"), colour("sheet")],
    "circle-stroke-width": 1,
  };
}

// ------------------------------------------------------------------ points and clusters, as buttons

function cluster(state, layer) {
  const { map } = state;
  map.addSource(layer, {
    type: "geojson",
    data: none(),
    cluster: true,
    clusterRadius: RADIUS[layer],
    clusterMaxZoom: CLUSTER_UP_TO,
    clusterProperties: { critical: ["+", ["case", ["==", ["get", "tone"], "critical"], 1, 0]] },
  });
  map.addLayer({ id: layer, type: "circle", source: layer, paint: { "circle-radius": 1, "circle-opacity": 0 } });
  map.on("sourcedata", (event) => event.sourceId === layer && event.isSourceLoaded && drawMarks(state));
}

/** Put a button for every point and cluster of the view, and take away those that are gone. */
function drawMarks(state) {
  const { map, marks, gl } = state;
  const seen = new Map();
  for (const layer of state.layers) {
    if (!map.getSource(layer) || !RADIUS[layer]) continue;
    for (const { properties, geometry } of map.querySourceFeatures(layer)) {
      seen.set(keyOf(layer, { properties, geometry }), { layer, properties, geometry });
    }
  }
  for (const [key, mark] of marks) {
    if (seen.has(key)) continue;
    mark.remove();
    marks.delete(key);
  }
  for (const [key, { layer, properties, geometry }] of seen) {
    if (marks.has(key)) continue;
    const make = properties.cluster ? clusterButton : pointButton;
    const element = make(state, { layer, properties, at: geometry.coordinates });
    marks.set(key, marker(gl, element).setLngLat(geometry.coordinates).addTo(map));
  }
  arrange(state);
}

function keyOf(layer, { properties, geometry }) {
  const spot = geometry.coordinates.map((part) => part.toFixed(4)).join();
  if (!properties.cluster) return `${layer}:${properties.id}:${spot}:${properties.tone}:${properties.detail}`;
  return `${layer}:${properties.cluster_id}:${properties.point_count}:${properties.critical}:${spot}`;
}

function marker(gl, element) {
  const label = element.getAttribute("aria-label");
  const made = new gl.Marker({ element });
  element.setAttribute("aria-label", label);
  element.removeAttribute("role");
  return made;
}

function clusterButton(state, { layer, properties, at }) {
  const { point_count: count, critical } = properties;
  const size = layer !== "requests" ? "" : count >= 500 ? "crowd" : count >= 50 ? "many" : "";
  const tone = layer === "requests" ? "open" : critical ? "critical" : "warning";
  const element = html("button", { type: "button", className: `map-cluster ${layer} ${tone} ${size} ${critical ? "has-late" : ""}` });
  if (layer !== "requests") element.append(shape(tone));
  element.append(written(count));
  element.setAttribute("aria-label", `${words[layer]}. ${say("together", { n: written(count) })}`);
  element.addEventListener("click", (event) => {
    event.stopPropagation();
    approach(state, { layer, id: properties.cluster_id, at });
  });
  return element;
}

async function approach(state, { layer, id, at }) {
  const source = state.map.getSource(layer);
  const zoom = await source.getClusterExpansionZoom(id);
  if (zoom <= CLUSTER_UP_TO) return state.map.easeTo({ center: at, zoom: zoom + 0.3, animate: !still() });
  const leaves = await source.getClusterLeaves(id, 12, 0);
  return popup(state, at, { title: words[layer], layer, items: leaves.map((leaf) => leaf.properties) });
}

function pointButton(state, { layer, properties, at }) {
  const { tone, name, detail, url } = properties;
  const word = wordOf(layer, tone);
  const element = html("button", { type: "button", className: `map-point ${layer} ${tone}` }, shape(tone));
  element.setAttribute("aria-label", [name, word].filter(Boolean).join(", "));
  element.addEventListener("click", (event) => {
    event.stopPropagation();
    const text = [word, detail].filter(Boolean).join(". ");
    popup(state, at, { title: name, text, href: url }).on("close", () => element.focus());
  });
  return element;
}

// ------------------------------------------------------------------ the keyboard: one stop for all markers, arrows between them

/** Where markers lie on the map's canvas, so that names keep clear of them. */
function boxesOf(element) {
  const origin = element.querySelector("[data-map-canvas]").getBoundingClientRect();
  return buttons({ element }).map((one) => {
    const { left, top, right, bottom } = one.getBoundingClientRect();
    return [left - origin.left, top - origin.top, right - origin.left, bottom - origin.top];
  });
}

function arrange(state) {
  state.settle();
  const shown = inView(state);
  const current = shown.find((one) => one === document.activeElement) || shown[0];
  for (const one of buttons(state)) one.tabIndex = one === current ? 0 : -1;
}

/** The markers that lie on the part of the map one sees. */
function inView(state) {
  const [east, south] = [state.map.getCanvas().clientWidth, state.map.getCanvas().clientHeight];
  const all = buttons(state);
  const boxes = boxesOf(state.element);
  return all.filter((_, at) => boxes[at][2] > 0 && boxes[at][3] > 0 && boxes[at][0] < east && boxes[at][1] < south);
}

const buttons = ({ element }) => [...element.querySelectorAll("[data-map-canvas] :is(.map-cluster, .map-point)")];
const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

function rove(state) {
  state.element.addEventListener(
    "keydown",
    (event) => {
      const direction = DIRECTIONS[event.key];
      const from = event.target.closest(".map-cluster, .map-point");
      if (!direction || !from) return;
      event.preventDefault();
      event.stopPropagation();
      const next = nearest(from, inView(state), direction);
      if (!next) return;
      from.tabIndex = -1;
      next.tabIndex = 0;
      next.focus({ preventScroll: true });
    },
    true,
  );
}

function nearest(from, all, [right, down]) {
  const middle = (one) => {
    const box = one.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  };
  const [x, y] = middle(from);
  let best = null;
  for (const one of all) {
    const [x2, y2] = middle(one);
    const ahead = (x2 - x) * right + (y2 - y) * down;
    const aside = Math.abs((x2 - x) * down) + Math.abs((y2 - y) * right);
    const cost = ahead + 2 * aside;
    if (one !== from && ahead > 1 && (!best || cost < best.cost)) best = { one, cost };
  }
  return best?.one;
}

// ------------------------------------------------------------------ legend and list

function legend(state) {
  const { element, data, layers } = state;
  const place = element.querySelector("[data-map-legend]");
  const box = place.closest("details");
  const first = box.hidden;
  box.hidden = false;
  place.replaceChildren();
  const measure = data.measure || { name: words.openRequests };
  if (layers.includes("areas") && Object.keys(data.areas || {}).length) {
    const unit = measure.unit ? ` ${measure.unit}` : "";
    const ramp = svg("svg", { class: "map-ramp", viewBox: "0 0 5 1", preserveAspectRatio: "none", "aria-hidden": "true" });
    for (let part = 0; part < 5; part++) ramp.append(svg("rect", { class: `ramp-${part}`, x: part, width: 1.02, height: 1 }));
    const ends = html("p", { className: "map-ramp-ends" }, html("span", { textContent: `0${unit}` }));
    ends.append(html("span", { textContent: `${written(highest(data))}${unit}` }));
    place.append(html("p", {}, html("b", { textContent: measure.name })), ramp, ends);
  }
  for (const layer of ["requests", "alerts", "sensors"].filter((one) => layers.includes(one))) {
    const kinds = new Map();
    for (const { properties } of pointsOf(state, layer).features) kinds.set(wordOf(layer, properties.tone), properties.tone);
    if (!kinds.size) continue;
    const row = html("p", { className: "map-kinds" }, html("b", { textContent: words[layer] }));
    for (const [word, tone] of [...kinds].sort().slice(0, 4)) {
      const dot = layer === "sensors" ? html("span", { className: "dot" }) : shape(tone);
      const mark = html("span", { className: `map-point ${layer} ${tone}` }, dot);
      row.append(html("span", { className: "map-kind" }, mark, word));
    }
    place.append(row);
  }
  if (first) openIfRoom(element, box);
}

const LEGEND_SHARE = 0.15;
const narrow = matchMedia("(max-width: 56.24rem)");

/** The legend stands open only where it leaves the map to be seen; a window made narrow closes it. */
function openIfRoom(element, box) {
  box.open = !narrow.matches;
  const share = (box.offsetWidth * box.offsetHeight) / (element.clientWidth * element.clientHeight);
  if (share > LEGEND_SHARE) box.open = false;
  narrow.addEventListener("change", () => narrow.matches && (box.open = false));
}

function list(element, data, areas) {
  const place = element.querySelector("[data-map-list]");
  if (!place) return;
  place.replaceChildren();
  for (const layer of ["alerts", "requests", "sensors"]) {
    const items = (data[layer]?.features || []).slice(0, LIST_UP_TO).map(({ properties }) => html("li", {}, entry(layer, properties)));
    if (items.length) place.append(html("h3", { textContent: words[layer] }), html("ul", {}, ...items));
  }
  const rows = areas.features.map(({ properties: { code, name } }) => {
    const known = data.areas?.[code] || {};
    const title = known.href ? html("a", { href: known.href, textContent: name }) : name;
    return html("li", {}, title, known.label ? `: ${known.label}` : "");
  });
  if (rows.length) place.append(html("h3", { textContent: words.areas }), html("ul", {}, ...rows));
}

/** Without a map there is still the list. */
export async function listOnly(element) {
  const [areas, data] = await Promise.all([json(element.dataset.areas), json(element.dataset.src)]);
  list(element, data, areas);
  element.querySelector(".map-list").open = true;
}
