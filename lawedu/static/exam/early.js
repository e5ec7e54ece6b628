// Before the first paint: with script, one question shows at a time; without it the paper is one long form.
document.documentElement.classList.add("js");
