// Draws what happened to a function: calls, bad events by kind and latency.
"use strict";

(function () {
  const hues = ["page", "ticket", "note", "ink", "ember"]; // kinds of errors: none is good
  const count = (v) => Number(v.toPrecision(3)).toLocaleString();

  document.addEventListener("DOMContentLoaded", () => {
    const root = document.querySelector("[data-detail]"), charts = {};
    if (!root || !window.uPlot) return;
    const kinds = {
      calls: plots.lines(count, () => [["calls a second", "note"]]),
      errors: plots.lines(count, (all) => all.calls.classes.map((c, i) => [c.name, c.name === "other" ? "muted" : hues[i]])),
      latency: plots.lines(plots.duration, () => [["p50", "muted"], ["p95", "ink"], ["p99", "ticket"]]),
    };
    for (const e of root.querySelectorAll("[data-chart]")) charts[e.dataset.chart] = plots.chart(e, kinds[e.dataset.chart]);
    plots.follow(root.dataset.detail, (all) => {
      const { t, calls, latency } = all, since = [Date.parse(all.from) / 1000].concat(t);
      charts.calls.show({ all, data: [t, calls.total.map((n, i) => n === null ? null : n / (t[i] - since[i]))] });
      charts.errors.show(plots.stacked(all, t, calls.classes.map((c) => c.values.map((v, i) => calls.bad[i] === null ? null : v))));
      if (latency) charts.latency.show({ all, limit: latency.threshold, data: [t, latency.p50, latency.p95, latency.p99] });
    }, () => { for (const name in charts) charts[name].fail("It could not be loaded. The table has the same figures."); });
  });
})();
