// A minimal host of MCP Apps around the official bridge. The test provides window.mcp(), a client of the real server.
import { AppBridge, PostMessageTransport, getToolUiResourceUri, RESOURCE_MIME_TYPE } from "@modelcontextprotocol/ext-apps/app-bridge";

window.log = [];

window.openCard = async (tool, args, { theme = "light", sandbox, variables = {} } = {}) => {
  const { contents: [page] } = await window.mcp("resources/read", { uri: getToolUiResourceUri(tool) });
  if (page.mimeType !== RESOURCE_MIME_TYPE) throw new Error(`not a page: ${page.mimeType}`);
  const result = await window.mcp("tools/call", { name: tool.name, arguments: args });
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms");
  frame.title = tool.name;
  const address = new URL(sandbox);
  address.searchParams.set("csp", JSON.stringify(page._meta?.ui?.csp ?? {}));
  const ready = new Promise((done) => addEventListener("message", ({ source, data }) =>
    source === frame.contentWindow && data?.method === "ui/notifications/sandbox-proxy-ready" && done()));
  document.body.append(frame);
  frame.src = address.href;
  await ready;
  const can = { serverTools: {}, downloadFile: {}, updateModelContext: { text: {} }, message: { text: {} } };
  const bridge = new AppBridge(null, { name: "test-host", version: "1" }, can, { hostContext: { theme, displayMode: "inline", styles: { variables } } });
  bridge.oncalltool = async (asked) => {
    window.log.push(["call", asked]);
    return window.mcp("tools/call", asked);
  };
  for (const [hook, name] of [["onmessage", "message"], ["onupdatemodelcontext", "context"], ["ondownloadfile", "download"]])
    bridge[hook] = async (asked) => (window.log.push([name, asked]), {});
  bridge.onsizechange = ({ height }) => height && (frame.style.height = `${height + 2}px`);
  const initialized = new Promise((done) => (bridge.oninitialized = done));
  await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow));
  await bridge.sendSandboxResourceReady({ html: page.text, csp: page._meta?.ui?.csp });
  await initialized;
  await bridge.sendToolInput({ arguments: args });
  await bridge.sendToolResult(result);
  window.bridge = bridge;
};
