// Draws the error budget that was left over time, and the bad events that spent
// it, from the series endpoint.
"use strict";

(function () {
  const refreshEvery = 60000;

  // colour resolves a variable of the style sheet for the scheme in force.
  function colour(element, name) {
    const before = element.style.color;
    element.style.color = "var(--" + name + ")";
    const resolved = getComputedStyle(element).color;
    element.style.color = before;
    return resolved;
  }

  function faint(rgb, alpha) { return rgb.replace(/^rgb\(/, "rgba(").replace(/\)$/, ", " + alpha + ")"); }

  function columns(series) {
    const t = [], left = [], bad = [];
    for (const p of series.points) {
      t.push(Date.parse(p.t) / 1000);
      left.push(p.remaining_ratio === null ? null : p.remaining_ratio * 100);
      bad.push(p.coverage > 0 ? p.bad : null);
    }
    return [t, left, bad];
  }

  const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
  const hour = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

  function ticks(u, splits, axis, space, increment) {
    return splits.map(function (s) { return (increment >= 86400 ? date : hour).format(new Date(s * 1000)); });
  }

  function options(element, data) {
    const ink = colour(element, "muted"), grid = colour(element, "line");
    const lowest = data[1].reduce(function (m, v) { return v === null ? m : Math.min(m, v); }, 0);
    const spent = lowest < 0, line = colour(element, spent ? "page" : "good"), bars = colour(element, "ticket");
    const most = data[2].reduce(function (m, v) { return Math.max(m, v || 0); }, 0);
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 }, font: "12px system-ui, sans-serif" };
    return {
      width: element.clientWidth, height: 300, cursor: { y: false }, padding: [12, 8, 0, 0],
      scales: { x: { time: true }, y: { range: [Math.min(0, lowest * 1.05), 100] }, bad: { range: [0, Math.max(most, 1) * 4] } },
      axes: [
        Object.assign({}, axis, { values: ticks }),
        Object.assign({}, axis, { size: 56, values: function (u, list) { return list.map(function (v) { return v + "%"; }); } }),
      ],
      series: [
        { label: "until", value: function (u, v) { return v === null ? "" : date.format(new Date(v * 1000)) + " " + hour.format(new Date(v * 1000)); } },
        { label: "budget left", stroke: line, width: 2, fill: faint(line, 0.12), fillTo: 0, points: { show: false }, value: function (u, v, i, at) { return at === null ? "" : v === null ? "unknown" : v.toFixed(1) + "%"; } },
        { label: "bad events", scale: "bad", stroke: bars, fill: faint(bars, 0.55), width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.8, 12] }), value: function (u, v, i, at) { return at === null ? "" : v === null ? "unknown" : v.toLocaleString(); } },
      ],
    };
  }

  function start(element) {
    let plot = null, data = null;

    function draw() {
      if (plot) plot.destroy();
      plot = new uPlot(options(element, data), data, element);
    }

    async function refresh() {
      if (document.hidden && data) return;
      try {
        const response = await fetch(element.dataset.series, { headers: { Accept: "application/json" } });
        if (!response.ok) throw new Error(String(response.status));
        const next = columns(await response.json());
        if (next[0].length === 0) throw new Error("empty");
        data = next;
        element.classList.remove("failed");
        draw();
      } catch (failed) {
        if (!data) element.textContent = "The chart could not be loaded. The table below has the same figures.";
      }
    }

    new ResizeObserver(function () {
      requestAnimationFrame(function () {
        if (plot && plot.width !== element.clientWidth) plot.setSize({ width: element.clientWidth, height: 300 });
      });
    }).observe(element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () { if (data) draw(); });
    refresh();
    setInterval(refresh, refreshEvery);
  }

  document.addEventListener("DOMContentLoaded", function () {
    const element = document.getElementById("burndown");
    if (element && window.uPlot) start(element);
  });
})();
