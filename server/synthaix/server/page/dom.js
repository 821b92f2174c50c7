// A view is a function from the state to `h(...)`; `render` patches what is there, so focus and caret stay.

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["checked", "disabled", "value", "hidden"]);

export const h = (tag, props, ...kids) => ({
  tag,
  props: props ?? {},
  kids: kids.flat(Infinity).filter((kid) => kid != null && typeof kid !== "boolean"),
});

function make(node, parent) {
  if (typeof node !== "object") return document.createTextNode(node);
  const el = document.createElementNS(node.tag === "svg" ? SVG : parent.namespaceURI, node.tag);
  el._v = { props: {} };
  if (node.tag === "button") el.type = "button"; // none of them sends a form
  patch(el, node);
  return el;
}

function patch(el, node) {
  const before = el._v.props;
  const { value, ...first } = node.props;
  const byKey = new Map([...el.childNodes].filter((n) => n._v?.props.key != null).map((n) => [n._v.props.key, n]));
  node.kids.forEach((kid, at) => place(el, kid, at, byKey));
  while (el.childNodes.length > node.kids.length) el.lastChild.remove();
  setProps(el, first, before);
  if (value !== undefined) setProps(el, { value }, {}); // last: a select's options must be there
  el._v = node;
}

function place(el, kid, at, byKey) {
  const text = typeof kid !== "object";
  const key = text ? null : kid.props.key;
  let there = key != null ? byKey.get(key) : el.childNodes[at];
  if (there && key == null && there._v?.props.key != null) there = null;
  if (there && (text ? there.nodeType !== 3 : there.localName !== kid.tag)) there = null;
  if (!there) there = make(kid, el);
  else if (!text) patch(there, kid);
  else if (there.data !== String(kid)) there.data = kid;
  if (el.childNodes[at] !== there) el.insertBefore(there, el.childNodes[at] ?? null);
}

function setProps(el, next, before) {
  for (const name in before) if (!(name in next) && name !== "key" && name !== "value") setProp(el, name, null);
  for (const name in next) if (name !== "key" && (name === "value" || next[name] !== before[name])) setProp(el, name, next[name]);
}

function setProp(el, name, value) {
  if (name.startsWith("on")) {
    el._on ??= {};
    const type = name.slice(2).toLowerCase();
    if (!(type in el._on)) el.addEventListener(type, (event) => el._on[type]?.(event));
    el._on[type] = value;
    return;
  }
  if (PROPERTIES.has(name)) {
    const wanted = name === "value" ? String(value ?? "") : Boolean(value);
    if (el[name] !== wanted) el[name] = wanted; // never written twice: that would move the caret
    return;
  }
  if (name === "label") name = "aria-label"; // what a screen reader says
  if (value == null || value === false) el.removeAttribute(name);
  else el.setAttribute(name, value === true ? "" : value);
}

export function render(node, root) {
  root._v ??= { props: {} };
  patch(root, h(root.localName, {}, node));
}
