// A whole run on one thread, and a hash of what it shows; for Node and for the browser.
export { accelerate } from "../../src/core/kernels/rooms.ts";
import { setting } from "../../src/core/labs/stationaryDensity/setting.ts";
import { complete, runInline } from "../../src/core/run.ts";
import { keep } from "../../src/protocol/chart.ts";
import { hash } from "./checks.mjs";

/** Frames of a job as they come. */
export function framesOf({ lab: name, configuration, problem, controls }) {
  const { lab, job } = complete({ lab: name, configuration, problem, controls }, {});
  const frames = [];
  const steps = runInline(lab, job, 1);
  for (let next = steps.next(); !next.done; next = steps.next()) if (next.value) frames.push(...next.value);
  return frames;
}
/** Of all columns still needed to draw them, whatever the order in which they came. */
export function hashOf(frames) {
  const kept = frames.reduce((before, frame) => keep(before, frame), []);
  const named = kept.map((frame) => ({ name: `${frame.chart}\n${frame.series}`, frame }));
  named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const numbers = named.flatMap(({ frame }) => frame.columns.map((column) => hash(column)));
  const text = JSON.stringify([named.map(({ name }) => name), numbers]);
  return hash(Uint16Array.from(text, (letter) => letter.charCodeAt(0)));
}

/** Steps that the chains of an order to the stationary density lab make: those of the density, not of what is measured beside it. */
export function chainSteps({ lab, configuration, problem, controls }) {
  const { job } = complete({ lab, configuration, problem, controls }, {});
  const { burnIn, gap } = setting(job.configuration, job.problem, job.controls);
  return job.controls.chains * (burnIn + gap * (job.controls.samples - 1));
}
