// A workload ordered from a lab of the product, as its panel does: `node bench/through.mjs W1|W1/alone|W3 [repetitions] [sizes …]`,
// answering as bench/anchor.mjs does. W1 is what the lab does of itself, with chains at other rates and chains that leave a well beside it;
// W1/alone the job of the workload and nothing beside. Sizes are chains and steps, of which every 400 make a sample (W1), seeds and steps (W3).
// The threads are those of dist/, LAB_THREADS of them.
import path from "node:path";
import { root } from "../scripts/process.mjs";
import { inBuild } from "./build.mjs";
import { measure } from "./measure.mjs";
import { ordered } from "./order.mjs";

const [asked, repetitions = "3", ...sizes] = process.argv.slice(2);
const [workload] = asked.split("/");
const [chains, length, seeds, steps] = [4096, 10_000, 256, 2000].map((size, k) => Number(sizes[k % 2] ?? size));
const dimension = 20;
const adam = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
const jobs = {
  // The rate is dt and the variance 2T/dt, so that T is ¼.
  W1: {
    lab: "stationary density",
    configuration: {
      framework: "torch",
      optimizer: "SGD",
      groups: [{ name: "all", values: { learningRate: 0.01, momentum: 0 } }],
    },
    problem: { name: "double well", values: { noise: 50 } },
    controls: { alpha: 0, chains, samples: Math.round(length / 400) },
  },
  W3: {
    lab: "training",
    configuration: { framework: "torch", optimizer: "Adam", groups: [{ name: "all", values: adam }], batchSize: 1 },
    problem: { name: "noisy quadratic", values: { dimension, noise: 0.1, start: 1 } },
    controls: { steps, seeds, batchSize: 1, stepsPerEpoch: steps },
  },
};
/** No other rates, and as few steps as there can be of chains that leave a well. */
const nothingBeside = { rates: 0, leavingSteps: 12 };
const job = jobs[workload];
if (asked.endsWith("/alone")) Object.assign(job.controls, nothingBeside);
const { Simulator } = await import(inBuild("client.mjs"));
const { chainSteps } = await import(inBuild("inline.mjs"));

const unitsOf = () => (workload === "W3" ? dimension * seeds * steps : chainSteps(job));
const heard = {};
const threads = Number(process.env.LAB_THREADS ?? 1);
const listen = (message) => heard.listen(message);
const simulator = new Simulator({ folder: path.join(root, "dist"), threads, listen });
let ending;
await measure(asked, "lab", repetitions, {
  units: unitsOf(),
  async run(seed) {
    ending = await ordered(simulator, heard, { type: "run", run: seed, seed, ...job });
  },
  check: () => ({ findings: ending.done.findings.map(({ quantity, verdict }) => `${quantity}: ${verdict}`) }),
  end: () => simulator.dispose(),
});
