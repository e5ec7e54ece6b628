// Handing in: what is unanswered and flagged, then the one irreversible button.

import { ask, close } from "./dialog.js";
import { sheetDigest } from "./digest.js";

const OFFLINE = "网络还没有恢复，暂时不能交卷。作答都在本机，恢复后请再点一次；时间到会自动交卷。";
const RESYNC = "另一处有更新的作答，页面已换成服务器上保存的内容。请核对后再交卷。";
const AGAIN = "暂时没有交上，请再试一次。您的作答都已保存。";

// `page`: {paper, saver, clock, isOver(), finish(), signedOut(), go(index)}; `news`: a sentence to show at once.
export function openCheck(page, news) {
  const layer = ask("check-layer", (piece) => fill(piece, page));
  if (news) tell(layer, news);
  layer.querySelectorAll("[data-goto]").forEach((button) => button.addEventListener("click", () => {
    close();
    page.go(Number(button.dataset.goto) - 1);
  }));
  layer.querySelector("[data-back]").addEventListener("click", () => close());
  layer.querySelector("[data-confirm]").addEventListener("click", () => handIn(layer, page));
}

function fill(layer, { paper, clock }) {
  const missing = paper.unanswered();
  const flagged = paper.flagged();
  list(layer.querySelector("[data-missing]"), paper, missing, `未作答（${missing.length} 题）`);
  list(layer.querySelector("[data-flagged]"), paper, flagged, `已标记（${flagged.length} 题）`);
  const marks = flagged.length ? `，${flagged.length} 道题做了标记` : "";
  layer.querySelector("[data-summary]").textContent = missing.length
    ? `还有 ${missing.length} 道题没有作答${marks}。`
    : `${paper.questions.length} 道题已全部作答${marks}。`;
  layer.querySelector("[data-left]").textContent = clock.remaining();
  layer.querySelector(".notice").classList.toggle("notice--warn", missing.length > 0);
  const confirm = layer.querySelector("[data-confirm]");
  const back = layer.querySelector("[data-back]");
  confirm.textContent = missing.length ? `确认交卷（${missing.length} 题未答）` : "确认交卷";
  confirm.className = missing.length ? "btn btn--danger btn--lg" : "btn btn--primary btn--lg";
  back.className = missing.length ? "btn btn--primary btn--lg" : "btn btn--lg";
  (missing.length ? back : confirm).setAttribute("autofocus", "");
}

function list(place, paper, questions, words) {
  place.hidden = !questions.length;
  place.querySelector("h3").textContent = words;
  questions.forEach((question) => {
    const row = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn--plain";
    button.dataset.goto = paper.numberOf(question);
    button.textContent = paper.numberOf(question);
    button.setAttribute("aria-label", `第 ${paper.numberOf(question)} 题`);
    row.appendChild(button);
    place.querySelector("ul").appendChild(row);
  });
}

function tell(layer, words) {
  const problem = layer.querySelector("[data-problem]");
  problem.textContent = words;
  problem.hidden = !words;
}

function handIn(layer, page) {
  const confirm = layer.querySelector("[data-confirm]");
  confirm.disabled = true;
  tell(layer, "");
  const fail = (words) => {
    confirm.disabled = false;
    if (!layer.contains(document.activeElement)) confirm.focus();
    tell(layer, words);
  };
  page.saver.flush().then((isEmpty) => {
    if (page.isOver() || !layer.isConnected) return;
    if (!isEmpty) fail(OFFLINE);
    else page.saver.submit(sheetDigest(page.paper.sheet())).then((answer) => answered(answer, page, fail));
  });
}

function answered(answer, page, fail) {
  const body = answer.body || {};
  if (answer.status === 200 || answer.status === 410) page.finish();
  else if (answer.status === 409 && body.sheet) {
    page.paper.setSheet(body.sheet);
    openCheck(page, RESYNC);
  } else if (answer.status === 401 || answer.status === 404) page.signedOut();
  else fail(answer.status ? body.message || AGAIN : OFFLINE);
}
