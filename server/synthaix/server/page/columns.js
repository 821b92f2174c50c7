import { h } from "./dom.js";
import { icon, money, num, percent, range, tool } from "./kit.js";

// The editable list of a table's columns. `edit` is told what changes; nothing here talks to the server.

export const TYPES = ["string", "text", "integer", "float", "decimal", "boolean", "date", "time", "datetime", "uuid", "category", "array", "object"];
const STRATEGIES = { sampler: "sampled", pool: "from a pool", expression: "computed", llm: "model" };
const NUMBERS = ["integer", "float", "decimal"];
const TIMES = ["date", "time", "datetime"];
const SPREADS = ["uniform", "normal", "lognormal", "exponential", "poisson", "zipf", "sequence"];
const PARAMETERS = { normal: ["mean", "std"], lognormal: ["median", "sigma"], exponential: ["mean"], poisson: ["mean"], zipf: ["exponent"], sequence: ["start", "step"] };
const FORMATS = ["email", "hostname", "ipv4", "ipv6", "uri", "uuid"];
const ANY_TYPE = ["unique", "nullable", "null_rate"]; // rules that outlive a change of type

const asNumber = (text) => (/^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text === "" ? undefined : text);
const asText = (text) => text || undefined;

// A copy of an object with one key set, or gone where it is undefined.
export function having(object, key, value) {
  const { [key]: _, ...rest } = object ?? {};
  return value === undefined ? rest : { ...rest, [key]: value };
}

export const ruled = (column, key, value) => having(column, "constraints", having(column.constraints, key, value));

export function retyped(column, type) {
  const kept = Object.entries(column.constraints ?? {}).filter(([name]) => ANY_TYPE.includes(name));
  const { kind, strategy, values, template, examples, confidence, ...rest } = column;
  return { ...rest, type, constraints: Object.fromEntries(kept) };
}

export function rulesText({ constraints: rules = {}, values, template }) {
  const said = [];
  const low = rules.min ?? rules.exclusive_min;
  const high = rules.max ?? rules.exclusive_max;
  if (low != null && high != null) said.push(`${num(low)} – ${num(high)}`);
  else if (low != null) said.push(`from ${num(low)}`);
  else if (high != null) said.push(`up to ${num(high)}`);
  if (rules.enum) said.push(rules.enum.slice(0, 3).join(", ") + (rules.enum.length > 3 ? ` +${rules.enum.length - 3}` : ""));
  if (rules.distribution) said.push(rules.distribution.name);
  if (rules.decimals != null) said.push(`${rules.decimals} decimals`);
  if (rules.min_length != null || rules.max_length != null) said.push(`${rules.min_length ?? 0} – ${rules.max_length ?? "∞"} characters`);
  if (rules.pattern) said.push(rules.pattern);
  if (rules.format) said.push(rules.format);
  if (rules.references) said.push(`→ ${rules.references}`);
  if (rules.after) said.push(`after ${rules.after}`);
  if (rules.before) said.push(`before ${rules.before}`);
  if (rules.expression) said.push(`= ${rules.expression}`);
  if (rules.unique) said.push("unique");
  if (values) said.push(`${values.length} values`);
  if (template) said.push("template");
  return said.join(" · ");
}

// An error's path, `schema.columns[2].constraints.min`, as the column it is about and the part of it.
export function placeOf(field, tables) {
  const found = /^schema(?:\.tables\[(\d+)\])?\.columns\[(\d+)\]\.?(.*)$/.exec(field ?? "");
  if (!found) return null;
  const table = Number(found[1] ?? 0);
  const column = tables[table]?.columns[Number(found[2])];
  return column ? { table, id: column._id, part: found[3].split(/[.[]/).slice(0, 2).join(".") } : null;
}

export function columnList(table, { open, wrong, fault, preview, estimate, locked, edit, toggle, move, remove }) {
  return h("fieldset", { class: "columns", disabled: locked },
    h("legend", { class: "hidden" }, "Columns"),
    h("div", { class: "column head", "aria-hidden": "true" },
      ["Column", "Type", "Rules and sample", "Made by", "Null", ""].map((title) => h("span", {}, title))),
    h("ol", { label: `Columns of ${table.name ?? "the table"}` },
      table.columns.map((column, at) =>
        columnItem(column, at, {
          count: table.columns.length, isOpen: open === column._id, wrong: wrong?.id === column._id ? wrong.part : null,
          fault, sample: preview?.map((row) => row[column.name]), estimate,
          edit: (next) => edit(column._id, next), toggle: () => toggle(column._id),
          move: (by) => move(at, by), remove: () => remove(column._id),
        }))));
}

function columnItem(column, at, on) {
  const name = column.name || `column ${at + 1}`;
  const bad = (part) => (on.wrong !== null && (on.wrong === part || on.wrong.startsWith(`${part}.`)) ? "true" : null);
  const rate = column.constraints?.null_rate;
  const field = (props) => h("input", { type: "text", autocomplete: "off", spellcheck: "false", ...props });
  return h("li", { key: column._id, class: `item${on.isOpen ? " open" : ""}${on.wrong !== null ? " wrong" : ""}` },
    h("div", { class: "column", role: "group", label: `Column ${name}` },
      h("div", { class: "name" },
        field({ class: "mono", value: column.name, label: "Name", "aria-invalid": bad("name"),
          oninput: (e) => on.edit({ ...column, name: e.target.value }) }),
        h("div", { class: "kind" }, sure(column.confidence),
          field({ value: column.kind ?? "", placeholder: "any meaning", label: `Kind of ${name}`, "aria-invalid": bad("kind"),
            oninput: (e) => on.edit(having(having(column, "strategy"), "kind", asText(e.target.value))) }))),
      select(TYPES, column.type, { class: "type", label: `Type of ${name}`, "aria-invalid": bad("type"),
        onchange: (e) => on.edit(retyped(column, e.target.value)) }),
      h("div", {},
        h("button", { class: "rules", "aria-expanded": String(on.isOpen), label: `Rules of ${name}: ${rulesText(column) || "no rules"}`,
          onclick: on.toggle }, icon("rules"), h("span", {}, rulesText(column) || h("i", { class: "null" }, "no rules"))),
        sample(on.sample ?? column.examples ?? [])),
      h("div", { class: "made" },
        select(Object.keys(STRATEGIES), column.strategy, { label: `How ${name} is made`, "aria-invalid": bad("strategy"),
          onchange: (e) => on.edit(having(column, "strategy", asText(e.target.value))) }, STRATEGIES, "automatic"),
        h("small", {}, priceOf(column.strategy, on.estimate))),
      h("label", { class: "nulls" },
        field({ inputmode: "decimal", value: rate == null ? "" : typeof rate === "number" ? num(rate * 100) : rate, placeholder: "0",
          label: `Null rate of ${name}, percent`, "aria-invalid": bad("constraints.null_rate"),
          onchange: (e) => on.edit(nullable(column, e.target.value)) }), h("span", { "aria-hidden": "true" }, "%")),
      h("div", { class: "tools" },
        tool(`Move ${name} up`, "up", () => on.move(-1), { disabled: at === 0 }),
        tool(`Move ${name} down`, "down", () => on.move(1), { disabled: at === on.count - 1 }),
        tool(`Remove ${name}`, "remove", on.remove, { disabled: on.locked || on.count === 1 }))),
    on.wrong !== null && h("p", { class: "said", role: "alert" }, complaint(on.fault)),
    on.isOpen && editor(column, { ...on, bad, name }));
}

const sample = (cells) => {
  const said = cells.slice(0, 3).map((each) => (each == null ? "null" : typeof each === "object" ? JSON.stringify(each) : String(each)));
  return said.length > 0 && h("small", { class: "sample", title: said.join("\n") }, said.join(", "));
};

const complaint = ({ message, suggestion, allowed }) =>
  [message, suggestion, allowed?.length && `Allowed: ${allowed.slice(0, 14).join(", ")}.`].filter(Boolean).join(" ");

function sure(confidence) {
  if (confidence == null) return null;
  const tone = confidence >= 0.85 ? "high" : confidence >= 0.6 ? "some" : "low";
  const said = `${Math.round(confidence * 100)} % sure of this reading`;
  return h("span", { class: `sure ${tone}`, role: "img", title: said, label: said });
}

function priceOf(strategy, estimate) {
  if (strategy !== "llm") return "free";
  if (!estimate?.calls) return "priced by model";
  return estimate.usd_high == null ? "price unknown" : `of ${range(estimate.usd_low, estimate.usd_high)}`;
}

const nullable = (column, text) => {
  const typed = asNumber(text);
  const rate = typeof typed === "number" ? typed / 100 : typed;
  return ruled(ruled(column, "nullable", rate ? true : undefined), "null_rate", rate || undefined);
};

function select(options, chosen, props, words = {}, none = null) {
  return h("select", { ...props, value: chosen ?? "" },
    (none || chosen == null) && h("option", { value: "" }, none ?? "–"),
    options.map((each) => h("option", { value: each }, words[each] ?? each)));
}

function editor(column, { bad, edit, name }) {
  const rules = column.constraints ?? {};
  const set = (key, value) => edit(ruled(column, key, value));
  const text = (label, key, read = asText, more = {}) =>
    labelled(label, h("input", { type: "text", value: rules[key] ?? "", "aria-invalid": bad(`constraints.${key}`),
      autocomplete: "off", oninput: (e) => set(key, read(e.target.value)), ...more }));
  const fields = [];
  if (NUMBERS.includes(column.type)) {
    fields.push(text("Least", "min", asNumber), text("Most", "max", asNumber));
    if (column.type !== "integer") fields.push(text("Decimals", "decimals", asNumber));
    fields.push(...spread(rules, set, bad));
  } else if (TIMES.includes(column.type)) {
    fields.push(text("Earliest", "min", asText, { placeholder: "2026-01-01" }), text("Latest", "max", asText, { placeholder: "2026-12-31" }),
      text("After column", "after"), text("Before column", "before"));
  } else if (column.type === "category") {
    fields.push(...choices(column, edit, bad));
  } else if (["string", "text"].includes(column.type)) {
    fields.push(text("Pattern", "pattern"), text("Shortest", "min_length", asNumber), text("Longest", "max_length", asNumber));
    if (column.type === "string")
      fields.push(labelled("Format", select(FORMATS, rules.format, { "aria-invalid": bad("constraints.format"),
        onchange: (e) => set("format", asText(e.target.value)) }, {}, "none")));
  }
  fields.push(text("Expression", "expression"), text("References", "references", asText, { placeholder: "table.column" }));
  return h("div", { class: "editor", role: "group", label: `Rules of ${name}` }, fields,
    h("label", { class: "check" }, h("input", { type: "checkbox", checked: Boolean(rules.unique), "aria-invalid": bad("constraints.unique"),
      onchange: (e) => set("unique", e.target.checked || undefined) }), "No two alike"),
    h("label", { class: "wide" }, h("span", {}, "Description"), h("input", { type: "text", value: column.description ?? "",
      "aria-invalid": bad("description"), oninput: (e) => edit(having(column, "description", asText(e.target.value))) })));
}

const labelled = (label, control) => h("label", {}, h("span", {}, label), control);

function spread(rules, set, bad) {
  const own = rules.distribution ?? {};
  return [
    labelled("Spread", select(SPREADS, own.name, { "aria-invalid": bad("constraints.distribution"),
      onchange: (e) => set("distribution", e.target.value ? { name: e.target.value } : undefined) }, {}, "automatic")),
    ...(PARAMETERS[own.name] ?? []).map((key) =>
      labelled(key[0].toUpperCase() + key.slice(1), h("input", { type: "text", inputmode: "decimal", value: own[key] ?? "",
        oninput: (e) => set("distribution", having(own, key, asNumber(e.target.value))) }))),
  ];
}

// One value a line, with its share where there are weights: `completed = 86`.
function choices(column, edit, bad) {
  const { enum: values = [], weights } = column.constraints ?? {};
  const shown = values.map((value, at) => (weights?.[at] == null ? value : `${value} = ${weights[at]}`)).join("\n");
  const read = (text) => {
    const lines = text.split("\n").map((each) => each.trim()).filter(Boolean).map((each) => /^(.*?)(?:\s*=\s*(\d+(?:\.\d+)?))?$/.exec(each));
    const shares = lines.map(([, , share]) => share);
    const next = ruled(column, "enum", lines.length ? lines.map(([, value]) => value) : undefined);
    edit(ruled(next, "weights", shares.some(Boolean) ? shares.map((share) => Number(share ?? 0)) : undefined));
  };
  const rows = String(Math.min(8, Math.max(3, values.length)));
  return [h("label", { class: "wide" }, h("span", {}, "Values, one a line; “value = weight” sets its share"),
    h("textarea", { rows, value: shown, "aria-invalid": bad("constraints.enum"), onchange: (e) => read(e.target.value) }))];
}
