// Views of the list that somebody named: links, kept in this browser alone.
(() => {
  "use strict";
  const key = "slofuse.views";
  const box = document.getElementById("views");
  if (!box) return;
  const read = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(key) || "[]");
      return kept.filter((v) => typeof v.name === "string" && /^\?/.test(v.query));
    } catch {
      return [];
    }
  };
  const write = (views) => {
    try {
      localStorage.setItem(key, JSON.stringify(views.slice(0, 50)));
    } catch {
      return; // private windows keep nothing
    }
    show();
  };
  const list = box.querySelector("p");
  const make = (tag, name, text) => {
    const e = document.createElement(tag);
    e.className = name;
    e.textContent = text;
    return e;
  };
  const show = () => {
    list.replaceChildren();
    for (const view of read()) {
      const link = make("a", "chip", view.name);
      link.href = "/slos" + view.query;
      if (view.query === location.search) link.setAttribute("aria-current", "true");
      const drop = make("button", "chip", "×");
      drop.type = "button";
      drop.title = "Forget " + view.name;
      drop.setAttribute("aria-label", drop.title);
      drop.addEventListener("click", () => write(read().filter((v) => v.name !== view.name)));
      list.append(link, drop);
    }
  };
  box.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const input = event.target.elements.name;
    const name = input.value.trim();
    const query = location.search || "?sort=urgency";
    if (name) write([...read().filter((v) => v.name !== name), { name, query }]);
    input.value = "";
  });
  box.hidden = false;
  show();
})();
