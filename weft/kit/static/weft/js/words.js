// The words that scripts say, in the language of the page, and how numbers and days are written in it.

export const words = JSON.parse(document.getElementById("weft-words")?.textContent || "{}");
export const lang = document.documentElement.lang || "en";

const numbers = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
const days = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeZone: "UTC" });
const weekdays = new Intl.DateTimeFormat(lang, { weekday: "long", timeZone: "UTC" });

/** A number as the language writes it. */
export const written = (number) => numbers.format(number);

/** A day (milliseconds of its wall clock) in words. */
export const dayInWords = (wall) => days.format(wall);

/** The name of the weekday. */
export const weekday = (wall) => weekdays.format(wall);

/** A sentence of the list with its blanks filled. */
export function say(name, blanks) {
  return (words[name] || name).replace(/%\((\w+)\)s/g, (_, key) => blanks[key] ?? "");
}

/** A colour of tokens.css as it is now, light or dark. */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Call this when the system changes between light and dark. */
export function onScheme(redraw) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}

/** Whether the person asked for less movement. */
export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const SVG = "http://www.w3.org/2000/svg";

/** An SVG element with attributes. */
export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** An HTML element with properties. */
export function html(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
