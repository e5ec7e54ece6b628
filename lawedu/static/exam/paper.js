// The paper on the screen: one question at a time, the answer sheet beside it, flags kept on this device.

const flagsKey = (attempt) => `lawedu-flags-${attempt}`;

export class Paper {
  constructor(root, attempt, onChange) {
    this.questions = Array.from(root.querySelectorAll("[data-item]"));
    this.cells = Array.from(document.querySelectorAll("#sheet .cell[data-goto]"));
    this.attempt = attempt;
    this.now = 0;
    this.flags = new Set(this.readFlags());
    this.questions.forEach((question) => {
      question.addEventListener("change", () => onChange(question.dataset.item, this.valueOf(question)));
    });
    this.show(this.fromHash(), false);
    this.draw();
  }

  fromHash() {
    const found = /^#q(\d+)$/.exec(window.location.hash);
    return found ? Math.min(this.questions.length, Math.max(1, Number(found[1]))) - 1 : 0;
  }

  readFlags() {
    try { return JSON.parse(window.localStorage.getItem(flagsKey(this.attempt)) || "[]"); } catch (error) { return []; }
  }

  forget() {
    try { window.localStorage.removeItem(flagsKey(this.attempt)); } catch (error) { /* nothing was kept */ }
  }

  inputs(question) { return Array.from(question.querySelectorAll("input:not([type=hidden]), textarea")); }

  valueOf(question) {
    const inputs = this.inputs(question);
    const chosen = inputs.filter((input) => input.checked).map((input) => input.value);
    switch (question.dataset.kind) {
      case "single_choice": return chosen.length ? chosen[0] : null;
      case "true_false": return chosen.length ? chosen[0] === "true" : null;
      case "multiple_choice":
      case "indeterminate_choice": return chosen.length ? chosen.sort() : null;
      default: return inputs[0] && inputs[0].value !== "" ? inputs[0].value : null;
    }
  }

  // Put a value that came from elsewhere (the server, another tab) on the screen.
  setValue(item, value) {
    const question = this.questions.find((one) => one.dataset.item === item);
    if (!question) return;
    this.inputs(question).forEach((input) => {
      if (input.tagName === "TEXTAREA" || input.type === "text") input.value = value === null ? "" : value;
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
    if (moveFocus) {
      const heading = question.querySelector(".question__no");
      heading.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    this.draw();
  }

  current() { return this.questions[this.now]; }

  toggleFlag() {
    const item = this.current().dataset.item;
    if (this.flags.has(item)) this.flags.delete(item);
    else this.flags.add(item);
    try { window.localStorage.setItem(flagsKey(this.attempt), JSON.stringify(Array.from(this.flags))); } catch (error) { /* flags last as long as the page then */ }
    this.draw();
    return this.flags.has(item);
  }

  // Choose by key: A–D or 1–4; toggles where several may be chosen.
  choose(letterIndex) {
    const input = this.inputs(this.current())[letterIndex];
    if (!input || input.disabled || input.tagName === "TEXTAREA" || input.type === "text") return;
    input.click();
    input.focus();
  }

  unanswered() { return this.questions.filter((question) => this.valueOf(question) === null); }

  flagged() { return this.questions.filter((question) => this.flags.has(question.dataset.item)); }

  numberOf(question) { return this.questions.indexOf(question) + 1; }

  lock() {
    this.questions.forEach((question) => this.inputs(question).forEach((input) => { input.disabled = true; }));
  }

  unlock() {
    this.questions.forEach((question) => this.inputs(question).forEach((input) => { input.disabled = false; }));
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
