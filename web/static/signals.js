// Draws one small chart for each signal of a function, from the signals endpoint.
"use strict";

(function () {
  const refreshEvery = 60000, height = 150;

  function colour(element, name) {
    const before = element.style.color;
    element.style.color = "var(--" + name + ")";
    const resolved = getComputedStyle(element).color;
    element.style.color = before;
    return resolved;
  }

  const hour = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumSignificantDigits: 3 });

  function options(element, unit) {
    const ink = colour(element, "muted"), grid = colour(element, "line"), line = colour(element, "note");
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 }, font: "12px system-ui, sans-serif" };
    return {
      width: element.clientWidth, height: height, cursor: { y: false }, padding: [8, 8, 0, 0],
      scales: { x: { time: true }, y: { range: function (u, low, high) { return [Math.min(0, low || 0), Math.max(high || 0, low === high ? 1 : 0) * 1.05 || 1]; } } },
      axes: [
        Object.assign({}, axis, { values: function (u, list) { return list.map(function (v) { return hour.format(new Date(v * 1000)); }); } }),
        Object.assign({}, axis, { size: 56, values: function (u, list) { return list.map(function (v) { return short.format(v); }); } }),
      ],
      series: [
        { label: "until", value: function (u, v) { return v === null ? "" : hour.format(new Date(v * 1000)); } },
        { label: unit || "value", stroke: line, width: 2, points: { show: false }, value: function (u, v, i, at) { return at === null ? "" : v === null ? "unknown" : v.toLocaleString(); } },
      ],
    };
  }

  function start(root) {
    const charts = new Map(); // by name of the signal
    for (const element of root.querySelectorAll("[data-signal]")) charts.set(element.dataset.signal, { element: element, plot: null, data: null, unit: "" });

    function draw(chart) {
      if (chart.plot) chart.plot.destroy();
      chart.plot = new uPlot(options(chart.element, chart.unit), chart.data, chart.element);
    }

    async function refresh() {
      if (document.hidden && charts.size && [...charts.values()][0].data) return;
      try {
        const response = await fetch(root.dataset.signals, { headers: { Accept: "application/json" } });
        if (!response.ok) throw new Error(String(response.status));
        for (const signal of (await response.json()).signals) {
          const chart = charts.get(signal.name);
          if (!chart) continue;
          chart.data = [signal.points.map(function (p) { return Date.parse(p.t) / 1000; }), signal.points.map(function (p) { return p.value; })];
          chart.unit = signal.unit;
          draw(chart);
        }
      } catch (failed) {
        for (const chart of charts.values()) if (!chart.data) chart.element.textContent = "The chart could not be loaded.";
      }
    }

    new ResizeObserver(function () {
      requestAnimationFrame(function () {
        for (const chart of charts.values()) if (chart.plot && chart.plot.width !== chart.element.clientWidth) chart.plot.setSize({ width: chart.element.clientWidth, height: height });
      });
    }).observe(root);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () { for (const chart of charts.values()) if (chart.data) draw(chart); });
    refresh();
    setInterval(refresh, refreshEvery);
  }

  document.addEventListener("DOMContentLoaded", function () {
    const root = document.getElementById("signals");
    if (root && window.uPlot) start(root);
  });
})();
