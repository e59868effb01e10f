// Nanoseconds per parameter and step of every optimizer, at three sizes, beside PyTorch's where it is installed.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { root } from "../scripts/process.mjs";
import { bundled } from "./bundle.mjs";
import { quantile } from "./figures.mjs";

const sizes = [10, 1000, 100_000];
/** Square tensors, as near as may be: what matrix methods work on. */
const shapeOf = (d) => (d === 10 ? [2, 5] : d === 1000 ? [25, 40] : [250, 400]);
/** A measurement lasts about this long, milliseconds. */
const budget = 120;
/** Steps of these take far longer than others' by their nature; their time is measured all the same. */
const repeats = 7;

function measure(it, d) {
  const h = Object.fromEntries(Object.entries(it.hyperparameters).map(([name, { default: value }]) => [name, value]));
  const theta = Float64Array.from({ length: d }, (_, i) => Math.sin(i));
  const mean = Float64Array.from({ length: d }, (_, i) => Math.cos(1.7 * i));
  const gradient = { mean, meanSquare: mean.map((g) => g * g) };
  const curvature = mean.map((g) => g * g);
  // A quadratic for those that look at the loss; its gradient costs one pass.
  const closure = it.name === "LBFGS";
  const batch = {
    loss: (at) => at.reduce((sum, x) => sum + 0.5 * x * x, 0),
    gradient(at) {
      if (closure) mean.set(at);
      return gradient;
    },
    curvature: () => curvature,
  };
  const state = it.init(theta, [shapeOf(d)], h);
  let t = 0;
  const run = (steps) => {
    const from = process.cpuUsage();
    for (let k = 0; k < steps; k++) it.step(batch, theta, state, ++t, h);
    const { user, system } = process.cpuUsage(from);
    return (1000 * (user + system)) / (steps * d);
  };
  let steps = 1;
  for (let ms = 0; ms < 5 && steps < 1e6;) {
    const from = performance.now();
    run(steps);
    ms = performance.now() - from;
    if (ms < 5) steps *= 2;
  }
  return { run, steps: Math.max(1, Math.round((steps * budget) / (5 * repeats))) };
}

/** By optimizer and size; all of a size take turns, so that a busy machine is busy for all. */
export async function optimizerTimes() {
  const { optimizers } = await bundled("src/core/optimizers/index.ts");
  const table = Object.fromEntries(optimizers.map(({ name }) => [name, {}]));
  for (const d of sizes) {
    const prepared = optimizers.flatMap((it) => {
      try {
        return [{ name: it.name, samples: [], ...measure(it, d) }];
      } catch (error) {
        table[it.name][`d = ${d}`] = error.message;
        return [];
      }
    });
    for (let k = 0; k < repeats; k++) for (const one of prepared) one.samples.push(one.run(one.steps));
    for (const { name, samples } of prepared) table[name][`d = ${d}`] = Number(quantile(samples, 0.5).toPrecision(3));
  }
  for (const [name, times] of Object.entries(torchTimes()))
    for (const [d, ns] of Object.entries(times))
      if (table[name]) table[name][`torch, d = ${d}`] = Number(ns.toPrecision(3));
  return table;
}

/** PyTorch's own, on one thread in float64; empty where there is none. */
function torchTimes() {
  const script = path.join(root, "bench/optimizers.py");
  const ran = spawnSync("python3", [script, ...sizes.map(String)], { encoding: "utf8", timeout: 300_000 });
  if (ran.status !== 0) return {};
  return JSON.parse(ran.stdout);
}
