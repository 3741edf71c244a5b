// Brings a map to life: the live city, one place, or a map on which a person puts a pin.

import { listOnly, show } from "./livemap.js";
import { build, json, maplibre, note, seen } from "./mapbase.js";
import { pick, showPlace } from "./pin.js";
import { words } from "./words.js";

const MODES = { pick, place: showPlace };

/** Start one map; where it cannot be drawn, its list is opened instead. */
export async function start(element) {
  const mode = element.dataset.mode;
  await seen(element.querySelector("[data-map-canvas]"));
  try {
    const [gl, areas] = await Promise.all([maplibre(), json(element.dataset.areas)]);
    const map = await build(gl, { element, areas, picking: mode === "pick" });
    await (MODES[mode] || show)(gl, { element, map, areas });
    element.dataset.ready = "yes";
  } catch (problem) {
    console.warn(problem);
    note(element, words.noMap);
    if (element.dataset.src) await listOnly(element);
  }
}
