import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import * as its from "../messages.mjs";

const root = path.join(import.meta.dirname, "../../..");
/** The panel's own thinning, outside any page. */
async function thinning() {
  const folder = mkdtempSync(path.join(tmpdir(), "optimizer-lab-thin-"));
  const outfile = path.join(folder, "thin.mjs");
  await build({ absWorkingDir: root, entryPoints: ["webview/thin.ts"], outfile, format: "esm", logLevel: "warning" });
  const { thinned } = await import(pathToFileURL(outfile).href);
  rmSync(folder, { recursive: true });
  return thinned;
}
const width = 100;
const across = (from, to, scale = "linear") => ({ scale, span: [from, to], width });
const columnOf = (x, { scale, span: [from, to] }) => {
  const at = scale === "log" ? Math.log : Number;
  const place = (at(x) - at(from)) * (width / (at(to) - at(from)));
  return x < from ? -1 : x > to ? width : Math.min(Math.floor(place), width - 1);
};
/** Numbers between 0 and 1, the same every time. */
function uniform(seed) {
  let a = seed;
  return () => {
    a = (Math.imul(a, 1664525) + 1013904223) >>> 0;
    return a / 2 ** 32;
  };
}
const drawnOnly = (points) => points.filter(({ y }) => !Number.isNaN(y));

/** Says of every kept point and gap that it must be there, by looking at all points again. */
function check(thinned, x, y, axis, scale) {
  const { points, columns } = thinned(x, y, axis, scale);
  const legal = (value) => Number.isFinite(value) && (scale === "linear" || value > 0);
  const stretches = [];
  x.forEach((at, k) => {
    if (!legal(y[k])) return;
    const column = columnOf(at, axis);
    if (stretches.at(-1)?.column !== column) stretches.push({ column, of: [] });
    stretches.at(-1).of.push(k);
  });
  assert.equal(columns, stretches.length);
  const kept = stretches.flatMap(({ column, of }) => {
    const outside = column < 0 || column === width;
    const [low, high] = outside
      ? [of[0], of.at(-1)]
      : [of.reduce((a, k) => (y[k] < y[a] ? k : a)), of.reduce((a, k) => (y[k] > y[a] ? k : a))];
    return [...new Set([low, high])].sort((a, b) => a - b);
  });
  assert.deepEqual(
    drawnOnly(points),
    kept.map((k) => ({ x: x[k], y: y[k] })),
    "of every column the least and the greatest, in their order",
  );
  let next = 0;
  points.forEach((point) => {
    if (!Number.isNaN(point.y)) next++;
  });
  assert.equal(next, kept.length);
  // A gap stands between two kept points just where one stood between them.
  let k = -1;
  let gap = false;
  for (const point of points) {
    if (Number.isNaN(point.y)) {
      gap = true;
      continue;
    }
    k++;
    const from = k > 0 ? kept[k - 1] : -1;
    const between = Array.from(y.subarray(from + 1, kept[k])).some((value) => !legal(value));
    assert.equal(gap, between, `before x ${point.x}`);
    gap = false;
  }
}

export default [
  [
    "a line keeps its least and greatest point of every pixel column, in order, and its gaps",
    async (house) => {
      const thinned = await thinning();
      const n = 5000;
      for (const seed of [1, 2, 3, 4, 5, 6]) {
        const random = uniform(seed);
        // Steps recorded densely at first, as labs do; every third line has no noise.
        const x = Float64Array.from({ length: n }, (_, k) => (seed % 2 ? k : (k * k) / n) + 1);
        const y = Float64Array.from(x, (t) => 1 + Math.sin(t / 300) + (seed % 3 ? random() : 0));
        for (let k = 0; k < 40; k++) y[Math.floor(n * random())] = [NaN, Infinity, -Infinity, -1, 0][k % 5];
        y.fill(NaN, 1000, 1400);
        y.fill(Infinity, 4900);
        for (const scale of ["linear", "log"])
          for (const axis of [across(1, n), across(1, n, "log"), across(700, 1800), across(3, 40, "log")])
            check(thinned, x, y, axis, scale);
      }
      return house.open();
    },
  ],
  [
    "a spike of one point in ten thousand is kept, and so is a step back on x",
    async (house) => {
      const thinned = await thinning();
      const x = Float64Array.from({ length: 10_000 }, (_, k) => k);
      const y = new Float64Array(10_000).fill(1);
      y[4321] = 1e6;
      y[8765] = -1e6;
      const { points } = thinned(x, y, across(0, 9999), "linear");
      assert.ok(points.length <= 2 * width);
      assert.ok(points.some((point) => point.x === 4321 && point.y === 1e6));
      assert.ok(points.some((point) => point.x === 8765 && point.y === -1e6));
      const loop = Float64Array.of(0, 50, 99, 50, 0);
      const up = Float64Array.of(0, 1, 2, 3, 4);
      const kept = thinned(loop, up, across(0, 100), "linear").points;
      assert.deepEqual(
        kept.map((point) => point.x),
        [...loop],
        "what returns to a column later is another stretch",
      );
      assert.deepEqual(thinned(new Float64Array(), new Float64Array(), across(0, 1), "linear").points, []);
      const all = thinned(x, new Float64Array(10_000).fill(NaN), across(0, 9999), "linear");
      assert.deepEqual([all.points, all.columns], [[], 0]);
      return house.open();
    },
  ],
  [
    "a line of ten thousand points is drawn with at most a few corners a pixel column, spike and gap included",
    async (house) => {
      const panel = await house.open();
      const x = Array.from({ length: 10_000 }, (_, k) => k / 5);
      const noisy = x.map((_, k) => (k > 6000 && k < 7000 ? "NaN" : 1e-2 * (1.2 + Math.sin(1.7 * k))));
      noisy[5000] = 9e-2;
      const spiked = { chart: "effective", series: "h = 1", mode: "replace", columns: [x, noisy] };
      await panel.send(its.showTraining(1));
      await panel.page.evaluate(() => {
        window.corners = [];
        const { lineTo } = window.Path2D.prototype;
        window.Path2D.prototype.lineTo = function (...at) {
          window.corners.push(at);
          lineTo.apply(this, at);
        };
      });
      await panel.send(its.frames(1, [spiked]));
      const corners = await panel.page.evaluate(() => window.corners);
      const plot = await panel.chart("effective").locator("canvas").boundingBox();
      assert.ok(corners.length > plot.width, `${corners.length} corners`);
      assert.ok(corners.length < 5 * plot.width, `${corners.length} corners`);
      const highest = Math.min(...corners.map(([, y]) => y));
      const second = Math.min(...corners.map(([, y]) => y).filter((y) => y > highest + 5));
      assert.ok(second - highest > 20, "the spike stands out");
      const atGap = corners.map(([at]) => at).sort((a, b) => a - b);
      const widest = atGap.reduce((most, at, k) => Math.max(most, at - (atGap[k - 1] ?? at)), 0);
      assert.ok(widest > 0.07 * plot.width, "nothing is drawn where nothing was recorded");
      return panel;
    },
  ],
  [
    "what is said again of the same charts draws nothing anew",
    async (house) => {
      const panel = await house.open();
      await panel.send(...its.training());
      await panel.page.evaluate(() => {
        window.drawings = 0;
        const { clearRect } = window.CanvasRenderingContext2D.prototype;
        window.CanvasRenderingContext2D.prototype.clearRect = function (...box) {
          window.drawings++;
          clearRect.apply(this, box);
        };
      });
      const drawings = () => panel.page.evaluate(() => window.drawings);
      await panel.send(its.showTraining(1, { before: its.before, changes: [] }));
      assert.equal(await drawings(), 0);
      await panel.send(its.frames(1, [its.trainingFrames.find(({ chart }) => chart === "rate")]));
      assert.equal(await drawings(), 1, "one chart's frames draw one chart");
      return panel;
    },
  ],
];
