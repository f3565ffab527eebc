// What all charts share: the colours and axes, following an endpoint, and keeping
// up with the width and the scheme of the page.
"use strict";

const plots = (function () {
  const refreshEvery = 60000;

  // colour resolves a variable of the style sheet for the scheme in force.
  function colour(element, name) {
    const before = element.style.color;
    element.style.color = "var(--" + name + ")";
    const resolved = getComputedStyle(element).color;
    element.style.color = before;
    return resolved;
  }

  function axis(element, more) {
    const ink = colour(element, "muted"), grid = colour(element, "line");
    return Object.assign({ stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 }, font: "12px system-ui, sans-serif" }, more);
  }

  // time is the axis of hours, with the day where one begins, or of days.
  function time(element) {
    return axis(element, { values: function (u, splits, at, space, increment) {
      return splits.map(function (s) {
        const t = new Date(s * 1000);
        return increment >= 86400 || pages.minute(t) === "00:00" ? pages.day(t) : pages.minute(t);
      });
    } });
  }

  function moment(u, v) { return v === null ? "" : pages.day(new Date(v * 1000)) + " " + pages.minute(new Date(v * 1000)); }

  // said writes the value of a series in the legend.
  function said(write) {
    return (u, v, i, at) => at === null ? "" : v === null ? "unknown" : write(v, u, at);
  }

  // rule draws a line across the plot: from one point to another, in pixels of it.
  function rule(u, from, to, stroke, dash) {
    u.ctx.save();
    u.ctx.strokeStyle = stroke;
    u.ctx.setLineDash(dash);
    u.ctx.beginPath();
    u.ctx.moveTo(from[0], from[1]);
    u.ctx.lineTo(to[0], to[1]);
    u.ctx.stroke();
    u.ctx.restore();
  }

  // rest has the legend say how things were last, while nobody points at anything.
  function rest(u) {
    const last = u.data[1].findLastIndex((v) => v !== null);
    if (typeof u.cursor.idx !== "number" && last >= 0) u.setLegend({ idx: last });
  }

  // chart keeps one plot in an element. Options make it from what is shown.
  function chart(element, options) {
    let plot = null, shown = null;

    function draw() {
      if (plot) plot.destroy();
      const chosen = options(element, shown);
      Object.assign(chosen.hooks, { ready: [rest], setCursor: [rest] });
      plot = new uPlot(Object.assign({ tzDate: (at) => uPlot.tzDate(new Date(at * 1000), pages.zone()) }, chosen), shown.data, element);
    }

    new ResizeObserver(function () {
      requestAnimationFrame(function () {
        if (plot && plot.width !== element.clientWidth) plot.setSize({ width: element.clientWidth, height: plot.height });
      });
    }).observe(element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () { if (shown) draw(); });
    document.addEventListener("restyled", function () { if (shown) draw(); });
    return {
      show: function (next) { shown = next; draw(); },
      fail: (text) => { element.textContent = text; },
    };
  }

  // closer shows the stretch that was dragged over, by a URL that can be shared.
  function closer(u) {
    if (u.select.width < 8) return;
    const at = (x) => new Date(Math.round(u.posToVal(x, "x")) * 1000).toISOString().replace(".000", ""), from = at(u.select.left), to = at(u.select.left + u.select.width);
    if (Date.parse(to) - Date.parse(from) < 60000) return;
    const q = new URLSearchParams(location.search);
    q.delete("range");
    q.set("from", from);
    q.set("to", to);
    location.search = q;
  }

  // cursor is where somebody points at, in all charts of a page.
  const cursor = { y: false, drag: { x: true, y: false, setScale: false }, sync: { key: "slo", scales: ["x", null] } };

  function duration(v) {
    if (v === 0) return "0";
    const unit = v < 0.001 ? [1e6, "µs"] : v < 1 ? [1000, "ms"] : [1, "s"];
    return Number((v * unit[0]).toPrecision(3)) + " " + unit[1];
  }

  const names = ["page", "ticket", "note", "good", "ink", "muted"];

  // marks lays one over the plot for each annotation: a line where something was
  // deployed or promises changed, a band at the foot for a stretch of time.
  function marks(list) {
    return function (u) {
      for (const old of u.over.querySelectorAll(".mark")) old.remove();
      for (const annotation of list) {
        const x = (text) => u.valToPos(Date.parse(text) / 1000, "x"), left = Math.max(0, x(annotation.from)), right = Math.min(u.over.clientWidth, x(annotation.to));
        if (right < 0 || left > u.over.clientWidth) continue;
        const mark = document.createElement("div");
        mark.className = "mark " + annotation.kind;
        mark.title = annotation.text;
        mark.style.left = left + "px";
        mark.style.width = Math.max(right - left, 3) + "px";
        u.over.append(mark);
      }
    };
  }

  function limit(element, shown) {
    return (u) => {
      const b = u.bbox, y = u.valToPos(shown.limit || 0, "y", true);
      if (shown.limit) rule(u, [b.left, y], [b.left + b.width, y], colour(element, "page"), [6, 4]);
    };
  }

  // stacked puts series on top of each other, the first uppermost. What each is itself
  // stays in own.
  function stacked(all, t, own) {
    const data = own.map((list, i) => list.map((v, n) => v === null ? null : own.slice(i).reduce((sum, other) => sum + other[n], 0)));
    return { all, own, data: [t].concat(data) };
  }

  // series says the label and the colour of each series.
  function lines(write, series) {
    return (element, shown) => ({
      width: element.clientWidth, height: 190, padding: [8, 24, 0, 0], cursor,
      scales: { x: { time: true }, y: { range: (u, low, high) => [Math.min(0, low || 0), Math.max(high || 0, shown.limit || 0) * 1.08 || 1] } },
      axes: [time(element), axis(element, { size: 64, values: (u, list) => list.map(write) })],
      hooks: { draw: [limit(element, shown), marks(shown.all.annotations)], setSelect: [closer] },
      series: [{ label: "until", value: moment }].concat(series(shown.all).map((l, i) => {
        const stroke = colour(element, l[1] || names[i]), own = (u, v, n, at) => shown.own ? said(write)(u, at === null ? v : shown.own[i][at], n, at) : said(write)(u, v, n, at);
        return Object.assign({ label: l[0], stroke, width: 2, points: { show: false }, value: own }, shown.own && { fill: stroke, width: 1, paths: uPlot.paths.stepped({ align: -1 }) });
      })),
    });
  }

  // follow hands on what an endpoint answers, now and once a minute while somebody
  // looks, and at once to whoever looks again. It fails only if there was no answer yet.
  function follow(url, use, fail) {
    let answered = false, missed = false;

    async function refresh() {
      missed = document.hidden && answered;
      if (missed) return;
      try {
        const response = await fetch(url, { headers: { Accept: "application/json" } });
        if (!response.ok) throw new Error(String(response.status));
        use(await response.json());
        answered = true;
      } catch (failed) {
        if (!answered) fail();
      }
    }

    refresh();
    setInterval(refresh, refreshEvery);
    document.addEventListener("visibilitychange", function () { if (missed && !document.hidden) refresh(); });
  }

  return { axis, chart, closer, cursor, colour, duration, lines, follow, marks, moment, rule, said, stacked, time };
})();
