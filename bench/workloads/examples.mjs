// W4: SGD on 1,797 rows like images of digits in batches of 64, 2,000 steps: softmax regression at rate 0.5, a 64-32-10 ReLU
// network at 0.1. The product's own problem, trainer and optimizer; LAB_KERNELS=plain leaves out the compiled kernels.
import fs from "node:fs";
import path from "node:path";
import { compileKernels } from "../../scripts/kernels.mjs";
import { root } from "../../scripts/process.mjs";
import { bundled } from "../bundle.mjs";
import { quantile } from "../figures.mjs";

const [rows, inputs, hidden, classes, batch, steps] = [1797, 64, 32, 10, 64, 2000];
const folder = path.join(root, "test-output/kernels");

function mixed(x) {
  let h = x;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}
/** Step t takes rows (64t + b) 1009 mod 1797: the next 64, round and round, of a table in that order. */
function table() {
  const order = Array.from({ length: rows }, (_, i) => (i * 1009) % rows);
  const level = (i, j) => (mixed((i % classes) * inputs + j + 1) % 17) + (mixed(i * inputs + j + 100_000) % 13) - 6;
  const X = order.map((i) => Array.from({ length: inputs }, (_, j) => Math.min(16, Math.max(0, level(i, j))) / 16));
  return { X, y: order.map((i) => i % classes), batch };
}
const weights = (count, from, scale) =>
  Array.from({ length: count }, (_, k) => ((mixed(k + from) % 2001) - 1000) / scale);

async function run(workload, reps, problem, rate, extra) {
  const kernels = process.env.LAB_KERNELS ?? "simd";
  const { accelerate, findProblem, rng, Trainer } = await bundled("bench/workloads/examplesEngine.mjs");
  if (kernels === "simd") {
    await compileKernels(folder);
    accelerate((name) => fs.readFileSync(path.join(folder, `${name}.wasm`)));
  }
  const { hyperparameters, prepare } = findProblem(problem);
  const values = Object.fromEntries(Object.entries(hyperparameters).map(([name, it]) => [name, it.default]));
  const make = prepare({ ...values, ...extra.values }, { given: { ...table(), ...extra.given } });
  const groups = [{ name: "all", values: { learningRate: rate } }];
  const configuration = { framework: "torch", optimizer: "SGD", groups };
  const sample = { cpu: [], wall: [] };
  let loss = NaN;
  for (let k = 0; k < reps; k++) {
    const objective = make(rng(1));
    const [from, used] = [performance.now(), process.cpuUsage()];
    const trainer = new Trainer(configuration, objective, rng(1), { steps, stepsPerEpoch: steps, batchSize: batch });
    for (let t = 0; t < steps; t++) loss = trainer.step(true);
    const { user, system } = process.cpuUsage(used);
    sample.cpu.push((user + system) / 1e6);
    sample.wall.push((performance.now() - from) / 1e3);
  }
  const later = (of) => quantile(of.slice(reps > 1 ? 1 : 0), 0.5);
  return {
    w: `W4/${workload}`,
    v: `optimizer-lab ${kernels}`,
    cpu: later(sample.cpu),
    wall: later(sample.wall),
    cold_cpu: sample.cpu[0],
    cold_wall: sample.wall[0],
    units: steps,
    check: { last_loss: loss },
  };
}

/** Its last loss is 0.0028980364. */
export const softmax = (reps) => run("softmax", reps, "softmax regression", 0.5, {});

/** Its last loss is 0.0022131673. */
export function mlp(reps) {
  const zeros = (count) => new Array(count).fill(0);
  const first = [...weights(inputs * hidden, 7777, 8000), ...zeros(hidden)];
  const start = [...first, ...weights(hidden * classes, 9999, 5000), ...zeros(classes)];
  const given = { sizes: [inputs, hidden, classes], start, activation: "ReLU" };
  return run("mlp", reps, "network", 0.1, { given });
}
