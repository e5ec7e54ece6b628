// Signing in again over the page when the session has ended: the same person only, the queue stays where it is.

const TOKEN = /name="csrf_token"[^>]*value="([^"]+)"/;

export function signInAgain(layer, onDone) {
  const form = layer.querySelector("form");
  const problem = layer.querySelector("[data-problem]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    problem.hidden = true;
    send(form).then(onDone).catch((error) => {
      button.disabled = false;
      problem.hidden = false;
      problem.textContent = error.message === "refused"
        ? "密码不正确，请核对后重新输入。您的作答都在本机，没有丢失。"
        : "网络还没有恢复，请稍后再试。您的作答都在本机，没有丢失。";
    });
  });
}

function send(form) {
  return fetch("/sign-in", { credentials: "same-origin" }).then((reply) => reply.text()).then((page) => {
    const found = TOKEN.exec(page);
    const fields = new URLSearchParams();
    fields.set("csrf_token", found ? found[1] : "");
    fields.set("staff_number", form.querySelector("[name=staff_number]").value);
    fields.set("password", form.querySelector("[name=password]").value);
    return fetch("/sign-in", { method: "POST", credentials: "same-origin", body: fields });
  }).then((reply) => {
    // A right password leads away from the sign-in page.
    if (!reply.redirected || new URL(reply.url).pathname === "/sign-in") throw new Error("refused");
  });
}
