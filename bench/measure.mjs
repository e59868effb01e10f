// One line of figures for one program: PERF {"w","v","cpu","wall","cold_cpu","cold_wall","units","check"}.
import { median } from "./figures.mjs";

/** Of the whole process, its threads included. */
function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/**
 * Runs a job, { units, run(seed), check(), end?() }, again and again, each time with a seed of its own, and prints its line: medians
 * in seconds, the first, cold run told apart.
 */
export async function measure(workload, row, repetitions, job) {
  const [cpu, wall] = [[], []];
  for (let seed = 1; seed <= Math.max(1, Number(repetitions)); seed++) {
    const [began, used] = [performance.now(), cpuSeconds()];
    await job.run(seed);
    cpu.push(cpuSeconds() - used);
    wall.push((performance.now() - began) / 1000);
  }
  const check = job.check();
  await job.end?.();
  const warm = (sample) => median(sample.length > 1 ? sample.slice(1) : sample);
  const times = { cpu: warm(cpu), wall: warm(wall), cold_cpu: cpu[0], cold_wall: wall[0] };
  console.log(`PERF ${JSON.stringify({ w: workload, v: row, ...times, units: job.units, check })}`);
}
