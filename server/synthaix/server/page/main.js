import { connect, hear, host } from "./bridge.js";
import { h } from "./dom.js";
import { openJob, stopPolling } from "./job.js";
import { act, faultOf, shows, state, update } from "./kit.js";
import { openResults } from "./results.js";
import { adoptQuestion, adoptSchema } from "./schema.js";

// One card, three views. What the host shows again is read anew by its id: the server has the state, not the page.

const STEPS = [["schema", "Schema", () => state.draft], ["job", "Job", () => state.job], ["results", "Rows", () => state.results]];

shows.page = () =>
  h("div", { class: "page", "aria-busy": state.busy ? "true" : null },
    h("nav", { class: "steps", label: "Steps" },
      STEPS.map(([view, label, there]) =>
        h("button", { "aria-current": state.view === view ? "step" : null, disabled: !there() || (view === "results" && !state.results.page), onclick: () => update({ view, fault: null }) }, label))),
    shows[state.view]());

shows.wait = () => h("main", { key: "wait" }, state.fault ? faultOf(state.fault) : h("p", { class: "wait", role: "status" }, "Waiting for the assistant…"));

hear("ui/notifications/tool-result", (result) => {
  const fields = result.structuredContent ?? {};
  if (result.isError) update({ view: "wait", fault: fields.message ? fields : { message: "The assistant’s call went wrong; it knows what to do." } });
  else if (fields.schema && fields.schema_id) adoptSchema(fields);
  else if (Array.isArray(fields.rows) || fields.state) showRows(fields);
  else if (fields.job_id) openJob(fields.job_id);
  else if (fields.confirm_token) act("read", () => adoptQuestion(fields));
  else update({ view: "wait", fault: { message: fields.message ?? "This answer has nothing to show." } });
});

hear("ui/notifications/tool-cancelled", () => update({ view: "wait", fault: { message: "The assistant’s call was cancelled." } }));
hear("ui/notifications/host-context-changed", (change) => dress(Object.assign(host.context, change)));
hear("ui/resource-teardown", () => {
  stopPolling();
  return {};
});

async function showRows({ job_id, table }) {
  openJob(job_id);
  await openResults(job_id, table);
}

function dress({ theme, styles, safeAreaInsets }) {
  const { style, dataset } = document.documentElement;
  if (theme) dataset.theme = theme;
  for (const [name, value] of Object.entries(styles?.variables ?? {})) if (name.startsWith("--") && value) style.setProperty(name, value);
  if (safeAreaInsets) style.setProperty("--inset", `${safeAreaInsets.top}px ${safeAreaInsets.right}px ${safeAreaInsets.bottom}px ${safeAreaInsets.left}px`);
}

update();
connect().then(() => dress(host.context)).catch((wrong) => update({ fault: { message: wrong.message } }));
