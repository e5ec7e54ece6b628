// Before the first paint: with script, one question shows at a time; without it the paper is one long form.
// A browser without modules, a script that does not arrive or that fails before it is ready: the long form comes back.
(function () {
  var root = document.documentElement;
  function isReady() {
    var paper = document.getElementById("paper");
    return Boolean(paper) && paper.classList.contains("is-ready");
  }
  function fallBack() { if (!isReady()) root.classList.remove("js"); }
  if (!("noModule" in document.createElement("script"))) return;
  root.classList.add("js");
  window.addEventListener("error", fallBack, true);
  window.addEventListener("unhandledrejection", fallBack);
  window.setTimeout(fallBack, 8000);
})();
