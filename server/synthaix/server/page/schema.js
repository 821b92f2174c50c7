import { call, host, say, tellModel } from "./bridge.js";
import { columnList, placeOf } from "./columns.js";
import { h } from "./dom.js";
import { openJob } from "./job.js";
import { act, button, faultOf, icon, notice, num, percent, pill, plural, range, shows, span, state, update } from "./kit.js";

// The proposed schema: read, edited, validated by the server after every edit, approved.

const PAUSE_MS = 350; // after the last key, before the server is asked
let lastColumn = 0;
let typing = null;
let edition = 0; // of the schema on screen; an answer to an earlier one is dropped

export function adoptSchema(fields, { notes = true } = {}) {
  const before = state.draft ?? {};
  const plain = fields.schema.tables ?? [fields.schema];
  const tables = plain.map((table, t) => ({
    ...table,
    columns: table.columns.map((column, at) => ({ ...column, _id: before.tables?.[t]?.columns[at]?._id ?? ++lastColumn })),
  }));
  const kept = notes ? fields : { ...before, warnings: fields.warnings };
  const rows = fields.inferred_count ?? before.rows ?? fields.estimate.rows;
  update({
    view: "schema",
    draft: {
      tables, short: !fields.schema.tables, rows, id: fields.schema_id, estimate: fields.estimate, preview: fields.preview,
      omitted: fields.omitted, confidence: kept.confidence, assumptions: kept.assumptions, questions: kept.questions,
      warnings: kept.warnings, diff: notes ? fields.diff : before.diff, wrong: null, checking: false, asked: null,
      table: Math.min(before.table ?? 0, tables.length - 1), open: before.open ?? null, wish: notes ? "" : before.wish ?? "",
      asking: notes ? false : before.asking, settled: notes ? {} : before.settled ?? {}, edited: !notes,
    },
  });
}

// A card of what the model was told to ask: the schema is read anew, and the terms are those that were asked.
export async function adoptQuestion({ schema_id, total_rows, estimate, expires_at, next }) {
  const { fields } = await call("translate_schema", { base_schema_id: schema_id });
  adoptSchema({ ...fields, inferred_count: total_rows, estimate });
  state.draft.asked = { order: next.arguments, until: expires_at };
}

const isRoot = (table) => table.rows_per_parent === undefined;

function plainSchema({ tables, rows, short }) {
  const count = Number(rows);
  const root = tables.findIndex(isRoot);
  const plain = tables.map((table, at) => {
    const columns = table.columns.map(({ _id, constraints, ...rest }) =>
      constraints && Object.keys(constraints).length ? { ...rest, constraints } : rest);
    return { ...table, ...(at === root && Number.isInteger(count) && count > 0 ? { rows: count } : {}), columns };
  });
  return short ? plain[0] : { tables: plain };
}

function changed(change) {
  Object.assign(state.draft, change, { checking: true, asked: null });
  edition += 1;
  clearTimeout(typing);
  typing = setTimeout(check, PAUSE_MS);
  update({ fault: null });
}

async function check() {
  const mine = edition;
  try {
    const { fields } = await call("translate_schema", { schema: plainSchema(state.draft) });
    if (mine === edition) adoptSchema(fields, { notes: false });
  } catch (wrong) {
    if (mine !== edition) return;
    Object.assign(state.draft, { checking: false, wrong: wrong.fields });
    update();
  }
}

const withColumns = (make) =>
  changed({ tables: state.draft.tables.map((table, at) => (at === state.draft.table ? { ...table, columns: make(table.columns) } : table)) });

const editing = {
  edit: (id, next) => withColumns((columns) => columns.map((column) => (column._id === id ? next : column))),
  remove: (id) => withColumns((columns) => columns.filter((column) => column._id !== id)),
  move: (at, by) => withColumns((columns) => {
    const next = [...columns];
    next.splice(at + by, 0, ...next.splice(at, 1));
    return next;
  }),
  toggle: (id) => {
    state.draft.open = state.draft.open === id ? null : id;
    update();
  },
};

function addColumn() {
  const id = ++lastColumn;
  const names = new Set(state.draft.tables[state.draft.table].columns.map((column) => column.name));
  let count = 1;
  while (names.has(`column_${count}`)) count += 1;
  state.draft.open = id;
  withColumns((columns) => [...columns, { _id: id, name: `column_${count}`, type: "string" }]);
}

const revise = () =>
  act("revise", async () => {
    const { fields } = await call("translate_schema", { base_schema_id: state.draft.id, changes: state.draft.wish });
    adoptSchema(fields);
  });

const passOn = () =>
  act("say", async () => {
    await say(`About schema ${state.draft.id}: ${state.draft.wish}`);
    Object.assign(state.draft, { asking: false, wish: "" });
  });

// The server asks back with the very terms; what is on screen already is taken as read, what is new is shown first.
const approve = () =>
  act("approve", async () => {
    const { draft } = state;
    const order = draft.asked?.order ?? { schema_id: draft.id, total_rows: Number(draft.rows) };
    const { fields } = await call("start_generation", order);
    if (fields.job_id) return begun(fields);
    if (fields.status !== "confirmation_required") throw new Error(fields.message);
    const next = fields.next.arguments;
    if (!sameTerms(draft.estimate, fields.estimate)) {
      Object.assign(draft, { estimate: fields.estimate, asked: { order: next, until: fields.expires_at } });
      return;
    }
    begun((await call("start_generation", next)).fields);
  });

const sameTerms = (shown, asked) => shown.rows === asked.rows && (asked.usd_high ?? Infinity) <= (shown.usd_high ?? 0) + 0.005;

function begun(fields) {
  if (!fields.job_id) throw new Error(fields.message);
  tellModel(`The user approved schema ${state.draft.id}${state.draft.edited ? " after editing it" : ""} for ${num(fields.total_rows)} rows; job ${fields.job_id} runs.`);
  openJob(fields.job_id, true);
}

function answerQuestion(question, option) {
  const { draft } = state;
  draft.settled = { ...draft.settled, [question.text]: option };
  const count = option.replaceAll(",", "");
  if (/^how many rows/i.test(question.text) && /^\d+$/.test(count)) return changed({ rows: Number(count) });
  Object.assign(draft, option === assumed(question) ? {} : { asking: true, wish: `${question.affects?.length === 1 ? question.affects[0] : question.text}: ${option}` });
  update();
}

shows.schema = () => {
  const { draft } = state;
  const table = draft.tables[draft.table];
  const place = draft.wrong && placeOf(draft.wrong.field, draft.tables);
  const here = place?.table === draft.table ? place : null;
  const locked = Boolean(draft.omitted);
  return h("main", { key: "schema", class: "schema" },
    h("header", { class: "title" },
      h("h1", {}, table.name ?? "Proposed schema"),
      h("p", { class: "facts" }, plural(table.columns.length, "column"), draft.confidence != null && pill(`${percent(draft.confidence)} sure`, draft.confidence < 0.6 ? "warn" : "calm", "How sure the reading of the request is"),
        draft.edited && pill("edited"))),
    draft.tables.length > 1 && tableTabs(draft),
    locked && notice("calm", "This schema is too large to edit here. Ask for changes below, or ask the assistant."),
    columnList(table, { open: draft.open, wrong: here, fault: draft.wrong, preview: draft.table === 0 ? draft.preview : null, estimate: draft.estimate, locked, ...editing }),
    h("button", { class: "add", onclick: addColumn, disabled: locked }, icon("add"), "Add a column"),
    draft.wrong && !here && faultOf(draft.wrong),
    notes(draft),
    draft.asking && askBox(draft),
    faultOf(state.fault),
    terms(draft));
};

const tableTabs = (draft) =>
  h("div", { class: "tabs", role: "group", label: "Tables" },
    draft.tables.map((table, at) =>
      h("button", { "aria-pressed": String(at === draft.table), onclick: () => { draft.table = at; update(); } }, table.name)));

function notes({ assumptions = [], warnings = [], diff = [], questions = [], settled }) {
  const open = questions ?? [];
  const list = (title, lines) => lines?.length > 0 && h("section", {}, h("h2", {}, title), h("ul", {}, lines.map((each) => h("li", {}, each))));
  if (!assumptions?.length && !warnings?.length && !diff?.length && !open.length) return null;
  return h("div", { class: "notes" },
    open.length > 0 && h("section", {}, h("h2", {}, open.length === 1 ? "One question" : "Questions"), open.map((each) => choice(each, settled[each.text]))),
    list("Changed", diff), list("Assumed", assumptions), list("Worth knowing", warnings));
}

const assumed = ({ options, default: usual }) => (options.includes(usual) ? usual : options[0]);

const choice = (question, settled) =>
  h("div", { class: "question", role: "group", label: question.text },
    h("p", {}, question.text, h("small", {}, question.why)),
    h("div", { class: "choices" },
      question.options.map((option) =>
        h("button", { "aria-pressed": String((settled ?? assumed(question)) === option), onclick: () => answerQuestion(question, option) }, option))));

const askBox = (draft) =>
  h("form", { class: "ask", onsubmit: (e) => { e.preventDefault(); revise(); } },
    h("label", {}, h("span", {}, "What should change?"),
      h("textarea", { rows: "2", value: draft.wish, placeholder: "amount between 5 and 900, and drop the note", oninput: (e) => { draft.wish = e.target.value; update(); } })),
    h("div", { class: "actions" },
      button("Apply", revise, { kind: "strong", busy: "revise", disabled: !draft.wish.trim() }),
      host.can.message && button("Ask the assistant instead", passOn, { busy: "say", disabled: !draft.wish.trim() }),
      button("Close", () => { draft.asking = false; update(); })));

function terms(draft) {
  const { estimate } = draft;
  const count = Number(draft.rows);
  const fits = Number.isInteger(count) && count > 0;
  const ready = fits && !draft.wrong && !draft.checking;
  const cost = estimate.calls ? range(estimate.usd_low, estimate.usd_high) : "free";
  const status = draft.checking ? "Checking…" : draft.wrong ? "Mend the marked field to go on." : !fits ? "Give a whole number of rows." : "";
  return h("footer", { class: "terms" },
    h("label", { class: "rows" }, h("span", {}, "Rows"),
      h("input", { type: "text", inputmode: "numeric", value: draft.rows, label: "Rows", "aria-invalid": fits ? null : "true",
        oninput: (e) => changed({ rows: e.target.value.replaceAll(/[,\s]/g, "") }) })),
    h("dl", { class: "quote" },
      h("div", {}, h("dt", {}, "Cost"), h("dd", {}, cost)),
      h("div", {}, h("dt", {}, "Time"), h("dd", {}, span(estimate.seconds_high))),
      estimate.calls > 0 && h("div", {}, h("dt", {}, "Model calls"), h("dd", {}, num(estimate.calls)))),
    h("p", { class: "status", role: "status" }, draft.asked ? `These are the terms for ${num(estimate.rows)} rows. Start?` : status),
    h("div", { class: "actions" },
      button("Ask for changes", () => { draft.asking = !draft.asking; update(); }, { "aria-expanded": String(Boolean(draft.asking)) }),
      button(draft.asked ? `Start for ${cost}` : "Approve & generate", approve, { kind: "strong", busy: "approve", disabled: !ready })));
}
