// Draws one small chart for each signal of a function, from the signals endpoint.
"use strict";

(function () {
  const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumSignificantDigits: 3 });

  document.addEventListener("DOMContentLoaded", function () {
    const root = document.getElementById("signals"), charts = new Map(); // by name of the signal
    if (!root || !window.uPlot) return;
    for (const element of root.querySelectorAll("[data-signal]")) charts.set(element.dataset.signal, plots.chart(element, plots.lines((v) => short.format(v), (all) => [[all.unit || "value", "note"]])));
    plots.follow(root.dataset.signals, function (answer) {
      for (const signal of answer.signals) {
        const chart = charts.get(signal.name);
        if (!chart) continue;
        const times = signal.points.map((p) => Date.parse(p.t) / 1000);
        chart.show({ all: { annotations: answer.annotations, unit: signal.unit }, data: [times, signal.points.map((p) => p.value)] });
      }
    }, function () {
      for (const chart of charts.values()) chart.fail("The chart could not be loaded.");
    });
  });
})();
