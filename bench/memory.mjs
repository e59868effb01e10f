// Memory of the whole process, threads included, while long runs go through the pool: 10⁷ optimizer steps, 10⁹ path-steps, and
// 10,000 seeds at once. `node bench/memory.mjs` runs it alone.
import esbuild from "esbuild";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../scripts/process.mjs";
import { bundled } from "./bundle.mjs";

const configuration = (optimizer, values) => ({ framework: "torch", optimizer, groups: [{ name: "all", values }] });
const jobs = {
  "10⁷ optimizer steps": {
    lab: "training",
    configuration: configuration("Adam", { learningRate: 1e-3 }),
    problem: { name: "noisy quadratic", values: { dimension: 10 } },
    controls: { steps: 100_000, seeds: 100 },
  },
  // The lab cuts a run at 10⁸, so ten of them, one after the other.
  "10⁹ path-steps": {
    runs: 10,
    lab: "stationary density",
    configuration: configuration("SGD", { learningRate: 0.01 }),
    problem: { name: "double well" },
    controls: { chains: 20_000, samples: 100 },
  },
  "10,000 seeds": {
    lab: "training",
    configuration: configuration("Adam", { learningRate: 1e-3 }),
    problem: { name: "noisy quadratic", values: { dimension: 10 } },
    controls: { steps: 100, seeds: 10_000 },
  },
};
/** Milliseconds between two readings. */
const interval = 100;
const MB = (bytes) => Math.round(bytes / 1e6);

/** Resident memory before the runs, when a quarter of them is over, at its most after that, and at the end. */
async function watch(simulator, heard, { runs = 1, ...order }) {
  const readings = [];
  let share = 0;
  const read = () => readings.push({ share, rss: process.memoryUsage().rss });
  read();
  const from = performance.now();
  const timer = setInterval(read, interval);
  for (let k = 0; k < runs; k++)
    await new Promise((resolve, reject) => {
      heard.listen = (message) => {
        if (message.type === "frames") share = (k + message.progress.done / message.progress.total) / runs;
        else if (message.type === "done") resolve();
        else reject(new Error(JSON.stringify(message)));
      };
      simulator.order({ type: "run", run: ++run, seed: k, ...order });
    });
  clearInterval(timer);
  read();
  const later = readings.filter((one) => one.share >= 0.25).map(({ rss }) => rss);
  return {
    seconds: Number(((performance.now() - from) / 1000).toPrecision(3)),
    beforeMB: MB(readings[0].rss),
    atQuarterMB: MB(later[0]),
    mostAfterMB: MB(Math.max(...later)),
    endMB: MB(readings.at(-1).rss),
    readings: readings.length,
  };
}
let run = 0;

export async function memory() {
  const { Simulator } = await bundled("src/worker/client.ts");
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lab-bench-"));
  try {
    const entryPoints = ["lead", "unit", "labs"].map((name) => path.join(root, `src/worker/${name}.ts`));
    const options = { bundle: true, minify: true, platform: "node", format: "cjs", logLevel: "error" };
    await esbuild.build({ ...options, entryPoints, outdir: folder });
    const heard = {};
    const simulator = new Simulator({ folder, listen: (message) => heard.listen(message) });
    const result = {};
    // Warm: what code and heaps of the threads take is there before the first reading.
    await watch(simulator, heard, { ...jobs["10⁷ optimizer steps"], controls: { steps: 2000, seeds: 64 } });
    for (const [name, job] of Object.entries(jobs)) result[name] = await watch(simulator, heard, job);
    await simulator.dispose();
    return result;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await memory());
