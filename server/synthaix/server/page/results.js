import { call, host, request } from "./bridge.js";
import { h } from "./dom.js";
import { act, bars, button, cell, faultOf, icon, notice, num, percent, pill, plural, short, shows, state, update } from "./kit.js";

// A job's rows: what they look like, a page of them, the duplicates that were refused, and files.

const PAGE_ROWS = 20;
const FILES = { csv: "CSV", json: "JSON", parquet: "Parquet", avro: "Avro", xlsx: "Excel" };
const TRIES = 40; // looks at a file that is being written

export async function openResults(id, table = null) {
  update({ view: "results", results: { id, table, cursors: [null], page: null, sort: null, drawer: false, file: null } });
  await act("page", () => turn(0));
}

async function turn(at) {
  const { results } = state;
  const { fields } = await call("fetch_results", {
    job_id: results.id, limit: PAGE_ROWS,
    ...(results.table && { table: results.table }), ...(results.cursors[at] && { cursor: results.cursors[at] }),
  });
  const cursors = results.cursors.slice(0, at + 1);
  if (fields.next_cursor) cursors.push(fields.next_cursor);
  Object.assign(results, { page: fields, at, cursors, table: fields.table, sort: null });
  update();
}

const save = (format) =>
  act(`save ${format}`, async () => {
    const { results } = state;
    const order = { job_id: results.id, table: results.table, format, export: true };
    let got = await call("fetch_results", order);
    for (let tries = 0; got.fields.state === "preparing" && tries < TRIES; tries++) {
      await new Promise((done) => setTimeout(done, 1000 * (got.fields.poll_after_seconds ?? 2)));
      got = await call("fetch_results", order);
    }
    if (got.fields.state !== "ready") throw new Error(got.fields.error ?? "The file is still being written. Try again in a while.");
    results.file = { ...got.fields, handed: false };
    update();
    if (host.can.downloadFile && got.links.length) {
      const { isError } = await request("ui/download-file", { contents: got.links });
      results.file.handed = !isError;
    }
  });

function sorted({ page, sort }) {
  if (!sort) return page.rows;
  const { name, down } = sort;
  const order = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)));
  const known = page.rows.filter((row) => row[name] != null).sort((a, b) => order(a[name], b[name]));
  return [...(down ? known.reverse() : known), ...page.rows.filter((row) => row[name] == null)];
}

function sortBy(name) {
  const { results } = state;
  const { sort } = results;
  results.sort = sort?.name !== name ? { name, down: false } : sort.down ? null : { name, down: true };
  update();
}

shows.results = () => {
  const { results, job } = state;
  const now = job?.id === results.id ? job.now : null;
  const quality = now?.detail?.quality;
  const { page } = results;
  if (!page) return h("main", { key: "results" }, state.fault ? faultOf(state.fault) : h("p", { class: "wait", role: "status" }, "Fetching the first rows…"));
  return h("main", { key: "results", class: "results" },
    h("header", { class: "title" },
      h("h1", { class: "count" }, num(page.rows_total), h("small", {}, page.partial ? ` of ${num(page.total_rows)} rows so far` : " rows")),
      h("p", { class: "facts pills" }, quality?.verdict ? verdict(quality, now) : pill(quality ? "measuring quality…" : page.partial ? "unfinished" : "ready"))),
    now?.tables?.length > 1 && tables(now.tables, results),
    quality?.verdict && results.drawer && drawer(quality.duplicates.examples ?? []),
    rowsGrid(results, quality?.tables?.find((each) => each.name === page.table)),
    faultOf(state.fault),
    pager(results),
    downloads(results));
};

function verdict({ verdict: found, duplicates }, now) {
  const refused = now.rows_deduplicated;
  const examples = duplicates.examples?.length ?? 0;
  const asked = found.tests ? pill(`${found.tests_agree} of ${found.tests} spreads as asked`, found.tests_agree === found.tests ? "good" : "warn", found.tests_differ.join(", ")) : null;
  return [
    pill(found.invalid_rows ? plural(found.invalid_rows, "invalid row") : "all valid", found.invalid_rows ? "bad" : "good"),
    pill(found.equal_rows ? plural(found.equal_rows, "equal row") : "all distinct", found.equal_rows ? "bad" : "good"),
    asked,
    found.references > 0 && pill(found.orphans ? plural(found.orphans, "orphan") : "all references found", found.orphans ? "bad" : "good"),
    examples
      ? h("button", { class: "pill link", "aria-expanded": String(state.results.drawer), onclick: () => { state.results.drawer = !state.results.drawer; update(); } },
        `${plural(refused, "duplicate")} refused`)
      : pill(`${plural(refused, "duplicate")} refused`),
  ];
}

const tables = (all, results) =>
  h("div", { class: "tabs", role: "group", label: "Tables" },
    all.map(({ name }) => h("button", { "aria-pressed": String(name === results.table), onclick: () => openResults(results.id, name) }, name)));

const drawer = (examples) =>
  h("section", { class: "drawer", label: "Nearest duplicates" }, h("h2", {}, "Refused, and the row each repeats"),
    examples.map((each) =>
      h("figure", {}, h("figcaption", {}, `${each.stage}${each.similarity != null && each.similarity < 1 ? ` · ${percent(each.similarity)} alike` : ""} · row ${num(each.of)}`),
        h("div", { class: "scroll", tabindex: "0", role: "region", label: `A ${each.stage} duplicate of row ${num(each.of)}` },
          h("table", {},
            h("thead", {}, h("tr", {}, h("th", {}, h("span", { class: "hidden" }, "Which")), each.names.map((name) => h("th", { scope: "col" }, name)))),
            h("tbody", {}, [["refused", each.candidate], ["kept", each.row]].map(([title, cells]) => cells &&
              h("tr", {}, h("th", { scope: "row" }, title), cells.map((value, at) =>
                h("td", { class: each.columns.includes(each.names[at]) ? "differs" : null }, each.columns.includes(each.names[at]) ? h("mark", {}, cell(value)) : cell(value)))))))))));

function rowsGrid(results, profile) {
  const { page, sort } = results;
  if (!page.rows.length) return notice("calm", page.partial ? "No row is committed yet. The first ones come with the first chunk." : "The table is empty.");
  const names = Object.keys(page.rows[0]);
  const numeric = new Set(names.filter((name) => page.rows.every((row) => row[name] == null || typeof row[name] === "number")));
  const known = new Map((profile?.columns ?? []).map((each) => [each.name, each]));
  return h("div", { class: "scroll grid", tabindex: "0", role: "region", label: `Rows of ${page.table}` },
    h("table", {},
      h("thead", {}, h("tr", {}, names.map((name) =>
        h("th", { key: name, scope: "col", class: numeric.has(name) ? "n" : null, "aria-sort": sort?.name === name ? (sort.down ? "descending" : "ascending") : null },
          h("button", { class: "sort", title: "Sort this page", onclick: () => sortBy(name) }, name, h("span", { "aria-hidden": "true" }, sort?.name === name ? (sort.down ? " ↓" : " ↑") : "")),
          known.has(name) && header(known.get(name), profile.rows))))),
      h("tbody", {}, sorted(results).map((row) => h("tr", {}, names.map((name) => {
        const long = typeof row[name] === "string" && row[name].length > 32;
        return h("td", { class: [numeric.has(name) && "n", long && "long"].filter(Boolean).join(" ") || null, title: long ? row[name] : null }, cell(row[name]));
      }))))));
}

// A column in its header: its histogram, or its most frequent values.
function header(column, rows) {
  const nulls = column.nulls ? ` · ${percent(column.nulls)} null` : "";
  if (column.bars) {
    const ends = `${short(column.min)} – ${short(column.max)}`;
    return h("div", { class: "profile" }, bars(column.bars, `${column.of === "length" ? "Lengths" : "Spread"} of ${column.name}: ${ends}`),
      h("small", {}, ends, column.of === "length" ? " characters" : "", nulls));
  }
  if (column.top?.length && column.distinct <= rows / 2)
    return h("div", { class: "profile" },
      h("ul", { class: "top", label: `Frequent values of ${column.name}` }, column.top.map(([value, count]) =>
        h("li", { style: `--share:${Math.round((100 * count) / rows)}%` }, h("span", {}, String(value ?? "null")), h("b", {}, percent(count / rows))))),
      nulls && h("small", {}, nulls.slice(3)));
  return h("div", { class: "profile" }, h("p", { class: "apart" }, `${num(column.distinct)} different`), nulls && h("small", {}, nulls.slice(3)));
}

function pager({ page, at, cursors }) {
  const from = (page.offset ?? 0) + 1;
  return h("nav", { class: "pager", label: "Pages" },
    h("p", { role: "status" }, page.rows.length ? `Rows ${num(from)} – ${num(from + page.rows.length - 1)} of ${num(page.rows_total)}` : ""),
    button([icon("left"), "Previous"], () => act("page", () => turn(at - 1)), { disabled: !at }),
    button(["Next", icon("right")], () => act("page", () => turn(at + 1)), { disabled: cursors.length <= at + 1 }));
}

function downloads({ file }) {
  return h("footer", { class: "downloads" },
    h("h2", {}, "Download"),
    h("div", { class: "actions" }, Object.entries(FILES).map(([format, label]) => button(label, () => save(format), { busy: `save ${format}`, label: `Download ${label}` }))),
    file && h("p", { class: "file", role: "status" }, h("b", {}, `${plural(file.rows, "row")}, ${size(file.bytes)}`), file.handed ? " handed to your app. Also at " : " at ",
      h("code", {}, file.path ?? file.uri)));
}

const size = (bytes) => (bytes < 1e6 ? `${num(Math.max(1, Math.round(bytes / 1e3)))} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
