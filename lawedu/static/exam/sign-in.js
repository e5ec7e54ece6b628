// Signing in again over the page when the session has ended: the same person only, the queue stays where it is.

const KEPT = "您的作答都在本机，没有丢失。";

// Calls `onDone` with the new page token.
export function signInAgain(layer, onDone) {
  const form = layer.querySelector("form");
  const problem = layer.querySelector("[data-problem]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    problem.hidden = true;
    const fail = (words) => {
      button.disabled = false;
      problem.textContent = words + KEPT;
      problem.hidden = false;
      form.querySelector("[name=password]").focus();
    };
    send(form, "", 2).then((answer) => {
      if (answer.signed_in) onDone(answer.csrf_token);
      else fail(answer.message || "暂时没有登录上，请再试一次。");
    }).catch(() => fail("网络还没有恢复，请稍后再试。"));
  });
}

// A refused page token comes back with a fresh one: the same again, once.
function send(form, token, tries) {
  const fields = new URLSearchParams();
  fields.set("csrf_token", token);
  fields.set("staff_number", form.querySelector("[name=staff_number]").value);
  fields.set("password", form.querySelector("[name=password]").value);
  return fetch("/sign-in", { method: "POST", credentials: "same-origin", headers: { Accept: "application/json" }, body: fields })
    .then((reply) => reply.json())
    .then((answer) => (answer.code === "csrf" && tries > 1 ? send(form, answer.csrf_token, tries - 1) : answer));
}
