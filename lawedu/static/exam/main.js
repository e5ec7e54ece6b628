// The exam page. Choosing is saving; nothing here navigates in order to save; every request after loading is a save.

import { ExamClock } from "./clock.js";
import { ask, close, isOpen, openName } from "./dialog.js";
import { sheetDigest } from "./digest.js";
import { openCheck } from "./hand-in.js";
import { handleKeys } from "./keys.js";
import { Paper } from "./paper.js";
import { Saver } from "./saver.js";
import { signInAgain } from "./sign-in.js";
import { Status } from "./status.js";
import { openStore } from "./store.js";

const HEARTBEAT = 60000;
const TYPING = 1500;
const GRACE = 31000;
const PAUSED = "考试已暂停，请听从监考人员安排。恢复后补足时间，暂停前的作答都已保存。";
const DUE = "考试时间到，正在确认作答已全部保存…";
const DONE = "考试时间到，已自动交卷。您的作答全部保存。";
const DUE_OFFLINE = "考试时间到，网络已断开。截止前已保存的作答全部有效，恢复后显示交卷回执。";

const facts = JSON.parse(document.getElementById("attempt").textContent);
const address = `/attempts/${facts.attempt_id}`;
const clock = new ExamClock(facts.server_now, facts.deadline_at);
const status = new Status(clock);
// over: ended for good; due: the deadline has come; paused; elsewhere: another device goes on. Each of them locks the paper.
const locks = { over: false, due: false, paused: false, elsewhere: false };
let saver = null;
let paper = null;

const isLocked = () => locks.over || locks.due || locks.paused || locks.elsewhere;

function lock(why, isOn) {
  if (locks[why] === isOn) return;
  locks[why] = isOn;
  paper.setLocked(isLocked());
  document.querySelectorAll("[data-hand-in]").forEach((button) => { button.disabled = locks.over || locks.due || locks.paused; });
}

function changed(item, value, isTyping) {
  if (isLocked()) return;
  paper.draw();
  saver.put(item, value, isTyping ? TYPING : 0);
}

function go(index) {
  saver.flush();
  paper.show(index, true);
}

const tellers = {
  saved: ({ at }) => {
    if (at) {
      lock("paused", false);
      status.clear("paused");
      // Signed in again in another tab.
      if (openName() === "sign-in-layer") resume();
    }
    if (locks.due) { status.tell("over", DONE); status.say(DONE, true); }
    if (at || saver.nextSeq > 1) status.saved(at);
  },
  saving: () => status.saving(),
  slow: () => status.local(),
  offline: () => (locks.due ? status.tell("over", DUE_OFFLINE) : status.offline()),
  "signed-out": () => signedOut(),
  epoch: () => elsewhere(),
  digest: ({ digest }) => { if (!isLocked() && digest !== sheetDigest(paper.sheet())) catchUp(); },
  paused: () => { status.tell("paused", PAUSED); lock("paused", true); },
  closed: () => finish(),
  rejected: ({ ops }) => rejected(ops),
};

function rejected(ops) {
  const numbers = ops.map((op) => paper.questions.findIndex((one) => one.dataset.item === op.item) + 1);
  status.tell("rejected", `第 ${numbers.join("、")} 题的作答没有保存成功，请重新作答。`);
}

function signedOut() {
  status.local();
  if (openName() === "sign-in-layer") return;
  signInAgain(ask("sign-in-layer"), (token) => {
    saver.token = token;
    resume();
  });
}

function resume() {
  close();
  if (locks.elsewhere) offerTakeOver();
  else saver.flush(true);
}

// Another device took over: what it saves wins, so this page only reads until its owner says otherwise.
function elsewhere() {
  if (locks.elsewhere) return;
  lock("elsewhere", true);
  status.tell("elsewhere", "您正在另一台设备作答，这里只能查看。");
  offerTakeOver();
}

function offerTakeOver() {
  const layer = ask("take-over-layer");
  layer.querySelector("[data-back]").addEventListener("click", () => close());
  layer.querySelector("[data-take-over]").addEventListener("click", () => saver.takeOver().then((reply) => {
    paper.setSheet(reply.sheet);
    close();
    status.clear("elsewhere");
    lock("elsewhere", false);
    saver.flush(true);
  }).catch(() => { layer.querySelector("[data-problem]").hidden = false; }));
}

// The server's sheet differs although nothing is on its way: another tab has saved. Show what counts.
function catchUp() {
  saver.look().then((now) => {
    if (now.epoch > saver.epoch) { elsewhere(); return; }
    if (isLocked() || !saver.isClean()) return;
    saver.nextSeq = Math.max(saver.nextSeq, now.next_seq);
    paper.setSheet(now.sheet);
    status.say("另一个页面有更新的作答，已显示服务器上保存的内容。");
  }).catch(() => {});
}

function heartbeat() {
  if (!locks.over && !locks.paused) saver.flush(true);
}

function tick() {
  if (clock.hasSlept()) heartbeat();
  // A pause is made up for when it ends; until then the clock on the screen would only frighten.
  if (locks.over || locks.paused) return;
  const seconds = status.tick();
  if (seconds <= 0 && !locks.due) timeIsUp();
  if (seconds > 0 && locks.due) moreTime();
}

function timeIsUp() {
  lock("due", true);
  if (openName() === "check-layer") close();
  status.tell("over", DUE);
  saver.flush(true);
  window.setTimeout(askForReceipt, GRACE + Math.random() * 3000);
}

function moreTime() {
  lock("due", false);
  status.clear("over");
  status.say("考试时间已延长，请继续作答。", true);
}

// After the grace the server says that the attempt has ended ("closed"); until it is heard saying so, this page stays.
function askForReceipt() {
  if (!locks.due || locks.over) return;
  saver.flush(true);
  window.setTimeout(askForReceipt, 3000 + Math.random() * 2000);
}

function finish() {
  if (locks.over) return;
  lock("over", true);
  saver.stop();
  paper.forget();
  const leave = () => window.location.replace(`${address}/receipt`);
  saver.store.clear().then(leave, leave);
}

function wantsToHandIn() {
  if (locks.elsewhere) offerTakeOver();
  else if (!isLocked()) openCheck(page);
}

const page = {
  go, finish, signedOut, clock, status,
  isOver: () => locks.over,
  isBusy: () => isOpen() || isLocked(),
  flag: () => status.say(paper.toggleFlag() ? "已标记本题" : "已取消标记"),
};

function on(selector, deed) {
  document.querySelectorAll(selector).forEach((one) => one.addEventListener("click", (event) => {
    event.preventDefault();
    deed(one);
  }));
}

function listen() {
  on("#previous", () => go(paper.now - 1));
  on("#next", () => go(paper.now + 1));
  on("#flag", () => page.flag());
  on("[data-hand-in]", wantsToHandIn);
  on("#sheet .cell[data-goto]", (cell) => go(Number(cell.dataset.goto) - 1));
  // Links inside the page must not replace the place of the question in the address.
  on(".skip-link", () => paper.focusHere());
  on("a[href='#sheet']", () => {
    const sheet = document.getElementById("sheet");
    sheet.focus({ preventScroll: true });
    sheet.scrollIntoView();
  });
  document.getElementById("paper").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("visibilitychange", () => { if (document.hidden) saver.farewell(); else heartbeat(); });
  window.addEventListener("pagehide", () => saver.farewell());
  window.addEventListener("pageshow", (event) => { if (event.persisted) heartbeat(); });
  window.addEventListener("online", () => heartbeat());
  window.addEventListener("offline", () => saver.tell("offline"));
  handleKeys(page);
}

function begin(store, wasHere, waiting) {
  const random = Array.from(crypto.getRandomValues(new Uint32Array(3))).map((n) => n.toString(36)).join("");
  saver = new Saver({
    address, store, clock, client: random, token: facts.csrf_token, epoch: facts.epoch, nextSeq: facts.next_seq,
    tell: (what, more) => tellers[what](more || {}),
  });
  paper = new Paper(document.getElementById("paper"), facts.attempt_id, changed);
  Object.assign(page, { paper, saver });
  const early = paper.early();
  paper.setSheet(facts.sheet);
  // Answered here before a crash or a reload and not acknowledged yet: on the screen again before anything else.
  waiting.concat(early.map(([item, value]) => ({ item, value }))).forEach((op) => paper.setValue(op.item, op.value));
  paper.draw();
  listen();
  document.getElementById("paper").classList.add("is-ready");
  document.documentElement.classList.add("js");
  window.setInterval(tick, 1000);
  window.setInterval(heartbeat, HEARTBEAT);
  tick();
  if (document.body.dataset.paused) tellers.paused();
  if (!wasHere && facts.next_seq > 1) { elsewhere(); return; }
  store.visit(facts.next_seq).then(() => {
    early.forEach(([item, value]) => saver.put(item, value, 0));
    saver.flush(Boolean(document.body.dataset.paused));
  });
}

openStore(document.body.dataset.person, facts.attempt_id)
  .then((store) => Promise.all([store.wasHere(), store.all()]).then(([wasHere, waiting]) => begin(store, wasHere, waiting)));
