// Single keys: A–D or 1–4 choose, ← → move, F flags, T speaks the time. Never in text fields, never with Ctrl, Alt or Meta,
// never while a Chinese input method composes; a switch turns them off and is remembered.

const SWITCH = "lawedu-keys-off";

export function handleKeys(page) {
  const box = document.getElementById("keys");
  try { box.checked = window.localStorage.getItem(SWITCH) !== "1"; } catch (error) { box.checked = true; }
  box.addEventListener("change", () => {
    try { window.localStorage.setItem(SWITCH, box.checked ? "0" : "1"); } catch (error) { /* lasts as long as the page */ }
  });
  document.addEventListener("keydown", (event) => {
    if (!box.checked || page.isBusy() || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const target = event.target;
    const isText = target.tagName === "TEXTAREA" || (target.tagName === "INPUT" && target.type === "text");
    if (!isText && act(page, event.key, target)) event.preventDefault();
  });
}

function act(page, key, target) {
  const letter = /^[a-eg-hA-EG-H]$/.test(key) ? key.toUpperCase().charCodeAt(0) - 65 : -1;
  const digit = /^[1-8]$/.test(key) ? Number(key) - 1 : -1;
  if (letter >= 0 || digit >= 0) {
    // The focus stays where it is: inside the radio buttons → would no longer lead to the next question.
    const words = page.paper.choose(Math.max(letter, digit));
    if (words) page.status.say(words);
    return Boolean(words);
  }
  // ← → belong to the radio buttons while one of them has the focus.
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (step && target.tagName !== "INPUT") { page.go(page.paper.now + step); return true; }
  if (key === "f" || key === "F") { page.flag(); return true; }
  if (key === "t" || key === "T") { page.status.say(`剩余 ${page.clock.remaining()}`); return true; }
  return false;
}
