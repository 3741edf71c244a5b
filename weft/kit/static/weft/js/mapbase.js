// A map without a tile server: the city's areas, their names as far as there is room, controls, and what all maps share.

import { bounds, centre, largestRing } from "./geometry.js";
import { colour, html, onScheme, still, svg, words } from "./words.js";

const STATUS_SHEET = new URL("../img/status.svg", import.meta.url).href;
const ICON_SHEET = new URL("../vendor/icons/icons.svg", import.meta.url).href;

let library;

/** MapLibre and its style sheet, loaded once, on the first page that has a map. */
export function maplibre() {
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

/** Wait until the canvas has room: it may lie on a screen that is not shown yet. */
export function seen(canvas) {
  return new Promise((ready) => {
    const watch = new ResizeObserver(() => {
      if (!canvas.clientWidth) return;
      watch.disconnect();
      ready();
    });
    watch.observe(canvas);
  });
}

/** Fetch JSON, or fail. */
export async function json(address, signal) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, signal });
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer.json();
}

/** Say something in the line below the map. */
export function note(element, text) {
  element.querySelector("[data-map-note]").textContent = text;
}

// ------------------------------------------------------------------ the map itself

/** Draw the areas and give the map once it is ready. */
export function build(gl, { element, areas, picking }) {
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

const icon = (name) => svg("svg", { class: "icon", "aria-hidden": "true" }, svg("use", { href: `${ICON_SHEET}#${name}` }));
/** The shape of a tone, as on the status pills. */
export const shape = (tone) => svg("svg", { class: "shape", "aria-hidden": "true" }, svg("use", { href: `${STATUS_SHEET}#${tone}` }));

// ------------------------------------------------------------------ names of areas, as far as they have room

/** Write the areas' names; the answer lays them out anew, with numbers under them if it is given some by code. */
export function nameAreas(gl, { map, areas, marks = () => [] }) {
  const labels = areas.features
    .map((area) => ({ ...area.properties, at: centre(area.geometry), ring: largestRing(area.geometry) }))
    .sort((one, other) => other.ring.size - one.ring.size)
    .map((area) => {
      const element = html("div", { className: "map-label" }, area.name);
      element.setAttribute("aria-hidden", "true");
      return { ...area, element, marker: new gl.Marker({ element }).setLngLat(area.at).addTo(map) };
    });
  for (const label of labels) unfocusable(label.element);
  const settle = (numbers) => {
    if (numbers) for (const { element, code, name } of labels) element.replaceChildren(...named(name, numbers[code]));
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
  map.on("moveend", () => settle());
  map.on("resize", () => settle());
  settle();
  return settle;
}

const named = (name, number) => (number ? [name, html("b", { textContent: number })] : [name]);
const DODGES = [0, 22, -22, 36, -36];

function boxAt({ x, y }, { wide, high, dodge }) {
  return [x - wide / 2, y + dodge - high / 2, x + wide / 2, y + dodge + high / 2];
}

const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

/** MapLibre makes every marker a button; a name is not one. */
export function unfocusable(element) {
  for (const attribute of ["role", "tabindex", "aria-label"]) element.removeAttribute(attribute);
}
