// What the page says: the save state, the banner, the timer, and one polite voice for screen readers.

const WARNINGS = [
  { at: 600, look: "timer--10", words: "剩余时间不足 10 分钟。" },
  { at: 300, look: "timer--5", words: "剩余时间不足 5 分钟，请检查未答的题。" },
  { at: 60, look: "timer--1", words: "剩余时间不足 1 分钟，时间到将自动交卷。" },
];
const OFFLINE = "网络已断开，作答已保存在本机，恢复后自动上传。请继续答题，不要关闭本页面。";

export class Status {
  constructor(clock) {
    this.clock = clock;
    this.state = "";
    this.wasOffline = false;
    this.warned = 0;
    this.line = document.getElementById("save-state");
    this.banner = document.getElementById("offline");
    this.timer = document.getElementById("timer");
    this.voice = document.getElementById("announce");
  }

  say(words, isUrgent) {
    this.voice.setAttribute("aria-live", isUrgent ? "assertive" : "polite");
    this.voice.textContent = words;
  }

  icon(name) {
    this.line.querySelector("use").setAttribute("href", this.line.dataset.icons + "#" + name);
  }

  line_(words, icon, isLocal) {
    this.line.querySelector("span").textContent = words;
    this.line.classList.toggle("save-state--local", isLocal);
    this.icon(icon);
  }

  saved(at) {
    if (this.wasOffline) this.say("网络已恢复，作答已全部上传。");
    this.wasOffline = false;
    this.state = "saved";
    this.hideBanner();
    this.line_(`已保存 ${this.clock.words(at)}`, "check", false);
  }

  saving() {
    if (this.wasOffline) return;
    this.state = "saving";
    this.line_("正在保存…", "refresh", false);
  }

  offline() {
    this.state = "offline";
    this.line_("存在本机", "offline", true);
    if (this.wasOffline) return;
    this.wasOffline = true;
    this.showBanner(OFFLINE);
  }

  showBanner(words) {
    this.banner.querySelector("span").textContent = words;
    this.banner.hidden = false;
  }

  hideBanner() { this.banner.hidden = true; }

  tick() {
    const seconds = this.clock.left() / 1000;
    this.timer.querySelector("b").textContent = this.clock.remaining();
    const reached = WARNINGS.filter((one) => seconds <= one.at).length;
    WARNINGS.forEach((one, index) => this.timer.classList.toggle(one.look, index === reached - 1));
    // Counted down again after extra time was given, so the same warning may come twice, rightly.
    if (reached > this.warned) {
      this.say(WARNINGS[reached - 1].words);
      this.timer.querySelector("small").textContent = `不足 ${WARNINGS[reached - 1].at / 60} 分钟`;
    }
    if (reached === 0) this.timer.querySelector("small").textContent = "剩余";
    this.warned = reached;
    return seconds;
  }
}
