import { call, tellModel } from "./bridge.js";
import { h } from "./dom.js";
import { act, button, faultOf, figure, line, money, notice, num, percent, pill, plural, shows, span, state, update } from "./kit.js";
import { openResults } from "./results.js";

// A job as it runs: polled at the server's pace, only while somebody looks.

const RUNNING = ["pending", "processing", "paused"];
const MOST_POLL_SECONDS = 3;
const MOST_SAMPLES = 120;
const WHY = {
  provider_busy: "The model’s provider is busy. It goes on by itself.",
  storage_full: "The disk is full. It goes on by itself once there is room.",
  store_unreachable: "The store cannot be reached. It goes on by itself.",
  budget: "The cap is spent. Raise it to go on; the rows so far stay.",
  estimate_off: "It would cost far more than estimated, so it waits for your word.",
  infeasible: "So many distinct rows cannot exist under this schema.",
  exhausted: "No new distinct rows turn up any more. Keep these, or widen the schema.",
  provider_refused: "The model’s provider refused. Check key, quota and model, then resume.",
  interrupted: "Its process ended. Resume it to go on where it stands.",
  user: "You paused it. Every committed row is kept.",
};
let polling = null;

// `here`: it was started in this card, so its end is news to the model.
export function openJob(id, here = false) {
  const other = state.job?.id !== id;
  update({ view: "job", job: other ? { id, samples: [], ending: false, here } : state.job });
  poll();
}

export const rests = (status) => !RUNNING.includes(status);

export function stopPolling() {
  clearTimeout(polling);
  polling = null;
}

async function poll() {
  stopPolling();
  const { job } = state;
  try {
    const { fields } = await call("job_status", { job_id: job.id, response_format: "detailed" });
    if (state.job !== job) return;
    took(job, fields);
  } catch (wrong) {
    update({ fault: wrong.fields });
    if (wrong.fields?.code === "job_not_found") return;
  }
  const resting = job.now && rests(job.now.status);
  const made = !job.now?.rows_generated || job.now?.detail?.quality?.verdict || job.now?.detail?.quality?.state === "failed";
  if (resting && made) return;
  const pace = Math.min(MOST_POLL_SECONDS, job.now?.poll_after_seconds ?? 1);
  polling = setTimeout(() => (document.hidden ? document.addEventListener("visibilitychange", poll, { once: true }) : poll()), pace * 1000);
}

function took(job, fields) {
  const was = job.now?.status;
  job.now = fields;
  const last = job.samples.at(-1);
  const sample = { at: performance.now() / 1000, rows: fields.rows_generated };
  if (!last || sample.rows > last.rows || !rests(fields.status)) job.samples = [...job.samples, sample].slice(-MOST_SAMPLES);
  if ((was ? !rests(was) : job.here) && rests(fields.status))
    tellModel(`Job ${job.id} is ${fields.status} with ${num(fields.rows_generated)} of ${num(fields.total_rows)} rows.`);
  update();
}

const end = (resumable) =>
  act(resumable ? "pause" : "cancel", async () => {
    await call("cancel_job", { job_id: state.job.id, resumable });
    state.job.ending = false;
    await poll();
  });

const resume = () =>
  act("resume", async () => {
    const { job } = state;
    const suggested = job.now.next?.tool === "resume_job" ? job.now.next.arguments : { job_id: job.id };
    const order = job.asked ?? (job.cap ? { ...suggested, max_cost_usd: Number(job.cap) } : suggested);
    const { fields } = await call("resume_job", order);
    if (fields.status === "confirmation_required") Object.assign(job, { asked: fields.next.arguments, summary: fields.summary });
    else Object.assign(job, { asked: null, summary: null, cap: null });
    await poll();
  });

shows.job = () => {
  const { job } = state;
  if (!job.now) return h("main", { key: "job" }, state.fault ? faultOf(state.fault) : h("p", { class: "wait", role: "status" }, "Asking how the job is…"));
  const { now } = job;
  const tone = { completed: "good", failed: "bad", cancelled: "calm", stopped: "warn", paused: "warn" }[now.status] ?? "live";
  return h("main", { key: "job", class: "job" },
    h("header", { class: "title" },
      h("h1", { class: "count" }, num(now.rows_generated), h("small", {}, ` of ${num(now.total_rows)} rows`)),
      h("p", { class: "facts" }, pill(now.status, tone), h("span", {}, remaining(now)))),
    progress(now),
    now.stop_reason && WHY[now.stop_reason] && notice("warn", WHY[now.stop_reason]),
    now.last_error && notice("bad", `Last error: ${now.last_error}`),
    (now.notes ?? []).map((each) => notice("calm", each)),
    figures(now),
    h("div", { class: "pictures" }, grid(now), charts(job)),
    job.summary && notice("calm", job.summary),
    faultOf(state.fault),
    actions(job, now));
};

function remaining(now) {
  if (now.status === "completed") return `${now.started_at && now.finished_at ? `in ${span((Date.parse(now.finished_at) - Date.parse(now.started_at)) / 1000)}` : ""}`;
  if (!now.estimated_completion) return "";
  const left = (Date.parse(now.estimated_completion) - Date.now()) / 1000;
  return left > 1 ? `about ${span(left)} left` : "nearly there";
}

function progress(now) {
  const parts = [["accepted", now.rows_generated], ["duplicates", now.rows_deduplicated], ["rejected", now.rows_rejected]];
  const whole = Math.max(1, now.total_rows + now.rows_deduplicated + now.rows_rejected);
  return h("div", { class: "progress" },
    h("div", { class: "bar", role: "progressbar", label: "Rows", "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": String(now.progress_percentage),
      "aria-valuetext": `${num(now.rows_generated)} of ${num(now.total_rows)} rows` },
      parts.map(([name, count]) => count > 0 && h("span", { key: name, class: name, style: `width:${(100 * count) / whole}%` }))),
    h("ul", { class: "legend" }, parts.map(([name, count]) => h("li", { class: name }, h("b", {}, num(count)), ` ${name}`))));
}

function figures(now) {
  const { cost } = now;
  const spent = cost.known === false ? "unknown" : cost.calls ? money(cost.spent_usd) : "free";
  return h("dl", { class: "figures" },
    figure("Rows per second", now.rows_per_second ? num(Math.round(now.rows_per_second)) : "–"),
    figure("Spent", spent, cost.calls && cost.cap_usd != null ? `of ${money(cost.cap_usd)} at most` : null),
    figure(cost.calls ? "Model calls" : "Chunks", num(cost.calls || now.completed_chunks), cost.calls ? null : `of ${num(now.total_chunks)}`),
    figure("Workers", rests(now.status) ? "at rest" : `up to ${now.max_workers}`));
}

const SQUARES = { done: "done", some: "partly done", open: "waiting" };

function grid(now) {
  const drawn = Object.entries(now.detail?.chunks ?? {});
  return h("section", { class: "picture" }, h("h2", {}, "Chunks", h("small", {}, `${num(now.completed_chunks)} of ${num(now.total_chunks)}`)),
    drawn.map(([name, squares]) => {
      const states = squares.map(([done, chunks]) => (done === chunks ? "done" : done ? "some" : "open"));
      const finished = squares.reduce((sum, [done]) => sum + done, 0);
      return h("div", { class: "table" }, drawn.length > 1 && h("span", { class: "name" }, name),
        h("div", { class: "squares", role: "img", label: `${name}: ${plural(finished, "chunk")} done` },
          squares.map(([, , rows, again], at) =>
            h("span", { class: `${states[at]}${again > rows / 10 ? " repeats" : ""}`, title: `${SQUARES[states[at]]}: ${plural(rows, "row")}, ${plural(again, "duplicate")}` }))));
    }));
}

function charts({ samples, now }) {
  const rates = samples.slice(1).map((each, at) => (each.rows - samples[at].rows) / Math.max(0.05, each.at - samples[at].at));
  const fresh = Object.values(now.detail?.chunks ?? {}).flat().filter(([, , rows]) => rows).map(([, , rows, again]) => rows / (rows + again));
  const drawn = (title, values, said, top) =>
    values.length > 1 && h("section", { class: "picture" }, h("h2", {}, title, h("small", {}, said)), line(values, `${title}: ${said}`, top));
  const rate = rates.at(-1) ?? 0;
  return [
    drawn("Throughput", rates, `${num(Math.round(rests(now.status) ? now.rows_per_second ?? rate : rate))} rows/s`),
    drawn("Novelty", fresh, `${percent(fresh.at(-1) ?? 1)} new`, 1),
  ];
}

function actions(job, now) {
  if (job.ending)
    return h("div", { class: "actions", role: "group", label: "Cancel for good?" }, h("p", {}, "Cancel for good? Its rows stay."),
      button("Keep it", () => { job.ending = false; update(); }), button("Yes, cancel", () => end(false), { kind: "danger", busy: "cancel" }));
  const going = !rests(now.status);
  const stopped = ["stopped", "failed"].includes(now.status);
  return h("div", { class: "actions" },
    (going || stopped) && button("Cancel", () => { job.ending = true; update(); }),
    going && button("Pause", () => end(true), { busy: "pause" }),
    now.stop_reason === "budget" && h("label", { class: "cap" }, "New cap, $", h("input", { type: "text", inputmode: "decimal", label: "New cap in dollars",
      value: job.cap ?? now.next?.arguments?.max_cost_usd ?? "", oninput: (e) => { job.cap = e.target.value; job.asked = null; update(); } })),
    stopped && button(job.asked ? "Yes, go on" : "Resume", resume, { kind: "strong", busy: "resume" }),
    now.rows_generated > 0 && button(going ? "Look at the rows so far" : "See the rows", () => openResults(job.id), { kind: stopped || going ? "plain" : "strong" }));
}
