// Small help for the pages. Everything works without it: times are then in UTC,
// the scheme is that of the system, and nothing refreshes by itself.
"use strict";

const pages = (function () {
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const kept = { theme: "", zone: "" }; // what the reader chose; a zone is "" for that of the browser
  let clockIn, minuteIn, dayIn, dateIn, zoneIn;

  function recall(name) {
    try { return localStorage.getItem("slofuse." + name) || ""; } catch (refused) { return ""; }
  }

  function store(name, value) {
    try { localStorage.setItem("slofuse." + name, value); } catch (refused) { /* storage is off */ }
  }

  function zone() { return kept.zone || own; }

  // useZone makes the formats of times for the zone in force.
  function useZone() {
    const form = function (options) { return new Intl.DateTimeFormat(undefined, Object.assign({ timeZone: zone() }, options)); };
    clockIn = form({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
    minuteIn = form({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    dayIn = form({ day: "numeric", month: "short" });
    dateIn = form({ day: "numeric", month: "short", year: "numeric" });
    zoneIn = form({ timeZoneName: "short" });
  }

  // people says as much of a date as the reader needs.
  function people(at) {
    const now = new Date(), date = dateIn.format(at);
    if (date === dateIn.format(now)) return clockIn.format(at);
    const sameYear = date.slice(-4) === dateIn.format(now).slice(-4);
    return (sameYear ? dayIn.format(at) : date) + ", " + minuteIn.format(at);
  }

  // zoned is a time with the short name of its zone: the one at the top of a page is read
  // before the foot, which says the zone of all.
  function zoned(at) {
    return clockIn.format(at) + " " + zoneIn.formatToParts(at).find((part) => part.type === "timeZoneName").value;
  }

  // enhance writes every time below an element in the zone in force, with the
  // original in the title, and shows the buttons that copy where a page may.
  function enhance(root) {
    for (const element of root.querySelectorAll("time[datetime]")) {
      const at = new Date(element.dateTime);
      if (isNaN(at)) continue;
      if (!element.title) element.title = element.textContent;
      element.textContent = element.closest("#age") ? zoned(at) : people(at);
    }
    if (navigator.clipboard) for (const button of root.querySelectorAll("button[data-copy]")) button.hidden = false;
  }

  // choices are the drop-downs at the foot of the page.
  function choices(root) {
    for (const select of root.querySelectorAll("select[data-choice]")) {
      const name = select.dataset.choice;
      for (const option of select.options) if (option.value === kept[name]) option.selected = true;
      if (name === "zone") {
        select.parentElement.nextElementSibling.hidden = true;
        select.options[0].textContent = own;
        for (const option of [...select.options]) if (option.value === own) option.remove();
        if (select.value !== kept.zone && kept.zone !== own) select.add(new Option(kept.zone, kept.zone, true, true));
      }
      select.closest("[hidden]").hidden = false;
      select.addEventListener("change", function () {
        kept[name] = select.value;
        store(name, select.value);
        document.documentElement.dataset.theme = kept.theme;
        useZone();
        enhance(document);
        document.dispatchEvent(new Event("restyled"));
      });
    }
  }

  // remember keeps the reader's name, so that acknowledging at night is one click.
  function remember() {
    for (const input of document.querySelectorAll("input[data-remember]")) {
      if (!input.value) input.value = recall(input.dataset.remember);
      input.form.addEventListener("submit", () => { store(input.dataset.remember, input.value); });
    }
  }

  document.addEventListener("click", function (e) {
    const button = e.target.closest("button[data-copy]");
    if (button) navigator.clipboard.writeText(button.previousElementSibling.textContent).then(() => { button.textContent = "Copied"; });
  });
  for (const away of ["click", "focusin"]) document.addEventListener(away, function (e) {
    for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(e.target)) menu.open = false;
  });
  document.addEventListener("change", function (e) {
    if (e.target.matches("select[data-submit]")) e.target.form.requestSubmit();
  });
  document.addEventListener("DOMContentLoaded", function () {
    kept.theme = recall("theme");
    kept.zone = recall("zone");
    try { useZone(); } catch (unknown) { kept.zone = ""; useZone(); }
    enhance(document);
    choices(document);
    remember();
  });
  // Of an instant, in the zone in force: its time, that without seconds, and its day;
  // zoned says which zone that is.
  return {
    clock: (at) => clockIn.format(at), minute: (at) => minuteIn.format(at), day: (at) => dayIn.format(at),
    enhance: enhance, zone, zoned,
  };
})();
