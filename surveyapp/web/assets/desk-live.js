"use strict";
/* Keeps the marked part of a page up to date: asks the same address for it every so many seconds. Rests while
   nobody looks, leaves the part alone while somebody is in it, and stops when the answer is no longer a part. */
(() => {
  const part = document.querySelector("[data-live]");
  if (!part) return;
  const every = Number(part.dataset.live) * 1000;
  let last = Date.now();
  let timer = 0;

  function stop() {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
    const note = document.createElement("p");
    note.className = "band";
    note.textContent = part.dataset.stopped;
    part.before(note);
  }

  async function look() {
    if (document.hidden || part.contains(document.activeElement) || Date.now() - last < every - 500) return;
    last = Date.now();
    let answer;
    try {
      answer = await fetch(location.href, { headers: { "X-Part": "live" }, credentials: "same-origin" });
    } catch {
      return; // no network just now; the next time will do
    }
    if (answer.status >= 500) return;
    if (!answer.ok || answer.redirected) return stop();
    const html = await answer.text();
    if (!part.contains(document.activeElement)) part.innerHTML = html;
  }

  timer = setInterval(look, every);
  document.addEventListener("visibilitychange", look);
})();
