// A question over the page (layer with its own focus), without leaving it. Built from a <template> in the page.

let open = null;

export function ask(templateId, fill) {
  close();
  const piece = document.getElementById(templateId).content.cloneNode(true);
  const layer = piece.querySelector(".layer");
  const before = document.activeElement;
  if (fill) fill(layer);
  document.body.appendChild(piece);
  layer.addEventListener("keydown", (event) => keepFocus(layer, event));
  const first = layer.querySelector("[autofocus], input:not([readonly]), button, a");
  if (first) first.focus();
  open = { layer, before };
  return layer;
}

export function close() {
  if (!open) return;
  open.layer.remove();
  if (open.before && open.before.focus) open.before.focus();
  open = null;
}

export function isOpen() { return Boolean(open); }

function keepFocus(layer, event) {
  if (event.key !== "Tab") return;
  const stops = Array.from(layer.querySelectorAll("input, button, a[href]")).filter((one) => !one.disabled);
  const first = stops[0];
  const last = stops[stops.length - 1];
  if (event.shiftKey && document.activeElement === first) { event.preventDefault(); last.focus(); }
  else if (!event.shiftKey && document.activeElement === last) { event.preventDefault(); first.focus(); }
}
