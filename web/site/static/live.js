// Keeps the changing parts of a page up to date. The server says what has changed
// (one tab listens for all), and the page then fetches its parts, at its pace. What
// nobody tells of, such as an end that comes by itself, it finds within a minute or
// two. Without events it asks twice a minute, and says so.
"use strict";

(function () {
  const silence = 45000, often = 30000, seldom = 60000; // ms; in the first, two beats of the server were missed
  const part = document.getElementById("live");
  const seq = part ? part.dataset.seq : "";
  const pace = part && Number(part.dataset.pace) * 1000 || 1000;
  const kinds = ["slo", "incident", "status", "audit", "reset", "beat"];
  const channel = window.BroadcastChannel ? new BroadcastChannel("slofuse") : null;
  let heard = Date.now(), asked = heard, current = heard; // when the server was heard of, was asked, and the page was right
  let deaf = false, failed = false, asking = false, due = Infinity, etag = "", source = null;

  // concerns says whether an event is about something that the page shows.
  function concerns(event) {
    if (event.kind === "reset" || !part.dataset.concerns) return true;
    return part.dataset.concerns.split(" ").some(function (c) {
      return c === event.kind || c === event.kind + ":" + event.id || (event.id === "*" && c.startsWith(event.kind + ":"));
    });
  }

  function hear(event) {
    heard = Date.now();
    deaf = false;
    if (event.kind !== "beat" && concerns(event)) return want(event.kind === "incident" ? 400 : 4000);
    if (heard - asked > Math.max(pace, seldom)) return want(4000);
    if (!failed && !asking && due === Infinity) current = heard;
    showAge();
  }

  // want fetches within some time: not more often than the page may, and not all pages
  // of a crowd at the same moment.
  function want(within) { due = Math.min(due, Math.max(Date.now() + Math.random() * within, asked + pace)); }

  // polls says whether the page asks because nobody tells it.
  function polls() { return deaf || Date.now() - heard > silence; }

  async function refresh() {
    due = Infinity;
    asking = true;
    asked = Date.now();
    try {
      const headers = { Accept: "text/html", Fragment: "true" };
      if (etag) headers["If-None-Match"] = etag;
      const response = await fetch(part.dataset.self, { headers, signal: AbortSignal.timeout(20000) });
      if (response.status !== 304) {
        if (!response.ok) throw new Error(String(response.status));
        put(await response.text());
        etag = response.headers.get("ETag") || "";
      }
      current = asked;
      failed = false;
    } catch (error) {
      failed = true;
    }
    asking = false;
    showAge();
  }

  function put(text) {
    const next = new DOMParser().parseFromString(text, "text/html");
    pages.enhance(next);
    for (const id of ["live", "fresh", "more"]) {
      const from = document.getElementById(id), to = next.getElementById(id);
      if (from && to) morph(from, to);
    }
    document.dispatchEvent(new Event("refreshed"));
  }

  function key(node) { return node.id || (node.dataset && node.dataset.row) || ""; }
  function alike(a, b) { return a.nodeName === b.nodeName && key(a) === key(b) && (!a.classList || a.classList[0] === b.classList[0]); }

  // morph makes one element like another and touches nothing that is the same
  // already: the focus, a selection, what is open and what is typed stay.
  function morph(from, to) {
    if (from.isEqualNode(to)) return;
    if (from.nodeType !== Node.ELEMENT_NODE) { from.nodeValue = to.nodeValue; return; }
    for (const a of [...from.attributes]) if (!to.hasAttribute(a.name) && !mine(from, a.name)) from.removeAttribute(a.name);
    for (const a of to.attributes) if (from.getAttribute(a.name) !== a.value && !mine(from, a.name)) from.setAttribute(a.name, a.value);
    const wanted = [...to.childNodes];
    let at = from.firstChild;
    wanted.forEach(function (child, i) {
      while (at && !alike(at, child) && ((!at.tagName && child.tagName) || !wanted.slice(i).some(alike.bind(null, at)))) at = drop(at);
      let match = at;
      while (match && !alike(match, child)) match = key(child) ? match.nextSibling : null;
      if (match && match === at) at = at.nextSibling;
      else from.insertBefore(match || child, at);
      if (match) morph(match, child);
    });
    while (at) at = drop(at);
  }

  function drop(node) {
    const next = node.nextSibling;
    node.remove();
    return next;
  }

  // mine are attributes that belong to the reader.
  function mine(element, name) { return name === "data-cursor" || (name === "open" && element.localName === "details"); }

  // listen hears the server and tells the other tabs.
  function listen() {
    if (source) source.close();
    const opened = source = new EventSource("/api/v1/events?after=" + seq);
    for (const kind of kinds) {
      opened.addEventListener(kind, function (e) {
        const event = { kind, id: JSON.parse(e.data).id };
        if (channel) channel.postMessage(event);
        hear(event);
      });
    }
    opened.onerror = function () { // refused for now; a stream that broke comes back by itself
      if (opened.readyState !== EventSource.CLOSED) return;
      deaf = true;
      setTimeout(function () { if (opened === source) listen(); }, 60000 + Math.random() * 60000);
    };
  }

  // follow leaves listening to one tab. Where tabs cannot agree on one, each does
  // while it is looked at: a browser has few connections to a server.
  function follow() {
    if (!window.EventSource) { deaf = true; return; }
    if (channel && navigator.locks) {
      channel.onmessage = (e) => { hear(e.data); };
      navigator.locks.request("slofuse", function () { listen(); return new Promise(function () {}); });
    } else if (!document.hidden) {
      listen();
    } else if (source) {
      source.close();
      source = null;
    }
  }

  function showAge() {
    const seconds = Math.round((Date.now() - current) / 1000), stale = seconds * 1000 > silence + pace;
    const age = document.getElementById("age"), banner = document.getElementById("outdated");
    age.classList.toggle("stale", stale);
    age.classList.toggle("fresh", !stale);
    const span = seconds < 120 ? seconds + " s" : Math.round(seconds / 60) + " min", at = new Date(part.dataset.asOf);
    const asOf = isNaN(at) ? "" : "as of " + pages.zoned(at), every = polls() ? ", refreshed every " + Math.max(pace, often) / 1000 + " s" : "";
    document.getElementById("age-text").textContent = stale ? "Not updated for " + span : (asOf || "updated") + every;
    age.title = every && "slofuse does not tell this page what changes, so it asks";
    banner.hidden = !stale;
    if (stale) banner.textContent = "Not updated for " + span + ": slofuse does not answer. This is how things were" + (asOf ? ", " + asOf : "") + ".";
  }

  function tick() {
    const now = Date.now();
    if ((polls() || failed) && now - asked > often) want(0);
    if (due <= now && !document.hidden && !asking) refresh();
    showAge();
  }

  pages.morph = morph;
  if (!part || !part.dataset.self) return;
  document.addEventListener("visibilitychange", function () {
    if (!(channel && navigator.locks)) follow();
    tick();
  });
  window.addEventListener("pageshow", function (e) { if (e.persisted) want(0); });
  document.addEventListener("DOMContentLoaded", function () {
    follow();
    tick();
    setInterval(tick, 500);
  });
})();
