// The paper on the screen: one question at a time, the answer sheet beside it; flags and the place are kept on this device.

const keyOf = (attempt) => `lawedu-place-${attempt}`;
const isText = (input) => input.tagName === "TEXTAREA" || input.type === "text";
const lines = (text) => text.replace(/\r\n?/g, "\n");

// What is chosen in a question of choice, as the server takes it.
export function chosenIn(question) {
  const chosen = Array.from(question.querySelectorAll(".option input")).filter((input) => input.checked).map((input) => input.value);
  if (!chosen.length) return null;
  switch (question.dataset.kind) {
    case "single_choice": return chosen[0];
    case "true_false": return chosen[0] === "true";
    default: return chosen.sort();
  }
}

export class Paper {
  // `onChange(item, value, isTyping)`
  constructor(root, attempt, onChange) {
    this.questions = Array.from(root.querySelectorAll("[data-item]"));
    this.cells = Array.from(document.querySelectorAll("#sheet .cell[data-goto]"));
    this.attempt = attempt;
    this.given = new Map();
    const kept = this.recall();
    this.flags = new Set(kept.flags);
    this.questions.forEach((question) => {
      const tell = (event) => {
        const isTyping = isText(event.target);
        if (isTyping === (event.type === "input")) onChange(question.dataset.item, this.valueOf(question), isTyping);
      };
      question.addEventListener("change", tell);
      question.addEventListener("input", tell);
      // Enter in a field would press the first button of the form: 交卷.
      question.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && event.target.tagName === "INPUT") event.preventDefault();
      });
    });
    this.show(this.startAt(kept.item), false);
  }

  startAt(item) {
    const found = /^#q(\d+)$/.exec(window.location.hash);
    const number = found ? Number(found[1]) - 1 : this.questions.findIndex((one) => one.dataset.item === item);
    return Math.min(this.questions.length - 1, Math.max(0, number));
  }

  recall() {
    try {
      const kept = JSON.parse(window.localStorage.getItem(keyOf(this.attempt)));
      return { flags: kept.flags || [], item: kept.item };
    } catch (error) { return { flags: [], item: "" }; }
  }

  remember() {
    const kept = { flags: Array.from(this.flags), item: this.current().dataset.item };
    try { window.localStorage.setItem(keyOf(this.attempt), JSON.stringify(kept)); } catch (error) { /* lasts as long as the page then */ }
  }

  forget() {
    try { window.localStorage.removeItem(keyOf(this.attempt)); } catch (error) { /* nothing was kept */ }
  }

  // Answers chosen while the script was still on its way: they differ from what the server wrote into the page.
  early() {
    const differs = (input) => (isText(input) ? input.value !== input.defaultValue : input.checked !== input.defaultChecked);
    return this.questions.filter((question) => this.inputs(question).some(differs))
      .map((question) => [question.dataset.item, this.valueOf(question)]);
  }

  inputs(question) { return Array.from(question.querySelectorAll("input:not([type=hidden]), textarea")); }

  valueOf(question) {
    const inputs = this.inputs(question);
    return isText(inputs[0]) ? this.textOf(question, inputs[0].value) : chosenIn(question);
  }

  // A field changes line ends: as long as nobody typed, the answer is what the server has, letter for letter.
  textOf(question, text) {
    const given = this.given.get(question.dataset.item);
    if (typeof given === "string" && lines(given) === lines(text)) return given;
    return text === "" ? null : text;
  }

  // Put a value that came from elsewhere (the server, another tab) on the screen.
  setValue(item, value) {
    const question = this.questions.find((one) => one.dataset.item === item);
    if (!question) return;
    this.given.set(item, value);
    this.inputs(question).forEach((input) => {
      if (isText(input)) input.value = value === null ? "" : value;
      else input.checked = Array.isArray(value) ? value.indexOf(input.value) >= 0 : value !== null && String(value) === input.value;
    });
  }

  sheet() {
    const sheet = {};
    this.questions.forEach((question) => { sheet[question.dataset.item] = this.valueOf(question); });
    return sheet;
  }

  setSheet(sheet) {
    this.questions.forEach((question) => {
      const item = question.dataset.item;
      this.setValue(item, Object.prototype.hasOwnProperty.call(sheet, item) ? sheet[item] : null);
    });
    this.draw();
  }

  show(index, moveFocus) {
    if (index < 0 || index >= this.questions.length) return;
    this.now = index;
    this.questions.forEach((question, number) => { question.hidden = number !== index; });
    const question = this.questions[index];
    document.title = `第${index + 1}题，共${this.questions.length}题 - ${document.body.dataset.exam}`;
    // Replaced, not pushed: the back key of a phone leaves no pile of pages behind, and a reload comes back here.
    window.history.replaceState(window.history.state, "", `#q${index + 1}`);
    this.remember();
    this.draw();
    if (moveFocus) this.focusHere();
  }

  focusHere() {
    this.current().querySelector(".question__no").focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }

  current() { return this.questions[this.now]; }

  toggleFlag() {
    const item = this.current().dataset.item;
    if (this.flags.has(item)) this.flags.delete(item);
    else this.flags.add(item);
    this.remember();
    this.draw();
    return this.flags.has(item);
  }

  // Choose by key: A–D or 1–4; toggles where several may be chosen. What to say about it, or nothing.
  choose(letterIndex) {
    const input = this.inputs(this.current())[letterIndex];
    if (!input || input.disabled || isText(input)) return "";
    input.click();
    const row = input.parentElement;
    const word = row.querySelector(".option__key").textContent || row.querySelector(".option__text").textContent;
    return `${input.checked ? "已选" : "取消选择"} ${word}`;
  }

  unanswered() { return this.questions.filter((question) => this.valueOf(question) === null); }

  flagged() { return this.questions.filter((question) => this.flags.has(question.dataset.item)); }

  numberOf(question) { return this.questions.indexOf(question) + 1; }

  setLocked(isLocked) {
    const hadFocus = this.current().contains(document.activeElement);
    this.questions.forEach((question) => this.inputs(question).forEach((input) => { input.disabled = isLocked; }));
    if (isLocked && hadFocus) this.focusHere();
  }

  draw() {
    let answered = 0;
    this.cells.forEach((cell, number) => {
      const question = this.questions[number];
      const isDone = this.valueOf(question) !== null;
      const isFlagged = this.flags.has(question.dataset.item);
      const isNow = number === this.now;
      answered += isDone ? 1 : 0;
      cell.className = `cell${isDone ? " cell--done" : ""}${isFlagged ? " cell--flag" : ""}${isNow ? " cell--now" : ""}`;
      cell.setAttribute("aria-label", `第${number + 1}题，${isDone ? "已作答" : "未作答"}${isFlagged ? "，已标记" : ""}${isNow ? "，当前题" : ""}`);
      if (isNow) cell.setAttribute("aria-current", "true");
      else cell.removeAttribute("aria-current");
    });
    const all = this.questions.length;
    document.querySelectorAll("[data-answered]").forEach((place) => { place.textContent = answered; });
    document.querySelectorAll("[data-unanswered]").forEach((place) => { place.textContent = all - answered; });
    document.querySelectorAll("[data-answered-of]").forEach((place) => { place.textContent = `${answered}/${all}`; });
    const flag = document.getElementById("flag");
    if (flag) flag.setAttribute("aria-pressed", String(this.flags.has(this.current().dataset.item)));
    const previous = document.getElementById("previous");
    const next = document.getElementById("next");
    if (previous) previous.disabled = this.now === 0;
    if (next) next.hidden = this.now === all - 1;
    const last = document.getElementById("to-check");
    if (last) last.hidden = this.now !== all - 1;
  }
}
