// 组卷方案: what the bank has for every line, 400 ms after the last change. Without script the page shows it after 保存.

const form = document.querySelector("form[data-counts]");
const WAIT = 400;
let timer = 0;
let asked = 0;

function line(row) {
  const value = (name) => row.querySelector(`[name$="-${name}"]`).value.trim().replaceAll("|", "");
  return ["kind", "domain", "difficulty", "count", "points"].map(value).join("|");
}

function say(element, text, isShort) {
  element.textContent = text;
  element.className = isShort ? "tag tag--bad" : "";
}

function show(figures, rows) {
  figures.lines.forEach((figure, index) => {
    const isShort = figure.missing > 0;
    const supply = figure.supply === null ? "—" : String(figure.supply);
    say(rows[index].querySelector("[data-supply]"), isShort ? `${supply}，缺 ${figure.missing} 题` : supply, isShort);
    rows[index].querySelector("[data-points]").textContent = figure.points || "—";
  });
  form.querySelector("[data-items]").textContent = figures.items;
  form.querySelector("[data-total]").textContent = figures.total;
  form.querySelector("[data-differs]").hidden = !figures.differs;
  form.querySelector("[data-spoken]").textContent = `共 ${figures.items} 题，${figures.total} 分`;
}

async function ask() {
  const rows = [...form.querySelectorAll("tr[data-row]")];
  const query = new URLSearchParams(rows.map((row) => ["r", line(row)]));
  const number = ++asked;
  try {
    const answer = await fetch(`${form.dataset.counts}?${query}`, { headers: { Accept: "application/json" } });
    // A slow answer to an earlier state must not overwrite a later one.
    if (answer.ok && number === asked) show(await answer.json(), rows);
  } catch {
    // Offline: the figures stay as they were; saving says whatever is wrong.
  }
}

if (form) {
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
}
