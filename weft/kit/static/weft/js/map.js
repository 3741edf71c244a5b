// The city on a map without a tile server: areas coloured by a number, requests gathered in clusters, alerts and sensors; and a pin to put.

import { bounds, centre, contains, largestRing } from "./geometry.js";
import { colour, html, onScheme, say, still, svg, words, written } from "./words.js";

const STATUS_SHEET = new URL("../img/status.svg", import.meta.url).href;
const ICON_SHEET = new URL("../vendor/icons/icons.svg", import.meta.url).href;
const CLUSTER_UP_TO = 16;
const LIST_UP_TO = 100;
let library;

/** MapLibre and its style sheet, loaded once, on the first page that has a map. */
function maplibre() {
  library ??= (async () => {
    const href = new URL("../vendor/maplibre/maplibre-gl.css", import.meta.url).href;
    const sheet = html("link", { rel: "stylesheet", href });
    const styled = new Promise((done) => sheet.addEventListener("load", done, { once: true }));
    document.head.prepend(sheet);
    const [loaded] = await Promise.all([import("../vendor/maplibre/maplibre-gl.mjs"), styled]);
    return loaded;
  })();
  return library;
}

/** Bring one map to life. */
export async function start(element) {
  const picking = element.dataset.mode === "pick";
  const one = element.dataset.mode === "place";
  await seen(element.querySelector("[data-map-canvas]"));
  try {
    const [gl, areas] = await Promise.all([maplibre(), json(element.dataset.areas)]);
    const map = await build(gl, { element, areas, picking });
    if (picking) pick(gl, { element, map, areas });
    else if (one) showPlace(gl, { element, map, areas });
    else await show(gl, { element, map, areas });
    element.dataset.ready = "yes";
  } catch (problem) {
    console.warn(problem);
    note(element, words.noMap);
    if (element.dataset.src) await listOnly(element);
  }
}

/** Wait until the canvas has room: it may lie on a screen that is not shown yet. */
function seen(canvas) {
  return new Promise((ready) => {
    const watch = new ResizeObserver(() => {
      if (!canvas.clientWidth) return;
      watch.disconnect();
      ready();
    });
    watch.observe(canvas);
  });
}

async function json(address, signal) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, signal });
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer.json();
}

function note(element, text) {
  element.querySelector("[data-map-note]").textContent = text;
}

// ------------------------------------------------------------------ the map itself

function build(gl, { element, areas, picking }) {
  const canvas = element.querySelector("[data-map-canvas]");
  const fill = element.classList.contains("fill");
  const extent = bounds(areas);
  const map = new gl.Map({
    container: canvas,
    style: styleOf(areas, element.dataset.tiles),
    bounds: extent,
    fitBoundsOptions: { padding: room(element) },
    hash: fill ? "map" : false,
    cooperativeGestures: !fill && !picking,
    keyboard: !picking,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    attributionControl: element.dataset.tiles ? { compact: true } : false,
    fadeDuration: still() ? 0 : 200,
    maxZoom: 19,
    locale: {
      "Map.Title": canvas.dataset.label || words.map,
      "NavigationControl.ZoomIn": words.zoomIn,
      "NavigationControl.ZoomOut": words.zoomOut,
      "Popup.Close": words.close,
      "Marker.Title": words.map,
      "CooperativeGesturesHandler.MobileHelpText": words.twoFingers,
      "CooperativeGesturesHandler.WindowsHelpText": words.ctrlScroll,
      "CooperativeGesturesHandler.MacHelpText": words.cmdScroll,
    },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard?.disableRotation?.();
  map.addControl(new gl.NavigationControl({ showCompass: false }), "top-right");
  if (element.dataset.mode !== "place") map.addControl(home(extent, element), "top-right");
  onScheme(() => paint(map));
  return new Promise((ready, fail) => {
    map.once("load", () => ready(map));
    map.on("error", (event) => (map.loaded() ? console.warn(event.error) : fail(event.error)));
    setTimeout(() => fail(new Error("the map did not start")), 20000);
  });
}

function styleOf(areas, tiles) {
  const sources = { areas: { type: "geojson", data: areas, promoteId: "code" } };
  const layers = [{ id: "water", type: "background", paint: { "background-color": colour("map-water") } }];
  if (tiles) {
    sources.tiles = { type: "raster", tiles: [tiles], tileSize: 256 };
    layers.push({ id: "tiles", type: "raster", source: "tiles", paint: { "raster-saturation": -0.6 } });
  }
  const opacity = tiles ? 0.35 : 1;
  layers.push(
    { id: "areas", type: "fill", source: "areas", paint: { "fill-color": areaColour(), "fill-opacity": opacity } },
    { id: "edges", type: "line", source: "areas", paint: { "line-color": colour("map-edge"), "line-width": edgeWidth() } },
  );
  return { version: 8, sources, layers };
}

const share = ["feature-state", "share"];
const edgeWidth = () => ["case", ["boolean", ["feature-state", "hover"], false], 2.5, 0.9];

function areaColour() {
  const ramp = [0, colour("map-low"), 0.5, colour("map-mid"), 1, colour("map-high")];
  return ["case", ["==", share, null], colour("map-land"), ["interpolate", ["linear"], ["number", share, 0], ...ramp]];
}

function paint(map) {
  map.setPaintProperty("water", "background-color", colour("map-water"));
  map.setPaintProperty("areas", "fill-color", areaColour());
  map.setPaintProperty("edges", "line-color", colour("map-edge"));
}

/** Free space around the city: beside the legend where there is room for it. */
function room(element) {
  const aside = element.classList.contains("fill") && element.clientWidth > 900;
  const wide = element.clientWidth > 600;
  return { top: 24, right: wide ? 60 : 16, bottom: 24, left: aside ? 280 : 16 };
}

function home(extent, element) {
  return {
    onAdd(map) {
      const press = html("button", { type: "button", className: "map-home", title: words.wholeCity });
      press.setAttribute("aria-label", words.wholeCity);
      press.append(icon("home"));
      press.addEventListener("click", () => map.fitBounds(extent, { padding: room(element), animate: !still() }));
      return html("div", { className: "maplibregl-ctrl maplibregl-ctrl-group" }, press);
    },
    onRemove() {},
  };
}

/** The word for a tone: an open request is open, a critical one is late; a sensor over its limit is over it. */
const wordOf = (layer, tone) => words[`${layer}-${tone}`] || "";

const icon = (name) => svg("svg", { class: "icon", "aria-hidden": "true" }, svg("use", { href: `${ICON_SHEET}#${name}` }));
const shape = (tone) => svg("svg", { class: "shape", "aria-hidden": "true" }, svg("use", { href: `${STATUS_SHEET}#${tone}` }));

// ------------------------------------------------------------------ names of areas, as far as they have room

function nameAreas(gl, { map, areas, marks = () => [] }) {
  const labels = areas.features
    .map((area) => ({ name: area.properties.name, at: centre(area.geometry), ring: largestRing(area.geometry) }))
    .sort((one, other) => other.ring.size - one.ring.size)
    .map((area) => {
      const element = html("div", { className: "map-label", textContent: area.name });
      element.setAttribute("aria-hidden", "true");
      return { ...area, element, marker: new gl.Marker({ element }).setLngLat(area.at).addTo(map) };
    });
  for (const label of labels) unfocusable(label.element);
  const settle = () => {
    const taken = marks();
    for (const label of labels) {
      const [west, south, east, north] = label.ring.box;
      const room = map.project([east, south]).x - map.project([west, north]).x;
      const at = map.project(label.at);
      const [wide, high] = [label.element.offsetWidth, label.element.offsetHeight];
      const free = room < wide * 0.75 ? null : DODGES.map((dodge) => ({ dodge, box: boxAt(at, { wide, high, dodge }) }))
        .find(({ box }) => !taken.some((other) => overlap(box, other)));
      label.element.classList.toggle("over", !free);
      if (!free) continue;
      label.marker.setOffset([0, free.dodge]);
      taken.push(free.box);
    }
  };
  map.on("moveend", settle);
  map.on("resize", settle);
  settle();
  return settle;
}

const DODGES = [0, 22, -22, 36, -36];

function boxAt({ x, y }, { wide, high, dodge }) {
  return [x - wide / 2, y + dodge - high / 2, x + wide / 2, y + dodge + high / 2];
}

/** Where markers lie on the map's canvas, so that names keep clear of them. */
function boxesOf(element) {
  const origin = element.querySelector("[data-map-canvas]").getBoundingClientRect();
  return buttons({ element }).map((one) => {
    const { left, top, right, bottom } = one.getBoundingClientRect();
    return [left - origin.left, top - origin.top, right - origin.left, bottom - origin.top];
  });
}

const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

/** MapLibre makes every marker a button; a name is not one. */
function unfocusable(element) {
  for (const attribute of ["role", "tabindex", "aria-label"]) element.removeAttribute(attribute);
}

// ------------------------------------------------------------------ the live city

async function show(gl, { element, map, areas }) {
  const state = { gl, element, map, areas, data: {}, clusters: new Map(), points: [], popup: null, asked: null };
  const layers = (element.dataset.layers || "").split(",");
  state.settle = nameAreas(gl, { map, areas, marks: () => boxesOf(element) });
  if (layers.includes("areas")) areaPopups(state);
  if (layers.includes("requests")) clusterRequests(state);
  rove(state);
  element.addEventListener("weft:at", (event) => refresh(state, { at: event.detail.at }));
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.dataset.weftMapFilter === element.id) filterChanged(state, form);
  });
  if (!element.dataset.src) return;
  await refresh(state, {});
  map.on("moveend", () => {
    arrange(state);
    clearTimeout(state.moved);
    if (state.data.shown < state.data.of) state.moved = setTimeout(() => refresh(state, {}), 300);
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
  if (state.data.shown < state.data.of) address.searchParams.set("bbox", boxOf(state.map));
  state.asked?.abort();
  state.asked = new AbortController();
  try {
    state.data = await json(address, state.asked.signal);
  } catch (problem) {
    if (problem.name !== "AbortError") note(state.element, words.failed);
    return;
  }
  colourAreas(state);
  state.map.getSource("requests")?.setData(state.data.requests || none());
  placePoints(state);
  legend(state);
  list(state.element, state.data, state.areas);
  const { shown, of } = state.data;
  note(state.element, shown < of ? say("shownOf", { shown: written(shown), of: written(of) }) : "");
  state.element.dispatchEvent(new CustomEvent("weft:shown", { bubbles: true, detail: state.data }));
}

const boxOf = (map) => map.getBounds().toArray().flat().map((part) => part.toFixed(5)).join();
const none = () => ({ type: "FeatureCollection", features: [] });

function highest(data) {
  return Math.max(1, ...Object.values(data.areas || {}).map((area) => area.value ?? 0));
}

function colourAreas({ element, map, areas, data }) {
  if (!(element.dataset.layers || "").includes("areas")) return;
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
    if (event.originalEvent.target.closest(".map-cluster, .map-point")) return;
    const { code, name } = event.features[0].properties;
    const known = state.data.areas?.[code] || {};
    popup(state, event.lngLat, { title: name, text: known.label, href: known.href });
  });
}

function popup(state, at, { title, text, href, items }) {
  const body = html("div", {}, html("p", {}, html("b", { textContent: title || "" })));
  if (text) body.append(html("p", { textContent: text }));
  if (href) body.append(html("p", {}, html("a", { href, textContent: words.openPage })));
  if (items) body.append(html("ul", { className: "list" }, ...items.map((item) => html("li", {}, entry("requests", item)))));
  state.popup?.remove();
  state.popup = new state.gl.Popup({ maxWidth: "20rem", focusAfterOpen: true }).setLngLat(at).setDOMContent(body).addTo(state.map);
  return state.popup;
}

function entry(layer, { name, detail, url, tone }) {
  const title = url ? html("a", { href: url, textContent: name }) : html("b", { textContent: name });
  const told = [wordOf(layer, tone), detail].filter(Boolean).join(". ");
  return html("span", {}, html("span", { className: `tone ${tone}` }, shape(tone)), " ", title, told ? ` ${told}` : "");
}

// ------------------------------------------------------------------ requests: clusters as buttons

function clusterRequests(state) {
  const { map } = state;
  map.addSource("requests", {
    type: "geojson",
    data: none(),
    cluster: true,
    clusterRadius: 46,
    clusterMaxZoom: CLUSTER_UP_TO,
    clusterProperties: { late: ["+", ["case", ["==", ["get", "tone"], "critical"], 1, 0]] },
  });
  map.addLayer({ id: "requests", type: "circle", source: "requests", paint: { "circle-radius": 1, "circle-opacity": 0 } });
  const draw = () => drawClusters(state);
  map.on("moveend", draw);
  map.on("sourcedata", (event) => event.sourceId === "requests" && event.isSourceLoaded && draw());
}

function drawClusters(state) {
  const { map, clusters, gl } = state;
  const seen = new Map();
  for (const feature of map.querySourceFeatures("requests")) {
    const { properties, geometry } = feature;
    const spot = geometry.coordinates.map((part) => part.toFixed(5)).join();
    const key = properties.cluster
      ? `c${properties.cluster_id}:${properties.point_count}:${properties.late}`
      : `p${properties.id}:${spot}:${properties.tone}`;
    seen.set(key, feature);
  }
  for (const [key, marker] of clusters) {
    if (seen.has(key)) continue;
    marker.remove();
    clusters.delete(key);
  }
  for (const [key, { properties, geometry }] of seen) {
    if (clusters.has(key)) continue;
    const element = properties.cluster
      ? clusterButton(state, properties, geometry.coordinates)
      : pointButton(state, "requests", properties, geometry.coordinates);
    clusters.set(key, marker(gl, element).setLngLat(geometry.coordinates).addTo(map));
  }
  arrange(state);
}

function marker(gl, element) {
  const label = element.getAttribute("aria-label");
  const made = new gl.Marker({ element });
  element.setAttribute("aria-label", label);
  element.removeAttribute("role");
  return made;
}

function clusterButton(state, properties, at) {
  const { point_count: count, late } = properties;
  const size = count >= 500 ? "crowd" : count >= 50 ? "many" : "";
  const element = html("button", { type: "button", className: `map-cluster ${size} ${late ? "has-late" : ""}` });
  element.textContent = written(count);
  element.setAttribute("aria-label", say("together", { n: written(count) }));
  element.addEventListener("click", (event) => {
    event.stopPropagation();
    approach(state, properties.cluster_id, at);
  });
  return element;
}

async function approach(state, id, at) {
  const source = state.map.getSource("requests");
  const zoom = await source.getClusterExpansionZoom(id);
  if (zoom <= CLUSTER_UP_TO) return state.map.easeTo({ center: at, zoom: zoom + 0.3, animate: !still() });
  const leaves = await source.getClusterLeaves(id, 12, 0);
  popup(state, at, { title: words.requests, items: leaves.map((leaf) => leaf.properties) });
}

function pointButton(state, layer, properties, at) {
  const { tone, name } = properties;
  const word = wordOf(layer, tone);
  const element = html("button", { type: "button", className: `map-point ${layer} ${tone}` }, shape(tone));
  element.setAttribute("aria-label", [name, word].filter(Boolean).join(", "));
  element.addEventListener("click", (event) => {
    event.stopPropagation();
    const text = [word, properties.detail].filter(Boolean).join(". ");
    popup(state, at, { title: properties.name, text, href: properties.url }).on("close", () => element.focus());
  });
  return element;
}

function placePoints(state) {
  for (const one of state.points) one.remove();
  const layers = (state.element.dataset.layers || "").split(",");
  state.points = ["sensors", "alerts"]
    .filter((layer) => layers.includes(layer))
    .flatMap((layer) =>
      (state.data[layer]?.features || []).map(({ properties, geometry }) =>
        marker(state.gl, pointButton(state, layer, properties, geometry.coordinates))
          .setLngLat(geometry.coordinates)
          .addTo(state.map),
      ),
    );
  arrange(state);
}

// ------------------------------------------------------------------ the keyboard: one stop for all markers, arrows between them

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

const buttons = ({ element }) => [...element.querySelectorAll(".map-cluster, .map-point")];
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

function legend({ element, data }) {
  const place = element.querySelector("[data-map-legend]");
  const layers = (element.dataset.layers || "").split(",");
  const box = place.closest("details");
  if (box.hidden) box.open = element.clientWidth > 700;
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
    for (const { properties } of data[layer]?.features || []) kinds.set(wordOf(layer, properties.tone), properties.tone);
    if (!kinds.size) continue;
    const row = html("p", { className: "map-kinds" }, html("b", { textContent: words[layer] }));
    for (const [word, tone] of [...kinds].sort().slice(0, 4)) {
      const mark = html("span", { className: `map-point ${layer} ${tone}` }, shape(tone));
      row.append(html("span", { className: "map-kind" }, mark, word));
    }
    place.append(row);
  }
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

async function listOnly(element) {
  const [areas, data] = await Promise.all([json(element.dataset.areas), json(element.dataset.src)]);
  list(element, data, areas);
  element.querySelector(".map-list").open = true;
}

// ------------------------------------------------------------------ one place, and putting a pin

const STEP = 12;

function showPlace(gl, { element, map, areas }) {
  const at = element.dataset.at.split(",").map(Number);
  const beside = () => {
    const { x, y } = map.project(at);
    return [[x - 20, y - 44, x + 20, y + 4]];
  };
  nameAreas(gl, { map, areas, marks: beside });
  const pin = new gl.Marker({ element: drawnPin(), anchor: "bottom" }).setLngLat(at).addTo(map);
  unfocusable(pin.getElement());
  map.jumpTo({ center: at, zoom: 12.5 });
}

function drawnPin() {
  const drop = svg("path", { d: "M18 43C18 43 33 27 33 16.5A15 15 0 0 0 3 16.5C3 27 18 43 18 43z" });
  const drawing = svg("svg", { viewBox: "0 0 36 44", width: 36, height: 44 }, drop, svg("circle", { cx: 18, cy: 16.5, r: 5.5 }));
  return html("div", { className: "map-pin" }, drawing);
}

function pick(gl, { element, map, areas }) {
  const [lat, lon] = ["lat", "lon"].map((name) => document.getElementById(element.dataset[name]));
  const canvas = element.querySelector("[data-map-canvas]");
  map.getCanvas().removeAttribute("tabindex");
  map.getCanvas().removeAttribute("role");
  map.getCanvas().removeAttribute("aria-label");
  nameAreas(gl, { map, areas });
  const pin = new gl.Marker({ element: drawnPin(), anchor: "bottom", draggable: true });
  unfocusable(pin.getElement());

  const put = (at, { come = false } = {}) => {
    const inside = areas.features.find((area) => contains(area.geometry, [at.lng, at.lat]));
    pin.setLngLat(at).addTo(map);
    unfocusable(pin.getElement());
    lat.value = at.lat.toFixed(6);
    lon.value = at.lng.toFixed(6);
    lat.dispatchEvent(new Event("change", { bubbles: true }));
    note(element, inside ? say("pinAt", { area: inside.properties.name }) : words.pinOutside);
    if (come) map.flyTo({ center: at, zoom: Math.max(map.getZoom(), 15), animate: !still() });
    else if (!map.getBounds().contains(at)) map.easeTo({ center: at, animate: !still() });
  };

  map.on("click", (event) => put(event.lngLat));
  pin.on("dragend", () => put(pin.getLngLat()));
  element.querySelector("[data-map-locate]").addEventListener("click", () => locate(element, put));
  canvas.addEventListener("keydown", (event) => byKey(event, { map, pin, lat, put, canvas }));
  if (lat.value && lon.value) put({ lat: Number(lat.value), lng: Number(lon.value) }, { come: true });
  else note(element, words.pinGone);
}

function byKey(event, { map, pin, lat, put, canvas }) {
  if (event.target !== canvas) return;
  const direction = DIRECTIONS[event.key];
  const from = lat.value ? pin.getLngLat() : map.getCenter();
  if (direction) {
    const step = event.shiftKey ? STEP * 5 : STEP;
    const { x, y } = map.project(from);
    put(map.unproject([x + direction[0] * step, y + direction[1] * step]));
  } else if (event.key === "Enter" || event.key === " ") put(from);
  else if (event.key === "+" || event.key === "=") map.zoomTo(map.getZoom() + 1, { around: from, animate: !still() });
  else if (event.key === "-") map.zoomTo(map.getZoom() - 1, { around: from, animate: !still() });
  else return;
  event.preventDefault();
}

function locate(element, put) {
  note(element, words.findingYou);
  const failed = () => note(element, words.noPosition);
  if (!navigator.geolocation) return failed();
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => put({ lat: coords.latitude, lng: coords.longitude }, { come: true }),
    failed,
    { enableHighAccuracy: true, timeout: 10000 },
  );
}
