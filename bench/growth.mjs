// How the time of a job grows with its size, for the charts of docs/performance.md: processor time of warm runs, seconds.
import { median } from "./figures.mjs";
import { answer, program } from "./programs.mjs";

const own = [
  { row: "simd", name: "Optimizer Lab" },
  { row: "plain", name: "without SIMD" },
];
const c = { row: "c", name: "C" };
const numpy = { row: "numpy", name: "NumPy" };
const torch = { row: "torch-f64", name: "PyTorch" };
/** Of a loop over seeds three are run, and the rest counted up. */
const loop = { row: "torch-loop", name: "PyTorch, seed by seed" };
const job = (n, steps) => `Adam on ${n} with 20 parameters, ${steps}, every loss kept`;

export const growths = [
  {
    id: "seeds",
    title: job("n seeds", "2,000 steps"),
    x: "seeds",
    at: [1, 8, 64, 512],
    workload: () => ["W3", (n) => [n, 2000]],
    units: (n) => 20 * 2000 * n,
    rows: [...own, c, numpy, torch, loop],
    threads: 1,
  },
  {
    id: "steps",
    title: job("64 seeds", "n steps"),
    x: "steps",
    at: [100, 1000, 10_000, 100_000],
    workload: () => ["W3", (n) => [64, n]],
    units: (n) => 20 * 64 * n,
    rows: [...own, c, { ...numpy, most: 10_000 }, { ...torch, most: 10_000 }],
    threads: 1,
  },
  {
    id: "dimension",
    title: "One step of Adam on a noisy quadratic",
    x: "parameters",
    at: [10, 100, 1000, 10_000, 100_000, 1_000_000],
    workload: (d) => [`W2/${d}`, () => []],
    units: () => 2e7,
    rows: [...own, c, numpy, torch],
    /** Per step: how many are run depends on the row. */
    per: (units, d) => units / d,
  },
  {
    id: "paths",
    title: "Langevin paths in the double well, 1,000 steps",
    x: "paths",
    at: [64, 512, 4096, 32_768],
    workload: () => ["W1", (n) => [n, 1000]],
    units: (n) => 1000 * n,
    rows: [...own, c, numpy, torch],
  },
  {
    id: "threads",
    title: "Adam on 1,024 seeds with 20 parameters, 2,000 steps, by the clock",
    x: "threads",
    at: [1, 2, 4],
    workload: () => ["W3", () => [1024, 2000]],
    units: () => 20 * 2000 * 1024,
    rows: own,
    wall: true,
  },
];

/** Short jobs are repeated more often, until what compiles them has settled; Python compiles nothing. */
const repetitions = (row, units) => (/numpy|torch/.test(row) ? 2 : units < 3e6 ? 15 : 4);

/** By chart and row: [size, seconds] in order. Sizes take turns outside, rows inside, so that rows meet the same moments. */
export async function growth({ rounds, found, say }) {
  const result = {};
  for (const it of growths) {
    const lines = {};
    for (const n of it.at)
      for (const { row, name, most = Infinity } of it.rows) {
        if (n > most) continue;
        const [workload, sizes] = it.workload(n);
        const threads = it.id === "threads" ? n : it.threads;
        const made = program(row, workload, repetitions(row, it.units(n)), { sizes: sizes(n), threads, found });
        if (!made) continue;
        const sample = [];
        for (let k = 0; k < rounds; k++) {
          say(`growth with ${it.x}, ${n}: ${name}`);
          const { cpu, wall, units } = await answer(made);
          const whole = row === "torch-loop" ? (20 * n * 2000) / units : 1;
          sample.push(((it.wall ? wall : cpu) * whole) / (it.per?.(units, n) ?? 1));
        }
        (lines[row] ??= { name, points: [] }).points.push([n, Number(median(sample).toPrecision(3))]);
      }
    result[it.id] = { title: it.title, x: it.x, y: it.wall ? "wall" : it.per ? "step" : "cpu", lines };
  }
  return result;
}
