// Small help for the pages. Everything works without it: times are then in UTC,
// and nothing refreshes by itself.
"use strict";

(function () {
  const staleAfter = 45; // seconds without an answer; the live part asks every 15
  const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
  const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
  let answered = Date.now();

  // people says as much of a date as the reader needs.
  function people(at, now) {
    if (date.format(at) === date.format(now)) return clock.format(at);
    const which = at.getFullYear() === now.getFullYear() ? day : date;
    return which.format(at) + ", " + clock.format(at).slice(0, 5);
  }

  // localise writes every time below an element in the reader's zone. The
  // original stays in the title.
  function localise(root) {
    for (const element of root.querySelectorAll("time[datetime]:not([title])")) {
      const at = new Date(element.dateTime);
      if (isNaN(at)) continue;
      element.title = element.textContent;
      element.textContent = people(at, new Date());
    }
  }

  function showAge() {
    const age = document.getElementById("age");
    const text = document.getElementById("age-text");
    if (!age || !text || !("live" in age.dataset)) return;
    const seconds = Math.round((Date.now() - answered) / 1000);
    const stale = seconds > staleAfter;
    age.classList.toggle("stale", stale);
    age.classList.toggle("fresh", !stale);
    if (stale) {
      text.textContent = "Not updated for " + (seconds < 120 ? seconds + " s" : Math.round(seconds / 60) + " min");
      return;
    }
    const live = document.getElementById("live");
    const at = new Date(live ? live.dataset.asOf : "");
    text.textContent = (isNaN(at) ? "updated" : "as of " + clock.format(at)) + ", checked " + (seconds < 2 ? "now" : seconds + " s ago");
  }

  // remember keeps the reader's name, so that acknowledging at night is one click.
  function remember() {
    for (const input of document.querySelectorAll("input[data-remember]")) {
      const key = "slofuse." + input.dataset.remember;
      try {
        if (!input.value) input.value = localStorage.getItem(key) || "";
        input.form.addEventListener("submit", function () { localStorage.setItem(key, input.value); });
      } catch (refused) {
        return; // storage is off
      }
    }
  }

  // offerCopies shows the buttons that copy what stands before them, where the
  // browser lets a page copy.
  function offerCopies() {
    if (!navigator.clipboard) return;
    for (const button of document.querySelectorAll("button[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", function () {
        navigator.clipboard.writeText(button.previousElementSibling.textContent).then(function () { button.textContent = "Copied"; });
      });
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    offerCopies();
    localise(document);
    remember();
    const zone = document.getElementById("zone");
    if (zone) zone.textContent = clock.resolvedOptions().timeZone;
    for (const select of document.querySelectorAll("select[data-submit]")) {
      select.addEventListener("change", function () { select.form.requestSubmit(); });
    }
    showAge();
    setInterval(showAge, 1000);
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (!event.detail.successful) return;
    answered = Date.now();
    showAge();
  });
  document.addEventListener("htmx:load", function (event) { localise(event.target); });
})();
