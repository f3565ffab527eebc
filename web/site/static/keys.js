// The keyboard: single letters, where nobody is typing. The dialog that "?" opens
// lists them.
"use strict";

(function () {
  let going = 0; // when g was pressed

  function rows() { return [...document.querySelectorAll("main [data-row]")].filter((r) => r.offsetParent); }
  function cursor() { return document.querySelector("[data-cursor]"); }

  // move puts the cursor on another row; the first key puts it on what is in sight.
  function move(by) {
    const all = rows(), from = all.indexOf(cursor());
    if (all.length === 0) return;
    const first = Math.max(0, all.findIndex((r) => r.getBoundingClientRect().top >= 0));
    const to = from < 0 ? all[first] : all[Math.min(all.length - 1, Math.max(0, from + by))];
    if (from >= 0) all[from].removeAttribute("data-cursor");
    to.setAttribute("data-cursor", "");
    to.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  // open goes to a page, and may say what is pressed there. Nothing there has such an
  // id, so the browser leaves the focus alone.
  function open(path, hash) { if (path) location.href = path + (hash || ""); }

  // enter opens what a row is about, or else what can be done about it.
  function enter(row) {
    const more = row.querySelector("details");
    if (row.dataset.row || !more) return open(row.dataset.row);
    more.open = true;
    more.querySelector("input:not([type=hidden]), button").focus();
  }

  function acknowledge() {
    const row = cursor(), form = row ? row.querySelector("[data-ack]") : document.querySelector("main [data-ack]");
    if (!form) return open(row && row.dataset.ackUrl, "#key-ack");
    for (let e = form; e; e = e.parentElement) if (e.localName === "details") e.open = true;
    (form.querySelector("input:not([type=hidden])") || form).focus();
  }

  function search() {
    const field = document.querySelector("main input[type=search]");
    if (!field) return open("/slos", "#key-search");
    field.focus();
    field.select();
  }

  function help() { document.getElementById("keys").showModal(); }

  const does = {
    "/": search, "?": help, a: acknowledge, g: () => { going = Date.now(); },
    j: () => { move(1); }, k: () => { move(-1); },
    Enter: () => { enter(cursor()); },
    Escape: function () {
      for (const menu of document.querySelectorAll(".menu[open]")) {
        if (menu.contains(document.activeElement)) menu.firstElementChild.focus();
        menu.open = false;
      }
      if (document.activeElement.matches(".term")) document.activeElement.blur();
    },
  };

  document.addEventListener("keydown", function (e) {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    if (e.key === "Enter" && e.target.closest("a, button, summary")) return;
    const gone = Date.now() - going < 1500 && document.querySelector('nav [data-go="' + CSS.escape(e.key) + '"]');
    going = 0;
    if (gone) return open(gone.href);
    if (!does[e.key] || (e.key === "Enter" && !cursor())) return;
    if (e.key !== "Escape") e.preventDefault();
    does[e.key]();
  });
  document.addEventListener("DOMContentLoaded", function () {
    const button = document.getElementById("show-keys");
    button.hidden = false;
    button.addEventListener("click", help);
    document.querySelector("#keys button").addEventListener("click", () => { document.getElementById("keys").close(); });
    if (location.hash === "#key-search") search();
    if (location.hash === "#key-ack") acknowledge();
  });
})();
