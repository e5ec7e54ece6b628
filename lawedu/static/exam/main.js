// The exam page. Choosing is saving; nothing here navigates in order to save; every request after loading is a save.

import { ExamClock } from "./clock.js";
import { ask, close, isOpen } from "./dialog.js";
import { sheetDigest } from "./digest.js";
import { handleKeys } from "./keys.js";
import { Paper } from "./paper.js";
import { Saver } from "./saver.js";
import { signInAgain } from "./sign-in.js";
import { Status } from "./status.js";
import { openStore } from "./store.js";

const HEARTBEAT = 60000;
const TYPING = 1500;
const GRACE = 32000;

const facts = JSON.parse(document.getElementById("attempt").textContent);
const address = `/attempts/${facts.attempt_id}`;
const clock = new ExamClock(facts.server_now, facts.deadline_at);
const status = new Status(clock);
let saver = null;
let paper = null;
let isOver = false;
let isReadOnly = false;

function changed(item, value) {
  if (isOver || isReadOnly) return;
  const kind = paper.current().dataset.kind;
  paper.draw();
  saver.put(item, value, kind === "fill_blank" || kind === "short_answer" || kind === "essay" ? TYPING : 0);
}

function tell(what, facts_) {
  switch (what) {
    case "saved": status.saved(facts_.at); break;
    case "saving": status.saving(); break;
    case "slow":
    case "offline": status.offline(); break;
    case "signed-out": status.offline(); askToSignIn(); break;
    case "epoch": becomeReadOnly(); break;
    case "digest": compare(facts_.digest); break;
    case "paused": status.showBanner("考试已暂停，请听从监考人员安排。恢复后补足时间，暂停前的作答都已保存。"); break;
    case "closed": finish(); break;
    case "rejected": status.showBanner("有一处作答没有保存成功，请重新选择该题。"); break;
    default: break;
  }
}

function askToSignIn() {
  if (isOpen()) return;
  const layer = ask("sign-in-layer");
  signInAgain(layer, () => { close(); saver.flush(); });
}

// Another device took over: what it saves wins, so this page only reads until its owner says otherwise.
function becomeReadOnly() {
  if (isReadOnly) return;
  isReadOnly = true;
  paper.lock();
  offerTakeOver();
}

function offerTakeOver() {
  const layer = ask("take-over-layer");
  layer.querySelector("[data-take-over]").addEventListener("click", () => {
    saver.takeOver().then((reply) => {
      isReadOnly = false;
      paper.setSheet(reply.sheet);
      if (!isOver) paper.unlock();
      close();
      status.saved();
    }).catch(() => { layer.querySelector("[data-problem]").hidden = false; });
  });
}

// The server's sheet differs although nothing is on its way: another tab or device has saved. Show what counts.
function compare(digest) {
  if (isReadOnly || digest === sheetDigest(paper.sheet())) return;
  saver.takeOver().then((reply) => paper.setSheet(reply.sheet)).catch(() => {});
}

function heartbeat() {
  if (!isOver && !isReadOnly) saver.flush(true);
}

function tick() {
  const seconds = status.tick();
  if (seconds <= 0 && !isOver) timeIsUp();
}

function timeIsUp() {
  isOver = true;
  paper.lock();
  document.querySelectorAll("[data-hand-in]").forEach((button) => { button.disabled = true; });
  status.say("考试时间到，已自动交卷。您的作答全部保存。", true);
  status.showBanner("考试时间到，正在确认作答已全部保存…");
  saver.flush();
  // After the grace the server answers with the receipt of the expired attempt.
  window.setTimeout(finish, GRACE);
}

function finish() {
  isOver = true;
  saver.stop();
  saver.store.clear().then(() => { paper.forget(); window.location.replace(`${address}/receipt`); });
}

function openCheck() {
  if (isReadOnly || isOver) return;
  const missing = paper.unanswered();
  const flagged = paper.flagged();
  const layer = ask("check-layer", (piece) => fillCheck(piece, missing, flagged));
  layer.querySelectorAll("[data-goto]").forEach((button) => button.addEventListener("click", () => {
    close();
    paper.show(Number(button.dataset.goto) - 1, true);
  }));
  layer.querySelector("[data-back]").addEventListener("click", () => close());
  layer.querySelector("[data-confirm]").addEventListener("click", () => handIn(layer));
}

function fillCheck(layer, missing, flagged) {
  const list = (place, questions, words) => {
    const target = layer.querySelector(place);
    target.hidden = !questions.length;
    target.querySelector("h3").textContent = words;
    questions.forEach((question) => {
      const row = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn--plain";
      button.dataset.goto = paper.numberOf(question);
      button.textContent = `第 ${paper.numberOf(question)} 题`;
      row.appendChild(button);
      target.querySelector("ul").appendChild(row);
    });
  };
  list("[data-missing]", missing, `未作答（${missing.length} 题）`);
  list("[data-flagged]", flagged, `已标记（${flagged.length} 题）`);
  const summary = layer.querySelector("[data-summary]");
  summary.textContent = missing.length
    ? `还有 ${missing.length} 道题没有作答${flagged.length ? `，${flagged.length} 道题做了标记` : ""}。`
    : `${paper.questions.length} 道题已全部作答${flagged.length ? `，${flagged.length} 道题做了标记` : ""}。`;
  layer.querySelector("[data-left]").textContent = clock.remaining();
  const confirm = layer.querySelector("[data-confirm]");
  const back = layer.querySelector("[data-back]");
  confirm.textContent = missing.length ? `确认交卷（${missing.length} 题未答）` : "确认交卷";
  confirm.className = missing.length ? "btn btn--danger btn--lg" : "btn btn--primary btn--lg";
  back.className = missing.length ? "btn btn--primary btn--lg" : "btn btn--lg";
  (missing.length ? back : confirm).setAttribute("autofocus", "");
}

function handIn(layer) {
  const confirm = layer.querySelector("[data-confirm]");
  const problem = layer.querySelector("[data-problem]");
  confirm.disabled = true;
  problem.hidden = true;
  const fail = (words) => { confirm.disabled = false; problem.hidden = false; problem.textContent = words; };
  saver.flush().then((isEmpty) => {
    if (isOver) return null;
    if (!isEmpty) { fail("网络还没有恢复，暂时不能交卷。作答都在本机，恢复后请再点一次；时间到会自动交卷。"); return null; }
    return saver.submit(sheetDigest(paper.sheet())).then((answer) => {
      if (answer.status === 200 || answer.status === 410) { finish(); return; }
      if (answer.status === 409 && answer.body && answer.body.sheet) {
        paper.setSheet(answer.body.sheet);
        fail("另一处有更新的作答，页面已换成服务器上保存的内容。请核对后再交卷。");
        return;
      }
      if (answer.status === 401) { close(); askToSignIn(); return; }
      fail((answer.body && answer.body.message) || "暂时没有交上，请再试一次。您的作答都已保存。");
    });
  }).catch(() => fail("网络不稳定，暂时没有交上，请再试一次。您的作答都已保存。"));
}

function listen() {
  document.getElementById("previous").addEventListener("click", () => { saver.flush(); paper.show(paper.now - 1, true); });
  document.getElementById("next").addEventListener("click", () => { saver.flush(); paper.show(paper.now + 1, true); });
  document.getElementById("flag").addEventListener("click", () => paper.toggleFlag());
  document.querySelectorAll("[data-hand-in]").forEach((button) => button.addEventListener("click", (event) => {
    event.preventDefault();
    openCheck();
  }));
  paper.cells.forEach((cell) => cell.addEventListener("click", (event) => {
    event.preventDefault();
    saver.flush();
    paper.show(Number(cell.dataset.goto) - 1, true);
  }));
  document.getElementById("paper").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("visibilitychange", () => { if (document.hidden) saver.farewell(); else heartbeat(); });
  window.addEventListener("pagehide", () => saver.farewell());
  window.addEventListener("online", () => saver.flush());
  window.addEventListener("offline", () => status.offline());
  handleKeys({ paper, saver, clock, status, isBusy: () => isOpen() || isOver || isReadOnly, openCheck });
}

function start(store) {
  const client = `${Date.now().toString(36)}-${Array.from(crypto.getRandomValues(new Uint32Array(2))).map((n) => n.toString(36)).join("")}`;
  saver = new Saver({ address, token: facts.csrf_token, epoch: facts.epoch, nextSeq: facts.next_seq, store, client, tell, clock });
  paper = new Paper(document.getElementById("paper"), facts.attempt_id, changed);
  paper.setSheet(facts.sheet);
  Promise.all([store.wasHere(), store.all()]).then(([wasHere, waiting]) => {
    // Typed here before a crash or a reload and not acknowledged yet: it is on the screen again before anything else.
    waiting.forEach((op) => paper.setValue(op.item, op.value));
    paper.draw();
    document.getElementById("paper").classList.add("is-ready");
    listen();
    window.setInterval(tick, 1000);
    window.setInterval(heartbeat, HEARTBEAT);
    tick();
    if (!wasHere && facts.next_seq > 1) { becomeReadOnly(); return null; }
    return store.visit(facts.next_seq).then(() => saver.flush());
  });
}

openStore(document.body.dataset.person, facts.attempt_id).then(start);
