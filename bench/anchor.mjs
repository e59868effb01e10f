// One workload in the product's own code: `node bench/anchor.mjs <workload> [repetitions] [sizes …]` prints one line,
//   PERF {"w","v","cpu","wall","cold_cpu","cold_wall","units","check"}
// cpu: seconds of processor time of the whole process, threads included, in one repetition: the median, the first, cold one left out.
// Workloads: W1 [paths] [steps], W2/<d> [steps], W3 [seeds] [steps], W4/softmax and W4/mlp [steps].
// LAB_KERNELS=plain leaves the compiled kernels out; LAB_THREADS is how many threads W3 has.
import { buildFolder, buildProduct, inBuild } from "./build.mjs";
import { quantile } from "./figures.mjs";
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

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const engine = await import(inBuild("engine.mjs"));
const client = await import(inBuild("client.mjs"));
const { prepare } = await import(`./workloads/${file}.mjs`);
switchOn(engine.accelerate, buildFolder);
const job = prepare({ engine, client, folder: buildFolder, name, sizes: sizes.map(Number) });

const [cpu, wall] = [[], []];
for (let seed = 1; seed <= Math.max(1, Number(repetitions)); seed++) {
  const [began, used] = [performance.now(), cpuSeconds()];
  await job.run(seed);
  cpu.push(cpuSeconds() - used);
  wall.push((performance.now() - began) / 1000);
}
const check = job.check();
await job.end?.();
const warm = (sample) => quantile(sample.length > 1 ? sample.slice(1) : sample, 0.5);
const times = { cpu: warm(cpu), wall: warm(wall), cold_cpu: cpu[0], cold_wall: wall[0] };
console.log(`PERF ${JSON.stringify({ w: asked, v: kernels, ...times, units: job.units, check })}`);
