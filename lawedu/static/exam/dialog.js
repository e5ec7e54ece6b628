// A question over the page (a layer that keeps the focus), without leaving it. Built from a <template> in the page.

let open = null;

export function ask(templateId, fill) {
  close();
  const piece = document.getElementById(templateId).content.cloneNode(true);
  const layer = piece.querySelector(".layer");
  const before = document.activeElement;
  if (fill) fill(layer);
  document.body.appendChild(piece);
  layer.addEventListener("keydown", (event) => keepFocus(layer, event));
  const first = layer.querySelector("[autofocus]") || layer.querySelector("input:not([readonly]), button, a");
  if (first) first.focus();
  open = { layer, before, name: templateId };
  return layer;
}

export function close() {
  if (!open) return;
  const { layer, before } = open;
  open = null;
  layer.remove();
  const isLost = !before || before === document.body || !before.isConnected || before.disabled || before.offsetParent === null;
  const place = isLost ? document.querySelector(".card--question:not([hidden]) .question__no") : before;
  if (place) place.focus({ preventScroll: true });
}

export function isOpen() { return open !== null; }

export function openName() { return open ? open.name : ""; }

function keepFocus(layer, event) {
  if (event.key === "Escape") {
    const way = layer.querySelector("[data-back]");
    if (way) way.click();
    return;
  }
  if (event.key !== "Tab") return;
  const stops = Array.from(layer.querySelectorAll("input, button, a[href]")).filter((one) => !one.disabled && one.offsetParent !== null);
  const first = stops[0];
  const last = stops[stops.length - 1];
  if (event.shiftKey && document.activeElement === first) { event.preventDefault(); last.focus(); }
  else if (!event.shiftKey && document.activeElement === last) { event.preventDefault(); first.focus(); }
}
