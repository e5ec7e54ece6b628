// Small comforts on every page; each page works without them. Nothing here submits a form.

const summary = document.querySelector("[data-error-summary]");
if (summary) {
  summary.focus();
  // A link to a field scrolls it under the sticky bars unless the field itself takes the focus.
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    target.focus();
    target.scrollIntoView({ block: "center" });
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A password may be looked at before it is sent: <button data-reveal="field id" hidden>显示</button>
for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  button.addEventListener("click", () => {
    const isShown = field.type === "password";
    field.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", String(isShown));
    button.textContent = isShown ? "隐藏" : "显示";
  });
}

// On a shared computer nothing of anybody stays: answers that still wait in the browser go with the session.
for (const form of document.querySelectorAll("form[action='/sign-out']")) {
  form.addEventListener("submit", () => {
    try {
      window.indexedDB.deleteDatabase("lawedu-exam");
      window.localStorage.clear();
    } catch (error) { /* a browser that keeps nothing has nothing to wipe */ }
  });
}
