import { existsSync, writeFileSync } from "node:fs";
import { type Gathering, type Job, lab, type Lab } from "../../src/core/labs/lab.ts";
import type { Hyperparameter, Order } from "../../src/protocol/index.ts";

// Small labs for the threads: one that works, and one for every way of breaking.

const whole = (label: string, value: number): Hyperparameter => ({
  symbol: label,
  label,
  meaning: label,
  default: value,
  range: [0, 1e9],
  scale: "integer",
});
const controls = {
  units: whole("units", 6),
  parts: whole("parts", 5),
  spin: whole("spin", 0),
  width: whole("width", 32),
};
interface Part {
  readonly index: number;
  readonly values: Float64Array;
}
/** Rows of normals by unit and part; the chart has their means by unit, in index order. */
function gathering(job: Job<typeof controls>): Gathering<Part> {
  const { units, parts } = job.controls;
  const rows = Array.from({ length: units }, () => new Float64Array(parts).fill(NaN));
  let done = 0;
  return {
    add(unit, { index, values }) {
      rows[unit][index] = values.reduce((sum, value) => sum + value, 0) / values.length;
      done++;
    },
    frames: () =>
      rows.map((row, unit) => ({
        chart: "rows",
        series: `unit ${unit}`,
        mode: "replace",
        columns: [Float64Array.from(row, (_, i) => i), row],
      })),
    progress: () => ({ done, total: units * parts, unit: "steps" }),
    report: (state) => ({ answer: `${state} **${done}**`, status: "", rules: [] }),
    findings: () => [
      { quantity: "sum", measured: rows.flatMap((row) => [...row]).reduce((a, b) => a + b, 0), verdict: "none" },
    ],
  };
}
const working = lab<typeof controls, Part>({
  name: "working",
  title: "Working",
  question: "",
  source: "",
  about: "",
  controls,
  problems: [],
  suggest: () => ({}),
  refuse: () => undefined,
  charts: () => [],
  units: (job) => job.controls.units,
  *work(job, unit, rng) {
    // One buffer, reused and yielded as a view: what arrives must not depend on that.
    const { width } = job.controls;
    const buffer = new Float64Array(2 * width);
    for (let index = 0; index < job.controls.parts; index++) {
      const draws = rng.split("unit", unit).split("part", index);
      for (let i = 0; i < width; i++) buffer[i] = draws.normal();
      for (let i = 0; i < job.controls.spin; i++) {
        Math.sqrt(i);
        if (i % 10_000 === 9_999) yield undefined;
      }
      yield { index, values: buffer.subarray(0, width) };
    }
  },
  gather: gathering,
});
const broken = (name: string, at: number, breaks: (job: Job<typeof controls>) => void, where = 1): typeof working => ({
  ...working,
  name,
  *work(job, unit, rng) {
    let index = 0;
    for (const part of working.work(job, unit, rng)) {
      if (unit === where && index++ === at) breaks(job);
      yield part;
    }
  },
});
/** Never returns; the problem's name is a file that tells when it has begun. */
const forever = ({ problem }: Job<typeof controls>): never => {
  writeFileSync(problem.name, "");
  for (;;);
};
const testLabs = [
  working,
  broken("throws", 2, () => {
    throw new TypeError("x is not a function");
  }),
  broken(
    "says",
    0,
    () => {
      throw new Error("Row 3 has 4 numbers, expected 5.");
    },
    0,
  ),
  broken("dies", 2, () => process.exit(3)),
  // The problem's name is a file that tells whether it has died before.
  broken("dies once", 2, ({ problem }) => {
    if (existsSync(problem.name)) return;
    writeFileSync(problem.name, "");
    process.exit(3);
  }),
  broken("hangs", 2, forever),
  {
    ...working,
    name: "lead hangs",
    gather: (job: Job<typeof controls>) => {
      const inner = gathering(job);
      return { ...inner, add: () => forever(job) };
    },
  },
  {
    ...working,
    name: "lead is slow",
    gather: (job: Job<typeof controls>) => {
      const inner = gathering(job);
      return {
        ...inner,
        add(unit: number, part: Part) {
          const until = performance.now() + 1;
          while (performance.now() < until);
          inner.add(unit, part);
        },
      };
    },
  },
  {
    ...working,
    name: "lead dies",
    gather: (job: Job<typeof controls>) => ({
      ...gathering(job),
      add: () => {
        process.exit(4);
      },
    }),
  },
  {
    ...working,
    name: "endless",
    *work() {
      for (;;) yield undefined;
    },
  },
];
export const findTestLab = (name: string): Lab | undefined =>
  (testLabs as readonly Lab[]).find((it) => it.name === name);

export const order = (
  run: number,
  name: string,
  values: Partial<Record<keyof typeof controls, number>> = {},
): Order => ({
  type: "run",
  run,
  lab: name,
  seed: 7,
  configuration: { framework: "torch", optimizer: "SGD", groups: [{ name: "all", values: {} }] },
  problem: { name: "none" },
  controls: { units: 6, parts: 5, spin: 0, width: 32, ...values },
});
