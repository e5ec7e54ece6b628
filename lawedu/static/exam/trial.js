// Trial of three questions: the same messages as in an exam, and how long they took on this device.

import { chosenIn } from "./paper.js";

const facts = JSON.parse(document.getElementById("attempt").textContent);
const form = document.getElementById("trial");
const line = document.getElementById("save-state");
let seq = facts.next_seq;

function write(id, words) { document.getElementById(id).textContent = words; }

function state(words, isLocal) {
  line.hidden = false;
  line.classList.toggle("save-state--local", isLocal);
  line.querySelector("span").textContent = words;
}

function save(question) {
  const began = performance.now();
  const body = { client: "trial", epoch: 1, ops: [{ seq, item: question.dataset.item, value: chosenIn(question) }] };
  seq += 1;
  state("正在保存…", false);
  return fetch(form.action, {
    method: "POST",
    credentials: "same-origin",
    redirect: "error",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": facts.csrf_token },
    body: JSON.stringify(body),
  }).then((reply) => {
    if (!reply.ok) throw new Error(String(reply.status));
    return reply.json();
  }).then((reply) => {
    write("trial-save", `正常，往返 ${Math.max(1, Math.round(performance.now() - began))} 毫秒；可以刷新本页，看看选择还在不在`);
    showClock(reply.server_now);
    state("已保存", false);
  }).catch(() => {
    write("trial-save", "没有保存成功：请检查网络，或刷新后重试");
    state("没有保存", true);
  });
}

function showClock(serverNow) {
  const apart = Math.round(Math.abs(Date.now() - Date.parse(serverNow)) / 1000);
  write("trial-clock", apart < 60 ? "正常" : `本机时钟与服务器相差约 ${Math.round(apart / 60)} 分钟，不影响考试，考试以服务器时间为准`);
}

write("trial-script", "正常");
showClock(facts.server_now);
form.querySelectorAll("[data-item]").forEach((question) => question.addEventListener("change", () => save(question)));
form.querySelector("[type=submit]").hidden = true;
