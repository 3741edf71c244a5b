// On a phone a form's groups become screens, one question each, with a line that shows how far one is.

import { html, say, svg, words } from "./words.js";

const PHONE = matchMedia("(max-width: 47.99rem)");

/** Turn the fieldsets of one form into screens. */
export function start(form) {
  const groups = [...form.querySelectorAll(":scope > fieldset")];
  const state = { form, groups, at: Math.max(0, groups.findIndex((group) => group.querySelector(".wrong"))) };
  state.line = html("p", { className: "steps-line" });
  state.line.setAttribute("aria-live", "polite");
  groups[0].before(state.line);
  groups.forEach((group, position) => group.append(moves(state, position)));
  PHONE.addEventListener("change", () => show(state));
  show(state);
}

function moves(state, position) {
  const row = html("p", { className: "steps-moves" });
  if (position) row.append(press(words.back, "button", () => go(state, position - 1)));
  if (position < state.groups.length - 1) row.append(press(words.next, "button primary", () => onward(state, position)));
  else row.append(state.form.querySelector("[type=submit]").cloneNode(true));
  return row;
}

function press(text, className, act) {
  const made = html("button", { type: "button", className, textContent: text });
  made.addEventListener("click", act);
  return made;
}

/** On to the next screen, unless something on this one is missing. */
function onward(state, position) {
  const missing = [...state.groups[position].elements].find((field) => !field.checkValidity());
  if (missing) return missing.reportValidity();
  go(state, position + 1);
}

function go(state, position) {
  state.at = position;
  show(state);
  const first = state.groups[position].querySelector("textarea, input:not([type=hidden]), select, button");
  first?.focus({ preventScroll: true });
  state.form.scrollIntoView({ block: "start" });
}

function show({ form, groups, at, line }) {
  form.classList.toggle("stepping", PHONE.matches);
  groups.forEach((group, position) => group.classList.toggle("later", position !== at));
  const many = groups.length;
  const picture = svg("svg", { viewBox: `0 0 ${many} 1`, preserveAspectRatio: "none", "aria-hidden": "true" });
  for (let bar = 0; bar <= many; bar++) picture.append(svg("path", { class: "warp", d: `M${bar} 0V1` }));
  picture.append(svg("path", { class: "thread", d: `M0 .5H${at + 1}` }));
  line.replaceChildren(say("stepOf", { n: at + 1, of: many }), picture);
}
