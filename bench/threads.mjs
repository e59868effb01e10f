// Simulating and reading, without an editor: the threads as the extension runs them.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { root } from "../scripts/process.mjs";
import { bundled } from "./bundle.mjs";
import { quantile, spread, times } from "./figures.mjs";

const dist = path.join(root, "dist");

/** The editor's end of the threads. */
const client = () => bundled("src/worker/client.ts");

const dimension = 100;
const steps = 2000;
const seeds = 64;
const values = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };
const jobs = {
  "training, noisy quadratic": {
    lab: "training",
    problem: { name: "noisy quadratic", values: { dimension } },
    controls: { steps, seeds },
  },
  "training, softmax regression on digits": {
    lab: "training",
    problem: { name: "softmax digits" },
    controls: { steps: 500, seeds: 8 },
  },
};
const configuration = {
  framework: "torch",
  optimizer: "AdamW",
  groups: [{ name: "all", values }],
  batchSize: 32,
};

/** Seconds of one run on a warm pool, and milliseconds to its first frames. */
function runOn(simulator, heard, order) {
  return new Promise((resolve, reject) => {
    const from = performance.now();
    let first;
    heard.listen = (message) => {
      if (message.type === "frames") first ??= performance.now() - from;
      else if (message.type === "done") resolve({ total: performance.now() - from, first });
      else reject(new Error(JSON.stringify(message)));
    };
    simulator.order(order);
  });
}

/** Runs until the engine has compiled, in every thread, what they need; and runs that are measured. */
const [before, measured] = [12, 9];

/** ns per parameter-step of the quadratic, and seconds of each job, with one thread and with all. */
export async function simulating() {
  const { Simulator } = await client();
  const all = Math.min(8, os.availableParallelism());
  const result = {};
  for (const threads of [...new Set([1, all])]) {
    const heard = {};
    const simulator = new Simulator({ folder: dist, threads, listen: (message) => heard.listen(message) });
    let run = 0;
    for (const [name, job] of Object.entries(jobs)) {
      const order = () => ({ type: "run", run: ++run, seed: 1, configuration, ...job });
      for (let i = 0; i < before; i++) await runOn(simulator, heard, order());
      const sample = [];
      for (let i = 0; i < measured; i++) sample.push(await runOn(simulator, heard, order()));
      const total = quantile(
        sample.map((one) => one.total),
        0.5,
      );
      const first = quantile(
        sample.map((one) => one.first),
        0.5,
      );
      const key = `${name}, ${threads} thread${threads > 1 ? "s" : ""}`;
      result[key] = { ms: Math.round(total), msToFirstFrames: Math.round(first) };
      if (job.problem.values?.dimension)
        result[key].nsPerParameterStep = Number(((total * 1e6) / (dimension * steps * seeds)).toPrecision(3));
    }
    await simulator.dispose();
  }
  return result;
}

/** Milliseconds to read a script of ordinary length, one with 10 MB of numbers in it, and 1 MB of nothing but scripts. */
export async function reading() {
  const { Reader } = await client();
  const reader = new Reader(dist);
  const typical = fs.readFileSync(path.join(root, "examples/mnist.py"), "utf8");
  const rows = '    (1.5, 2.25, "cat"),\n';
  const data = `${typical}\nTABLE = [\n${rows.repeat(10e6 / rows.length)}]\n`;
  const scripts = typical.repeat(Math.ceil(1e6 / typical.length));
  const read = (text) => (i) => reader.read(`${text}\n# ${i}`, "python", "bench.py");
  const result = {
    [`a script of ${typical.split("\n").length} lines`]: spread(await times(30, read(typical), 5)),
    "a script with 10 MB of data": spread(await times(3, read(data), 0)),
    "1 MB of scripts in one file": spread(await times(3, read(scripts), 0)),
  };
  await reader.dispose();
  return result;
}
