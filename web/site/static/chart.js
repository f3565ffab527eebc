// Draws how one SLO went: the budget that was left, with that of the window before
// and where it goes from here, the SLI, the calls, burn rates and latency, all from
// the charts endpoint. A stretch that is dragged over is shown closer.
"use strict";

(function () {
  function faint(rgb, alpha) { return rgb.replace(/^rgb\(/, "rgba(").replace(/\)$/, ", " + alpha + ")"); }
  function begins(element) { return (element.dataset.resets || "").split(",").filter(Boolean).map(Number); }
  function most(list, start) { return list.reduce((m, v) => v === null ? m : Math.max(m, v), start); }
  function least(list, start) { return list.reduce((m, v) => v === null ? m : Math.min(m, v), start); }
  function percent(v) { return v === null ? null : v * 100; }
  function seconds(text) { return Date.parse(text) / 1000; }

  // broken interrupts lines after each instant at which a period begins anew.
  function broken(data, resets) {
    const out = data.map(() => []);
    data[0].forEach(function (at, n) {
      for (const reset of resets) {
        if (n > 0 && data[0][n - 1] <= reset && reset + 1 < at) out.forEach((list, i) => { list.push(i === 0 ? reset + 1 : null); });
      }
      out.forEach((list, i) => { list.push(data[i][n]); });
    });
    return out;
  }

  // frame is what all of these plots have in common.
  function frame(element, height, more) {
    return Object.assign({
      width: element.clientWidth, height, padding: [12, 24, 0, 0],
      cursor: plots.cursor,
    }, more, { hooks: { draw: more.draw || [], setSelect: [plots.closer] } });
  }

  function line(element, label, name, write, more) {
    return Object.assign({ label, stroke: plots.colour(element, name), width: 2, points: { show: false }, value: plots.said(write) }, more);
  }

  const until = { label: "until", value: plots.moment };

  // across draws a dashed line at a value, with a name on a ground of its own above it,
  // or below where there is no room. The names of further lines stand beside it, below
  // theirs.
  function across(at, stroke, name, place = 0) {
    return function (u) {
      const y = Math.round(u.valToPos(at, "y", true)), right = u.bbox.left + u.bbox.width, dot = devicePixelRatio, ctx = u.ctx;
      if (y < u.bbox.top || y > u.bbox.top + u.bbox.height) return;
      plots.rule(u, [u.bbox.left, y], [right, y], stroke, [6, 4]);
      if (!name) return;
      const x = u.bbox.left + (8 + place * 90) * dot, middle = y + (place || y - 18 * dot < u.bbox.top ? 10 : -10) * dot;
      ctx.save();
      ctx.font = Math.round(11 * dot) + "px system-ui, sans-serif";
      ctx.textAlign = "left";
      ctx.textBaseline = "middle";
      ctx.fillStyle = plots.colour(u.root, "card");
      ctx.fillRect(x - 3 * dot, middle - 7 * dot, ctx.measureText(name).width + 6 * dot, 14 * dot);
      ctx.fillStyle = stroke;
      ctx.fillText(name, x, middle);
      ctx.restore();
    };
  }

  // upright draws a line where a period begins.
  function upright(resets, stroke) {
    return function (u) {
      for (const reset of resets) {
        const x = Math.round(u.valToPos(reset, "x", true));
        if (x > u.bbox.left && x < u.bbox.left + u.bbox.width) plots.rule(u, [x, u.bbox.top], [x, u.bbox.top + u.bbox.height], stroke, [4, 4]);
      }
    };
  }

  // below shades the columns in which a series is under a limit.
  function below(limit, fill) {
    return function (u) {
      const x = u.data[0], y = u.data[1], pos = (v) => u.valToPos(v, "x", true);
      u.ctx.save();
      u.ctx.fillStyle = fill;
      for (let i = 0; i < x.length; i++) {
        if (y[i] === null || y[i] >= limit) continue;
        const from = pos(i > 0 ? x[i - 1] : x[i] - (x[1] - x[0])), left = Math.max(from, u.bbox.left);
        u.ctx.fillRect(left, u.bbox.top, Math.max(pos(x[i]) - left, 2), u.bbox.height);
      }
      u.ctx.restore();
    };
  }

  function marks(element, all) { return [upright(begins(document.getElementById("burndown")), plots.colour(element, "muted")), plots.marks(all.annotations)]; }

  // budget has the projection behind the columns, from the last of them on.
  function budget(all, element) {
    const data = broken([all.t, all.remaining_ratio.map(percent), all.t.map((v, i) => percent(all.previous_remaining_ratio[i] === undefined ? null : all.previous_remaining_ratio[i])), all.t.map(() => null), all.bad], begins(element));
    const p = all.projection;
    if (!p) return data;
    [[seconds(p.from), p.from_ratio], [seconds(p.to), p.to_ratio]].forEach(function (end) {
      const last = data[0].length - 1;
      if (end[0] <= data[0][last]) data[3][last] = end[1] * 100;
      else data.forEach((list, i) => { list.push(i === 0 ? end[0] : i === 3 ? end[1] * 100 : null); });
    });
    return data;
  }

  function budgetOptions(element, shown) {
    const data = shown.full, all = shown.all, resets = begins(element);
    const lowest = least(data[1].concat(data[2], data[3]), 0), spent = least(data[1], 0) < 0;
    const own = plots.colour(element, spent ? "page" : "good"), bars = plots.colour(element, "ticket"), share = (v) => v.toFixed(1) + "%";
    const left = (u, v, i, at) => v === null && at !== null && resets.includes(u.data[0][at] - 1) ? "begins anew" : plots.said(share)(u, v, i, at);
    const given = (u, v) => v === null ? "" : share(v);
    // An overspent budget has long figures: none may lose its sign.
    const wide = (u, ticks) => (ticks || []).reduce((m, tick) => Math.max(m, 20 + 8 * tick.length), 56);
    return frame(element, 300, {
      draw: marks(element, all).concat(lowest < 0 ? [across(0, plots.colour(element, "page"), "spent")] : []),
      scales: { x: { time: true }, y: { range: [Math.min(0, lowest * 1.05), 100] }, bad: { range: [0, Math.max(most(data[4], 0), 1) * 4] } },
      axes: [plots.time(element), plots.axis(element, { size: wide, values: (u, list) => list.map((v) => v + "%") })],
      series: [
        until,
        line(element, "budget left", spent ? "page" : "good", share, { fill: faint(own, 0.12), fillTo: 0, value: left }),
        line(element, "one window earlier", "muted", share, { width: 1, dash: [2, 3], show: all.previous_remaining_ratio.length > 0, value: given }),
        line(element, "at this pace", "ink", share, { dash: [7, 5], spanGaps: true, show: Boolean(all.projection), value: given }),
        line(element, "bad events", "ticket", (v) => v.toLocaleString(), { scale: "bad", fill: faint(bars, 0.55), width: 0, paths: uPlot.paths.bars({ size: [0.8, 12] }), value: (u, v) => v === null ? "" : v.toLocaleString() }),
      ].filter((s) => s.show !== false),
    });
  }

  // shownOf leaves out what a budget has no line for.
  function shownOf(all, element) {
    const data = budget(all, element), keep = [true, true, all.previous_remaining_ratio.length > 0, Boolean(all.projection), true];
    return { all, full: data, data: data.filter((list, i) => keep[i]) };
  }

  function callsOptions(element, shown) {
    const ink = plots.colour(element, "note"), short = new Intl.NumberFormat(undefined, { notation: "compact" });
    return frame(element, 150, {
      draw: marks(element, shown.all), scales: { x: { time: true }, y: { range: [0, Math.max(most(shown.data[1], 0), 1) * 1.05] } },
      axes: [plots.time(element), plots.axis(element, { size: 56, values: (u, list) => list.map((v) => short.format(v)) })],
      series: [until, line(element, element.dataset.unit, "note", (v) => v.toLocaleString(), { width: 1, fill: faint(ink, 0.18), fillTo: 0 })],
    });
  }

  // sliOptions leaves room for the objective, also where nothing came near it.
  function sliOptions(element, shown) {
    const goal = shown.all.objective * 100, lowest = least(shown.data[1], goal), pad = (100 - Math.min(lowest, goal)) * 0.08;
    const digits = Math.min(Math.max(2 - Math.floor(Math.log10(100 - goal)), 1), 6), write = (v) => Number(v.toFixed(digits)) + "%";
    const red = plots.colour(element, "page");
    return frame(element, 190, {
      draw: [below(goal, faint(red, 0.2)), across(goal, red, "objective " + Number(goal.toPrecision(12)) + "%")].concat(marks(element, shown.all)),
      scales: { x: { time: true }, y: { range: [lowest - pad, 100 + pad / 4] } },
      axes: [plots.time(element), plots.axis(element, { size: 72, values: (u, list) => list.map((v) => v > 100 ? "" : Number(v.toPrecision(7)) + "%") })],
      series: [until, line(element, "SLI", "ink", write, { width: 1.5 })],
    });
  }

  function latencyOptions(element, shown) {
    const threshold = Number(element.dataset.threshold), top = shown.data.slice(1).reduce((m, list) => most(list, m), threshold);
    return frame(element, 220, {
      draw: [across(threshold, plots.colour(element, "page"), "threshold " + plots.duration(threshold))].concat(marks(element, shown.all)),
      scales: { x: { time: true }, y: { range: [0, top * 1.1] } },
      axes: [plots.time(element), plots.axis(element, { size: 64, values: (u, list) => list.map(plots.duration) })],
      series: [until, line(element, "p50", "muted", plots.duration, { width: 1 }), line(element, "p95", "ink", plots.duration, { width: 1 }), line(element, "p99", "ticket", plots.duration)],
    });
  }

  // burnData is the long window as a line and the short one as a band: the peaks
  // of a column, and how low it came between.
  function burnData(all, element) {
    const of = (name) => all.burns.windows.find((w) => w.window === name);
    const long = of(element.dataset.long), short = of(element.dataset.short), none = all.burns.t.map(() => null);
    return [all.burns.t, long ? long.high : none, short ? short.high : none, short ? short.low : none];
  }

  // burnOptions bends the scale, so that a rate of 1 and one of 1,000 are both seen.
  function burnOptions(element, shown) {
    const limits = JSON.parse(element.dataset.limits), rate = (v) => (v < 10 ? Number(v.toFixed(1)) : Math.round(v)).toLocaleString() + "×";
    const top = limits.reduce((m, l) => Math.max(m, l.rate * 1.6), Math.max(most(shown.data[1], 0), most(shown.data[2], 0)) * 1.2);
    const grey = plots.colour(element, "ticket");
    return frame(element, 190, {
      draw: limits.map((l, n) => across(l.rate, plots.colour(element, l.severity), l.name + ", " + rate(l.rate), n)).concat(marks(element, shown.all)),
      scales: { x: { time: true }, y: { distr: 4, asinh: 1, range: [0, top] } },
      axes: [plots.time(element), plots.axis(element, { size: 56, filter: (u, list) => list, splits: () => [0, 1, 3, 10, 30, 100, 300, 1000, 10000, 100000].filter((v) => v <= top), values: (u, list) => list.map(rate) })],
      bands: [{ series: [2, 3], fill: faint(grey, 0.3) }],
      series: [until, line(element, "over " + element.dataset.long, "ink", rate), line(element, "over " + element.dataset.short, "ticket", rate, { width: 1 }), line(element, "at least", "ticket", rate, { width: 0, value: () => "" })],
    });
  }

  function plain(pick) { return function (all) { return { all, data: pick(all) }; }; }

  const kinds = [
    ["#burndown", shownOf, budgetOptions],
    ["#sli", plain((all) => [all.t, all.sli.map(percent)]), sliOptions],
    ["#calls", plain((all) => [all.t, all.total]), callsOptions],
    [".chart.burn", function (all, element) { return { all, data: burnData(all, element) }; }, burnOptions],
    ["#latency", plain((all) => [all.t, all.p50, all.p95, all.p99].map((list) => list.length ? list : all.t.map(() => null))), latencyOptions],
  ];

  document.addEventListener("DOMContentLoaded", function () {
    const root = document.getElementById("burndown");
    if (!root || !window.uPlot) return;
    const charts = kinds.flatMap(function (kind) {
      return Array.from(document.querySelectorAll(kind[0]), function (element) { return { element, shape: kind[1], chart: plots.chart(element, kind[2]) }; });
    });
    plots.follow(root.dataset.charts, function (all) {
      if (all.t.length === 0) throw new Error("empty");
      performance.mark("charts arrived");
      for (const c of charts) c.chart.show(c.shape(all, c.element));
      performance.clearMeasures("charts drawn");
      performance.measure("charts drawn", "charts arrived");
    }, function () {
      for (const c of charts) c.chart.fail("The chart could not be loaded. The table below has the same figures.");
    });
  });
})();
