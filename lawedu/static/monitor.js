// Refreshes the changing part of the monitor every 30 seconds; never moves focus, keeps the scroll, can be paused.

const EVERY = 30000;
const live = document.getElementById("live");
const pause = document.getElementById("pause");
const stale = document.getElementById("stale");
let isPaused = false;

function refresh() {
  // Someone with the keyboard inside the table is not interrupted; a page in the background asks nothing.
  if (isPaused || document.hidden || live.contains(document.activeElement)) return;
  fetch(live.dataset.address, { credentials: "same-origin", redirect: "error" })
    .then((reply) => (reply.ok ? reply.text() : Promise.reject(new Error(String(reply.status)))))
    .then((part) => { live.innerHTML = part; stale.hidden = true; })
    .catch(() => { stale.hidden = false; });
}

pause.hidden = false;
pause.addEventListener("click", () => {
  isPaused = !isPaused;
  pause.setAttribute("aria-pressed", String(isPaused));
  pause.textContent = isPaused ? "继续刷新" : "暂停刷新";
});
window.setInterval(refresh, EVERY);
