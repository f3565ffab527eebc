// Draws one small chart for each signal of a function, from the signals endpoint.
"use strict";

(function () {
  const height = 150;
  const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumSignificantDigits: 3 });

  function options(element, shown) {
    return {
      width: element.clientWidth, height: height, cursor: { y: false }, padding: [8, 24, 0, 0],
      scales: { x: { time: true }, y: { range: function (u, low, high) { return [Math.min(0, low || 0), Math.max(high || 0, low === high ? 1 : 0) * 1.05 || 1]; } } },
      axes: [plots.time(element), plots.axis(element, { size: 56, values: function (u, list) { return list.map(function (v) { return short.format(v); }); } })],
      series: [
        { label: "until", value: plots.moment },
        { label: shown.unit || "value", stroke: plots.colour(element, "note"), width: 2, points: { show: false }, value: plots.said(function (v) { return v.toLocaleString(); }) },
      ],
    };
  }

  document.addEventListener("DOMContentLoaded", function () {
    const root = document.getElementById("signals"), charts = new Map(); // by name of the signal
    if (!root || !window.uPlot) return;
    for (const element of root.querySelectorAll("[data-signal]")) charts.set(element.dataset.signal, plots.chart(element, options));
    plots.follow(root.dataset.signals, function (answer) {
      for (const signal of answer.signals) {
        const chart = charts.get(signal.name);
        if (!chart) continue;
        const times = signal.points.map(function (p) { return Date.parse(p.t) / 1000; });
        chart.show({ unit: signal.unit, data: [times, signal.points.map(function (p) { return p.value; })] });
      }
    }, function () {
      for (const chart of charts.values()) chart.fail("The chart could not be loaded.");
    });
  });
})();
