// What every page does: search shortcut, menus, relative times, confirmations, htmx's manners, and loading charts and maps when a page has one.

import { html, lang, words } from "./words.js";

const PARTS = [
  ["[data-weft-map]", () => import("./map.js")],
  ["[data-weft-chart]", () => import("./chart.js")],
  ["[data-weft-timeline]", () => import("./timeline.js")],
  ["[data-weft-steps]", () => import("./steps.js")],
];

/** Bring to life what stands in this part of the page: charts, maps, sliders, relative times. */
function wake(root) {
  for (const [selector, load] of PARTS) {
    const found = [...root.querySelectorAll(selector)].filter((element) => !element.dataset.awake);
    if (root.matches?.(selector) && !root.dataset.awake) found.push(root);
    if (!found.length) continue;
    for (const element of found) element.dataset.awake = "yes";
    load().then((part) => found.forEach((element) => part.start(element)));
  }
  refreshTimes(root);
}

// ------------------------------------------------------------------ search: “/” or Ctrl-K

const search = document.querySelector("[data-weft-search] input");

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
  const control = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  if (!search || (!slash && !control)) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// ------------------------------------------------------------------ menus close by Escape and by a click beside them

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("[data-weft-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("[data-weft-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// ------------------------------------------------------------------ relative times stay true while the page is open

const relative = new Intl.RelativeTimeFormat(lang, { numeric: "always" });

function inWords(moment) {
  const seconds = (moment - Date.now()) / 1000;
  const minutes = Math.trunc(seconds / 60);
  if (!minutes) return words.now;
  if (Math.abs(minutes) < 60) return relative.format(minutes, "minute");
  const hours = Math.trunc(minutes / 60);
  if (Math.abs(hours) < 36) return relative.format(hours, "hour");
  return relative.format(Math.round(hours / 24), "day");
}

function refreshTimes(root) {
  for (const time of root.querySelectorAll("time.ago")) {
    const moment = Date.parse(time.dateTime);
    const text = inWords(moment);
    if (Math.abs(moment - Date.now()) < 31 * 86400e3 && time.textContent !== text) time.textContent = text;
  }
}

setInterval(() => refreshTimes(document), 60000);

// ------------------------------------------------------------------ asking before what cannot be undone

function ask(sentence, action) {
  const dialog = document.createElement("dialog");
  dialog.className = "ask";
  const text = document.createElement("p");
  text.id = "ask-text";
  text.textContent = sentence;
  dialog.setAttribute("aria-labelledby", text.id);
  const buttons = document.createElement("p");
  buttons.className = "actions";
  const yes = button(action, "button primary", () => dialog.close("yes"));
  const no = button(words.cancel, "button", () => dialog.close());
  buttons.append(yes, no);
  dialog.append(text, buttons);
  document.body.append(dialog);
  dialog.showModal();
  no.focus();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes");
    });
  });
}

function button(text, css, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = css;
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

const agreed = new WeakSet();

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target.closest("form[data-weft-confirm]");
    if (!form || agreed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const by = event.submitter;
    if (!(await ask(form.dataset.weftConfirm, by?.textContent.trim() || words.goOn))) return;
    agreed.add(form);
    form.requestSubmit(by);
  },
  true,
);

// ------------------------------------------------------------------ filters send themselves

document.addEventListener("change", (event) => {
  event.target.form?.matches("[data-weft-live]") && event.target.form.requestSubmit();
});

// ------------------------------------------------------------------ htmx: say what failed, show that something runs

const busy = document.createElement("div");
busy.className = "busy-thread";
busy.hidden = true;
document.body.append(busy);
let running = 0;
let soon;

function step(by) {
  running = Math.max(0, running + by);
  clearTimeout(soon);
  if (running) soon = setTimeout(() => (busy.hidden = false), 250);
  else busy.hidden = true;
}

/** Say something in the message line, where a screen reader hears it. */
export function tell(sentence, tone = "error") {
  const line = document.createElement("p");
  line.className = `message ${tone}`;
  line.textContent = sentence;
  document.getElementById("messages")?.replaceChildren(line);
}

document.addEventListener("htmx:beforeRequest", () => step(1));
document.addEventListener("htmx:afterRequest", () => step(-1));
document.addEventListener("htmx:responseError", (event) => {
  const { elt } = event.detail;
  if (elt.getAttribute("hx-trigger") === "load") {
    elt.replaceChildren(html("p", { className: "muted", textContent: words.notLoaded }));
    return;
  }
  tell(event.detail.xhr.getResponseHeader("X-Weft-Message") || words.failed);
});
document.addEventListener("htmx:sendError", () => tell(words.offline));
document.addEventListener("htmx:load", (event) => wake(event.detail.elt));

wake(document);
