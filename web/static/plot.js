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

  // chart keeps one plot in an element. Options make it from what is shown.
  function chart(element, options) {
    let plot = null, shown = null;

    function draw() {
      if (plot) plot.destroy();
      plot = new uPlot(Object.assign({ tzDate: (at) => uPlot.tzDate(new Date(at * 1000), pages.zone()) }, options(element, shown)), shown.data, element);
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
    if (Date.parse(to) - Date.parse(from) >= 60000) location.search = "?from=" + from + "&to=" + to;
  }

  // cursor is where somebody points at, in all charts of a page.
  const cursor = { y: false, drag: { x: true, y: false, setScale: false }, sync: { key: "slo", scales: ["x", null] } };

  function duration(v) {
    if (v === 0) return "0";
    const unit = v < 0.001 ? [1e6, "µs"] : v < 1 ? [1000, "ms"] : [1, "s"];
    return Number((v * unit[0]).toPrecision(3)) + " " + unit[1];
  }

  const names = ["page", "ticket", "note", "good", "ink", "muted"];

  function rules(element, shown) {
    return (u) => {
      const b = u.bbox, y = u.valToPos(shown.limit || 0, "y", true);
      if (shown.limit) rule(u, [b.left, y], [b.left + b.width, y], colour(element, "page"), [6, 4]);
      for (const m of shown.all.annotations) {
        const x = u.valToPos(Date.parse(m.to) / 1000, "x", true);
        if (/deployed|seam/.test(m.kind) && x > b.left && x < b.left + b.width) rule(u, [x, b.top], [x, b.top + b.height], colour(element, "ink"), [4, 4]);
      }
    };
  }

  // series says the label and the colour of each series.
  function lines(write, series) {
    return (element, shown) => ({
      width: element.clientWidth, height: 190, padding: [8, 24, 0, 0], cursor,
      scales: { x: { time: true }, y: { range: (u, low, high) => [Math.min(0, low || 0), Math.max(high || 0, shown.limit || 0) * 1.08 || 1] } },
      axes: [time(element), axis(element, { size: 64, values: (u, list) => list.map(write) })],
      hooks: { draw: [rules(element, shown)], setSelect: [closer] },
      series: [{ label: "until", value: moment }].concat(series(shown.all).map((l, i) => (
        { label: l[0], stroke: colour(element, l[1] || names[i]), width: 2, points: { show: false }, value: said(write) }))),
    });
  }

  // follow hands on what an endpoint answers, now and once a minute while somebody
  // looks. It fails only if there was no answer yet.
  function follow(url, use, fail) {
    let answered = false;

    async function refresh() {
      if (document.hidden && answered) return;
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
  }

  return { axis, chart, closer, cursor, colour, duration, lines, follow, moment, rule, said, time };
})();
