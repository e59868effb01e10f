import type { Gathering, Job } from "../lab.ts";
import type { controls as knobs } from "./controls.ts";
import { findings } from "./findings.ts";
import { painter } from "./frames.ts";
import type { Part } from "./parts.ts";
import { report } from "./report.ts";
import { Tally } from "./tally.ts";

export function gather(job: Job<typeof knobs>): Gathering<Part> {
  const { chains, samples } = job.controls;
  const tally = new Tally(job);
  return {
    add: (unit, part) => tally.add(unit, part),
    frames: painter(tally, job.controls),
    progress: () => ({ done: tally.taken, total: chains * samples * tally.rates.length, unit: "samples" }),
    report: (state) => report(job, tally, state),
    findings: () => findings(job, tally),
  };
}
