import { h, render } from "./dom.js";

// One state, one render per burst of changes.

export const state = { view: "wait", busy: null, fault: null, draft: null, job: null, results: null };
export const shows = {};
let queued = false;

export function update(change = {}) {
  Object.assign(state, change);
  if (queued) return;
  queued = true;
  queueMicrotask(() => {
    queued = false;
    render(shows.page(), document.getElementById("app"));
  });
}

// Runs what a button does; meanwhile it is busy, and what goes wrong is said.
export async function act(what, work) {
  if (state.busy) return;
  update({ busy: what, fault: null });
  try {
    await work();
  } catch (wrong) {
    update({ fault: wrong.fields ?? { message: String(wrong.message ?? wrong) } });
  } finally {
    update({ busy: null });
  }
}

// Words for figures

const NUMBER = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const COMPACT = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

export const num = (value) => (typeof value === "number" ? NUMBER.format(value) : String(value ?? ""));
export const short = (value) =>
  typeof value === "number" ? (Math.abs(value) >= 10_000 ? COMPACT : NUMBER).format(value) : String(value ?? "").slice(0, 10);
export const percent = (share) => `${NUMBER.format(Math.round(share * 1000) / 10)} %`;
export const plural = (count, word) => `${num(count)} ${word}${count === 1 ? "" : "s"}`;
export const span = (seconds) =>
  seconds < 1 ? "under a second" : seconds < 90 ? `${Math.round(seconds)} s`
    : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
export const money = (usd) =>
  usd == null ? "unknown" : usd === 0 ? "$0" : usd < 0.01 ? "under 1 ¢" : `$${usd.toFixed(2)}`;
export const range = (low, high) => (money(low) === money(high) ? money(high) : `${money(low)} – ${money(high)}`);
export const cell = (value) =>
  value == null ? h("i", { class: "null" }, "null") : typeof value === "object" ? JSON.stringify(value) : String(value);

// Parts

const ICONS = {
  up: "M4 10l4-4 4 4", down: "M4 6l4 4 4-4", remove: "M4 4l8 8M12 4l-8 8", add: "M8 3v10M3 8h10",
  left: "M10 3L5 8l5 5", right: "M6 3l5 5-5 5", rules: "M6 4l4 4-4 4",
};

export const icon = (name) =>
  h("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" }, h("path", { d: ICONS[name] }));

export const button = (label, onclick, { kind = "plain", busy = null, disabled = false, ...more } = {}) =>
  h("button", { class: `button ${kind}`, disabled: disabled || Boolean(state.busy), onclick,
    "aria-busy": busy && state.busy === busy ? "true" : null, ...more }, label);

export const tool = (label, name, onclick, more = {}) =>
  h("button", { class: "tool", label: label, title: label, onclick, ...more }, icon(name));

export const pill = (text, tone = "calm", title = null) => h("span", { class: `pill ${tone}`, title }, text);

export const notice = (tone, ...said) => h("p", { class: `notice ${tone}`, role: tone === "bad" ? "alert" : null }, ...said);

export const faultOf = (fault) => {
  if (!fault) return null;
  const allowed = fault.allowed?.length ? ` Allowed: ${fault.allowed.slice(0, 14).join(", ")}.` : "";
  return notice("bad", `${fault.message} ${fault.suggestion ?? ""}${allowed}`.trim());
};

export const figure = (label, value, note = null) =>
  h("div", { class: "figure" }, h("dt", {}, label), h("dd", {}, value, note && h("small", {}, note)));

// Bars from 0 to 100.
export const bars = (heights, label) => {
  const wide = 100 / heights.length;
  return h("svg", { class: "bars", viewBox: "0 0 100 100", preserveAspectRatio: "none", role: "img", label: label },
    heights.map((tall, at) => {
      const y = 100 - (tall && Math.max(5, tall));
      return h("rect", { x: at * wide + wide * 0.08, width: wide * 0.84, y, height: 100 - y });
    }));
};

// A line through figures from left to right, its newest marked.
export const line = (values, label, top = Math.max(...values, 1e-9)) => {
  const x = (at) => (values.length < 2 ? 0 : (at / (values.length - 1)) * 100);
  const y = (value) => 94 - (value / top) * 88;
  const path = values.map((value, at) => `${at ? "L" : "M"}${x(at).toFixed(2)} ${y(value).toFixed(2)}`).join("");
  return h("svg", { class: "line", viewBox: "0 0 100 100", preserveAspectRatio: "none", role: "img", label: label },
    h("path", { class: "area", d: `${path}L100 100L0 100Z` }), h("path", { class: "stroke", d: path }));
};
