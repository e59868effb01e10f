// One workload in the product's own code: `node bench/anchor.mjs <workload> [repetitions] [sizes …]` prints one line,
//   PERF {"w","v","cpu","wall","cold_cpu","cold_wall","units","check"}
// cpu: seconds of processor time of the whole process, threads included, in one repetition: the median, the first, cold one left out.
// Workloads: W1 [paths] [steps], W2/<d> [steps], W3 [seeds] [steps], W4/softmax and W4/mlp [steps].
// LAB_KERNELS=plain leaves the compiled kernels out; LAB_THREADS is how many threads W3 has.
import { buildFolder, buildProduct, inBuild } from "./build.mjs";
import { measure } from "./measure.mjs";
import { kernels, switchOn } from "./workloads/kernels.mjs";

const files = { W1: "langevin", W2: "adam", W3: "panel", W4: "digits" };

const [asked = "", repetitions = "3", ...sizes] = process.argv.slice(2);
const [workload, name] = asked.split("/");
const file = files[workload];
if (!file) {
  console.error(`There is no workload "${asked}"; there are W1, W2/<d>, W3, W4/softmax and W4/mlp.`);
  process.exit(2);
}
if (!process.env.LAB_BENCH_BUILT) await buildProduct();

const engine = await import(inBuild("engine.mjs"));
const client = await import(inBuild("client.mjs"));
const { prepare } = await import(`./workloads/${file}.mjs`);
switchOn(engine.accelerate, buildFolder);
const job = prepare({ engine, client, folder: buildFolder, name, sizes: sizes.map(Number) });

await measure(asked, kernels, repetitions, job);
