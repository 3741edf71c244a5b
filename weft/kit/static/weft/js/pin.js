// One place on a map, shown or chosen: by tap or click, by dragging, by arrow keys, or by the device's own position.

import { contains } from "./geometry.js";
import { nameAreas, note, unfocusable } from "./mapbase.js";
import { html, say, still, svg, words } from "./words.js";

const STEP = 12;
const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/** Show a pin at the place the element names. */
export function showPlace(gl, { element, map, areas }) {
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

/** Let a person put a pin; two fields of a form follow it. */
export function pick(gl, { element, map, areas }) {
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
