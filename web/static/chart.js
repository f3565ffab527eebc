// Draws the error budget that was left over time, the bad events that spent it,
// and quantiles of latency, from the series endpoint.
"use strict";

(function () {
  function faint(rgb, alpha) { return rgb.replace(/^rgb\(/, "rgba(").replace(/\)$/, ", " + alpha + ")"); }

  // begins are the instants at which a period of the calendar begins anew.
  function begins(element) { return (element.dataset.resets || "").split(",").filter(Boolean).map(Number); }

  // columns turns points into series, broken after each reset.
  function columns(series, pick, resets) {
    const data = [[]];
    for (const p of series.points) {
      const at = Date.parse(p.t) / 1000, last = data[0][data[0].length - 1];
      for (const reset of resets) {
        if (last <= reset && reset + 1 < at) data.forEach(function (list, i) { list.push(i === 0 ? reset + 1 : null); });
      }
      data[0].push(at);
      pick(p).forEach(function (v, i) { (data[i + 1] = data[i + 1] || []).push(v); });
    }
    return data;
  }

  function budgetOf(p) {
    return [p.remaining_ratio === null ? null : p.remaining_ratio * 100, p.coverage > 0 ? p.bad : null];
  }

  function latencyOf(p) { return [p.p50, p.p95, p.p99]; }

  // renewals draws a line where a period begins.
  function renewals(resets, stroke) {
    return function (u) {
      for (const reset of resets) {
        const x = Math.round(u.valToPos(reset, "x", true));
        if (x > u.bbox.left && x < u.bbox.left + u.bbox.width) plots.rule(u, [x, u.bbox.top], [x, u.bbox.top + u.bbox.height], stroke, [4, 4]);
      }
    };
  }

  // annotations lays a mark over the plot for each annotation about the numbers: a line
  // where a promise changed, a band at the foot for a stretch of time.
  function annotations(list) {
    return function (u) {
      for (const old of u.over.querySelectorAll(".mark")) old.remove();
      for (const annotation of list) {
        const seconds = function (text) { return Date.parse(text) / 1000; };
        const left = Math.max(0, u.valToPos(seconds(annotation.from), "x")), right = Math.min(u.over.clientWidth, u.valToPos(seconds(annotation.to), "x"));
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

  function budgetOptions(element, shown) {
    const data = shown.data, resets = begins(element);
    const lowest = data[1].reduce(function (m, v) { return v === null ? m : Math.min(m, v); }, 0);
    const spent = lowest < 0, line = plots.colour(element, spent ? "page" : "good"), bars = plots.colour(element, "ticket");
    const most = data[2].reduce(function (m, v) { return Math.max(m, v || 0); }, 0);
    const left = function (u, v, i, at) {
      return v === null && at !== null && resets.includes(u.data[0][at] - 1) ? "begins anew" : plots.said(function () { return v.toFixed(1) + "%"; })(u, v, i, at);
    };
    // An overspent budget has long figures: none may lose its sign.
    const wide = function (u, ticks) { return (ticks || []).reduce(function (most, tick) { return Math.max(most, 20 + 8 * tick.length); }, 56); };
    return {
      hooks: { draw: [renewals(resets, plots.colour(element, "muted")), annotations(shown.annotations)] },
      width: element.clientWidth, height: 300, cursor: { y: false }, padding: [12, 24, 0, 0],
      scales: { x: { time: true }, y: { range: [Math.min(0, lowest * 1.05), 100] }, bad: { range: [0, Math.max(most, 1) * 4] } },
      axes: [plots.time(element), plots.axis(element, { size: wide, values: function (u, list) { return list.map(function (v) { return v + "%"; }); } })],
      series: [
        { label: "until", value: plots.moment },
        { label: "budget left", stroke: line, width: 2, fill: faint(line, 0.12), fillTo: 0, points: { show: false }, value: left },
        { label: "bad events", scale: "bad", stroke: bars, fill: faint(bars, 0.55), width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.8, 12] }), value: plots.said(function (v) { return v.toLocaleString(); }) },
      ],
    };
  }

  function seconds(v) {
    if (v === 0) return "0";
    const unit = v < 0.001 ? [1e6, "µs"] : v < 1 ? [1000, "ms"] : [1, "s"];
    return Number((v * unit[0]).toPrecision(3)) + " " + unit[1];
  }

  // limit draws the threshold across the plot.
  function limit(at, stroke) {
    return function (u) {
      const y = Math.round(u.valToPos(at, "y", true));
      if (y >= u.bbox.top && y <= u.bbox.top + u.bbox.height) plots.rule(u, [u.bbox.left, y], [u.bbox.left + u.bbox.width, y], stroke, [6, 4]);
    };
  }

  function latencyOptions(element, shown) {
    const threshold = Number(element.dataset.threshold);
    const most = Math.max.apply(null, shown.data.slice(1).map(function (list) { return list.reduce(function (m, v) { return Math.max(m, v || 0); }, 0); }));
    const line = function (label, name, width) { return { label: label, stroke: plots.colour(element, name), width: width, points: { show: false }, value: plots.said(seconds) }; };
    return {
      width: element.clientWidth, height: 220, cursor: { y: false }, padding: [12, 24, 0, 0],
      scales: { x: { time: true }, y: { range: [0, Math.max(most, threshold) * 1.1] } },
      axes: [plots.time(element), plots.axis(element, { size: 64, values: function (u, list) { return list.map(seconds); } })],
      hooks: { draw: [limit(threshold, plots.colour(element, "page")), annotations(shown.annotations)] },
      series: [{ label: "until", value: plots.moment }, line("p50", "muted", 1), line("p95", "ink", 1), line("p99", "ticket", 2)],
    };
  }

  document.addEventListener("DOMContentLoaded", function () {
    const charts = [["burndown", budgetOf, budgetOptions], ["latency", latencyOf, latencyOptions]].flatMap(function (kind) {
      const element = document.getElementById(kind[0]);
      return element ? [{ element: element, pick: kind[1], chart: plots.chart(element, kind[2]) }] : [];
    });
    if (charts.length === 0 || !window.uPlot) return;
    plots.follow(charts[0].element.dataset.series, function (series) {
      if (series.points.length === 0) throw new Error("empty");
      for (const c of charts) c.chart.show({ data: columns(series, c.pick, begins(c.element)), annotations: series.annotations });
    }, function () {
      for (const c of charts) c.chart.fail("The chart could not be loaded. The table below has the same figures.");
    });
  });
})();
