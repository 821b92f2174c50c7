// What the page and its host say to each other: JSON-RPC over postMessage, the MCP Apps protocol of 2026-01-26.

const TIMEOUT_MS = 60_000;
const waiting = new Map();
const hears = { ping: () => ({}) };
let lastId = 0;

export const host = { context: {}, can: {} };

const post = (message) => parent.postMessage({ jsonrpc: "2.0", ...message }, "*");

export const notify = (method, params = {}) => post({ method, params });

export const hear = (method, answer) => (hears[method] = answer);

export function request(method, params) {
  const id = ++lastId;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle({ id, error: { message: "The host does not answer." } }), TIMEOUT_MS);
    waiting.set(id, { resolve, reject, timer });
    post({ id, method, params });
  });
}

function settle({ id, result, error }) {
  const asked = waiting.get(id);
  if (!asked) return;
  waiting.delete(id);
  clearTimeout(asked.timer);
  if (error) asked.reject(Object.assign(new Error(error.message), { fields: { message: error.message } }));
  else asked.resolve(result);
}

async function answer({ id, method, params }) {
  const known = hears[method];
  if (id == null) return void known?.(params ?? {});
  if (!known) return post({ id, error: { code: -32601, message: "Method not found" } });
  post({ id, result: (await known(params ?? {})) ?? {} });
}

addEventListener("message", ({ source, data }) => {
  if (source !== parent || data?.jsonrpc !== "2.0") return;
  if (data.method) answer(data);
  else settle(data);
});

export async function connect() {
  const hello = await request("ui/initialize", {
    appInfo: { name: "synthaix", version: "1" },
    appCapabilities: {},
    protocolVersion: "2026-01-26",
  });
  Object.assign(host.context, hello.hostContext);
  host.can = hello.hostCapabilities ?? {};
  notify("ui/notifications/initialized");
  new ResizeObserver(() => {
    const { width, height } = document.body.getBoundingClientRect();
    notify("ui/notifications/size-changed", { width: Math.ceil(width), height: Math.ceil(height) });
  }).observe(document.body);
}

// A tool's fields and links, or an Error whose `fields` are the contract's.
export async function call(name, args) {
  const result = await request("tools/call", { name, arguments: args });
  const text = result.content?.find((block) => block.type === "text")?.text ?? "";
  const fields = result.structuredContent ?? {};
  if (result.isError) {
    const said = fields.message ? fields : { message: text };
    throw Object.assign(new Error(said.message), { fields: said });
  }
  return { fields, links: (result.content ?? []).filter((block) => block.type === "resource_link") };
}

// What the user did here, for the model to know; no turn is started.
export const tellModel = (text) =>
  host.can.updateModelContext && request("ui/update-model-context", { content: [{ type: "text", text }] }).catch(() => {});

// In the user's name: starts a turn.
export const say = (text) => request("ui/message", { role: "user", content: [{ type: "text", text }] });
