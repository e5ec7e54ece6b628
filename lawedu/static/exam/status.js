// What the page says: the save state, the banner, the timer, and one polite voice for screen readers.

const WARNINGS = [
  { at: 600, look: "timer--10", words: "剩余时间不足 10 分钟。" },
  { at: 300, look: "timer--5", words: "剩余时间不足 5 分钟，请检查未答的题。" },
  { at: 60, look: "timer--1", words: "剩余时间不足 1 分钟，时间到将自动交卷。" },
];
const OFFLINE = "网络已断开，作答已保存在本机，恢复后自动上传。请继续答题，不要关闭本页面。";
// Of several things to say the first of these shows.
const URGENCY = ["over", "paused", "elsewhere", "rejected", "offline"];

export class Status {
  constructor(clock) {
    this.clock = clock;
    this.warned = 0;
    this.news = {};
    this.line = document.getElementById("save-state");
    this.banner = document.getElementById("offline");
    this.timer = document.getElementById("timer");
    this.voice = document.getElementById("announce");
  }

  say(words, isUrgent) {
    this.voice.setAttribute("aria-live", isUrgent ? "assertive" : "polite");
    this.voice.textContent = words;
  }

  // Shows what it is told; the line is rewritten only when it changes, or a screen reader would speak it again.
  write(words, icon, isLocal) {
    const place = this.line.querySelector("span");
    if (place.textContent === words) return;
    place.textContent = words;
    this.line.classList.toggle("save-state--local", isLocal);
    this.line.querySelector("use").setAttribute("href", `${this.line.dataset.icons}#${icon}`);
  }

  saved(at) {
    if (this.news.offline) this.say("网络已恢复，作答已全部上传。");
    this.clear("offline");
    this.write(`已保存 ${this.clock.words(at)}`, "check", false);
  }

  saving() { if (!this.news.offline) this.write("正在保存…", "refresh", false); }

  // In this browser only, for whatever reason; nothing is lost, nothing is saved.
  local() { this.write("存在本机", "offline", true); }

  offline() {
    this.local();
    this.tell("offline", OFFLINE);
  }

  tell(kind, words) {
    if (this.news[kind] === words) return;
    this.news[kind] = words;
    this.show();
  }

  clear(kind) {
    if (!this.news[kind]) return;
    delete this.news[kind];
    this.show();
  }

  show() {
    const kind = URGENCY.find((one) => this.news[one]);
    this.banner.hidden = !kind;
    this.banner.querySelector("span").textContent = kind ? this.news[kind] : "";
  }

  tick() {
    const seconds = this.clock.left() / 1000;
    const left = this.clock.remaining();
    this.timer.querySelector("b").textContent = left;
    document.querySelectorAll("[data-left]").forEach((place) => { place.textContent = left; });
    const reached = WARNINGS.filter((one) => seconds <= one.at).length;
    WARNINGS.forEach((one, index) => this.timer.classList.toggle(one.look, index === reached - 1));
    // Counted down again after extra time was given, so the same warning may come twice, rightly.
    if (reached > this.warned) this.say(WARNINGS[reached - 1].words);
    if (reached !== this.warned) this.timer.querySelector("small").textContent = reached ? `不足 ${WARNINGS[reached - 1].at / 60} 分钟` : "剩余";
    this.warned = reached;
    return seconds;
  }
}
