// Signing in again over the page when the session has ended: the same person only, the queue stays where it is.

const KEPT = "您的作答都在本机，没有丢失。";

// Calls `onDone` with the new page token.
export function signInAgain(layer, onDone) {
  const form = layer.querySelector("form");
  const problem = layer.querySelector("[data-problem]");
  const second = layer.querySelector("[data-code]");
  let token = "";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    problem.hidden = true;
    const fail = (words) => {
      button.disabled = false;
      problem.textContent = words + KEPT;
      problem.hidden = false;
      form.querySelector(second.hidden ? "[name=password]" : "[name=code]").focus();
    };
    send(form, second.hidden ? "/sign-in" : "/sign-in/code", token, 2).then((answer) => {
      token = answer.csrf_token || token;
      if (answer.signed_in) return onDone(token);
      // Who holds a role shows a code as well; when that took too long, the password comes first again.
      if (answer.code === "second_factor") second.hidden = false;
      if (answer.code === "half_gone") second.hidden = true;
      fail(answer.message || "暂时没有登录上，请再试一次。");
    }).catch(() => fail("网络还没有恢复，请稍后再试。"));
  });
}

// A refused page token comes back with a fresh one: the same again, once.
function send(form, address, token, tries) {
  const fields = new URLSearchParams();
  fields.set("csrf_token", token);
  for (const input of form.querySelectorAll("input")) fields.set(input.name, input.value);
  return fetch(address, { method: "POST", credentials: "same-origin", headers: { Accept: "application/json" }, body: fields })
    .then((reply) => reply.json())
    .then((answer) => (answer.code === "csrf" && tries > 1 ? send(form, address, answer.csrf_token, tries - 1) : answer));
}
