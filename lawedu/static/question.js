// The editor: fields of the chosen kind, the article beside the question, faults after a pause. Without it each button does the same.

const form = document.querySelector("form[data-check]");
const WAIT = 700;
const STANDING = {
  in_force: "现行有效", not_yet: "尚未施行", superseded: "条文已修改", repealed: "已废止", no_article: "查不到这一条",
};
let timer = 0;
let asked = 0;

function item(kind, sentence) {
  const line = document.createElement("li");
  line.className = kind;
  line.textContent = (kind === "bad" ? "问题：" : kind === "warn" ? "提醒：" : "") + sentence;
  return line;
}

function show({ faults, warnings, preview }) {
  const list = document.createElement("ul");
  list.className = "checklist small";
  list.append(...faults.map((one) => item("bad", one)), ...warnings.map((one) => item("warn", one)));
  if (!faults.length && !warnings.length) list.append(item("ok", "没有发现问题"));
  form.querySelector("[data-findings]").replaceChildren(list);
  // Our own server's page part, every text in it escaped there.
  form.querySelector("[data-preview]").innerHTML = preview;
  form.querySelector("[data-spoken]").textContent = faults.length ? `自动检查：${faults.length} 处问题` : "自动检查：没有问题";
}

async function check() {
  const number = ++asked;
  try {
    const answer = await fetch(form.dataset.check, {
      method: "POST", body: new FormData(form), headers: { Accept: "application/json" },
    });
    // A slow answer to an earlier state must not overwrite a later one.
    if (answer.ok && number === asked) show(await answer.json());
  } catch (error) {
    // Offline: the list stays as it was; saving says whatever is wrong.
  }
}

function checkSoon() {
  clearTimeout(timer);
  timer = setTimeout(check, WAIT);
}

function paragraph(name, text) {
  const made = document.createElement("p");
  made.className = name;
  made.textContent = text;
  return made;
}

function showLaw(row, found) {
  const field = (name) => row.querySelector(`[name$="-${name}"]`);
  const status = row.querySelector("[data-law-status]");
  if (!found.found) {
    status.textContent = found.laws.length ? `请接着写条号。相近的法律：${found.laws.join("、")}` : "法条库中没有找到，可以在“逐项填写”中填写。";
    return;
  }
  ["instrument", "version", "article", "paragraph"].forEach((name) => { field(name).value = found[name]; });
  status.textContent = `已选用${found.label}`;
  const law = document.createElement("div");
  law.className = "law";
  const quote = document.createElement("blockquote");
  quote.className = "pre-line";
  quote.textContent = found.text;
  law.append(
    paragraph("law__cite", `${found.label}（${STANDING[found.standing]}）`),
    paragraph("law__ver", `${found.version} 文本，${found.in_force_on} 起施行`),
    quote,
  );
  row.querySelector("[data-law-text]").replaceChildren(law);
  checkSoon();
}

function lookUp(input) {
  const row = input.closest("[data-basis]");
  clearTimeout(Number(row.dataset.timer));
  row.dataset.timer = String(setTimeout(async () => {
    const typed = input.value.trim();
    if (typed.length < 2) return;
    try {
      const answer = await fetch(`${form.dataset.law}?${new URLSearchParams({ q: typed })}`, { headers: { Accept: "application/json" } });
      if (answer.ok && input.value.trim() === typed) showLaw(row, await answer.json());
    } catch (error) {
      // Offline: the server looks it up when the form is saved.
    }
  }, 400));
}

// Only the fields of this kind show; the others keep what was typed into them.
function showKind(select) {
  const isPart = select.closest(".part");
  const scope = isPart || form;
  for (const block of scope.querySelectorAll("[data-for]")) {
    if (!isPart && block.closest(".part")) continue;
    block.hidden = !block.dataset.for.split(" ").includes(select.value);
  }
  const several = select.value === "multiple_choice" || select.value === "indeterminate_choice";
  for (const box of scope.querySelectorAll("[data-right]")) {
    if (!isPart && box.closest(".part")) continue;
    const isChosen = box.checked;
    box.type = several ? "checkbox" : "radio";
    box.checked = isChosen;
  }
  // A case without parts needs rows that only the server makes.
  if (select.value === "case_analysis" && !form.querySelector(".part")) form.querySelector("[value='refresh']").click();
}

if (form) {
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-cite]")) lookUp(event.target);
    else checkSoon();
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-kind]")) showKind(event.target);
  });
}
