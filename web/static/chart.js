// Draws the error budget that was left over time, the bad events that spent it,
// and quantiles of latency, from the series endpoint.
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

  const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
  const hour = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

  function ticks(u, splits, axis, space, increment) {
    return splits.map(function (s) { return (increment >= 86400 ? date : hour).format(new Date(s * 1000)); });
  }

  function moment(u, v) { return v === null ? "" : date.format(new Date(v * 1000)) + " " + hour.format(new Date(v * 1000)); }

  function axisOf(element) {
    const ink = colour(element, "muted"), grid = colour(element, "line");
    return { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 }, font: "12px system-ui, sans-serif" };
  }

  // rule draws a line where a period begins.
  function rule(resets, stroke) {
    return function (u) {
      for (const reset of resets) {
        const x = Math.round(u.valToPos(reset, "x", true));
        if (x <= u.bbox.left || x >= u.bbox.left + u.bbox.width) continue;
        u.ctx.save();
        u.ctx.strokeStyle = stroke;
        u.ctx.setLineDash([4, 4]);
        u.ctx.beginPath();
        u.ctx.moveTo(x, u.bbox.top);
        u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
        u.ctx.stroke();
        u.ctx.restore();
      }
    };
  }

  function budgetOptions(element, data) {
    const resets = begins(element), left = function (u, v, i, at) {
      if (at === null) return "";
      return v !== null ? v.toFixed(1) + "%" : resets.includes(u.data[0][at] - 1) ? "begins anew" : "unknown";
    };
    const lowest = data[1].reduce(function (m, v) { return v === null ? m : Math.min(m, v); }, 0);
    const spent = lowest < 0, line = colour(element, spent ? "page" : "good"), bars = colour(element, "ticket");
    const most = data[2].reduce(function (m, v) { return Math.max(m, v || 0); }, 0);
    const axis = axisOf(element);
    // An overspent budget has long figures: none may lose its sign.
    const wide = function (u, ticks) { return (ticks || []).reduce(function (most, tick) { return Math.max(most, 20 + 8 * tick.length); }, 56); };
    return {
      hooks: { draw: [rule(resets, colour(element, "muted"))] },
      width: element.clientWidth, height: 300, cursor: { y: false }, padding: [12, 8, 0, 0],
      scales: { x: { time: true }, y: { range: [Math.min(0, lowest * 1.05), 100] }, bad: { range: [0, Math.max(most, 1) * 4] } },
      axes: [
        Object.assign({}, axis, { values: ticks }),
        Object.assign({}, axis, { size: wide, values: function (u, list) { return list.map(function (v) { return v + "%"; }); } }),
      ],
      series: [
        { label: "until", value: moment },
        { label: "budget left", stroke: line, width: 2, fill: faint(line, 0.12), fillTo: 0, points: { show: false }, value: left },
        { label: "bad events", scale: "bad", stroke: bars, fill: faint(bars, 0.55), width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.8, 12] }), value: function (u, v, i, at) { return at === null ? "" : v === null ? "unknown" : v.toLocaleString(); } },
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
      if (y < u.bbox.top || y > u.bbox.top + u.bbox.height) return;
      u.ctx.save();
      u.ctx.strokeStyle = stroke;
      u.ctx.setLineDash([6, 4]);
      u.ctx.beginPath();
      u.ctx.moveTo(u.bbox.left, y);
      u.ctx.lineTo(u.bbox.left + u.bbox.width, y);
      u.ctx.stroke();
      u.ctx.restore();
    };
  }

  function latencyOptions(element, data) {
    const axis = axisOf(element), threshold = Number(element.dataset.threshold);
    const most = Math.max.apply(null, data.slice(1).map(function (list) { return list.reduce(function (m, v) { return Math.max(m, v || 0); }, 0); }));
    const shown = function (u, v, i, at) { return at === null ? "" : v === null ? "unknown" : seconds(v); };
    const line = function (label, name, width) { return { label: label, stroke: colour(element, name), width: width, points: { show: false }, value: shown }; };
    return {
      width: element.clientWidth, height: 220, cursor: { y: false }, padding: [12, 8, 0, 0],
      scales: { x: { time: true }, y: { range: [0, Math.max(most, threshold) * 1.1] } },
      axes: [
        Object.assign({}, axis, { values: ticks }),
        Object.assign({}, axis, { size: 64, values: function (u, list) { return list.map(seconds); } }),
      ],
      hooks: { draw: [limit(threshold, colour(element, "page"))] },
      series: [{ label: "until", value: moment }, line("p50", "muted", 1), line("p95", "ink", 1), line("p99", "ticket", 2)],
    };
  }

  function start(element, pick, options) {
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
        const next = columns(await response.json(), pick, begins(element));
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
        if (plot && plot.width !== element.clientWidth) plot.setSize({ width: element.clientWidth, height: plot.height });
      });
    }).observe(element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () { if (data) draw(); });
    refresh();
    setInterval(refresh, refreshEvery);
  }

  document.addEventListener("DOMContentLoaded", function () {
    const budget = document.getElementById("burndown"), latency = document.getElementById("latency");
    if (budget && window.uPlot) start(budget, budgetOf, budgetOptions);
    if (latency && window.uPlot) start(latency, latencyOf, latencyOptions);
  });
})();
