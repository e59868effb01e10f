import type { ScheduleConfiguration } from "../protocol/index.ts";
import { stepsOfCount } from "./scheduleLength.ts";

/** A step at which a rate does something that one would look up. */
export interface KeyPoint {
  /** From 1. */
  readonly step: number;
  /** "Start", "Peak, warm-up ends", "Drop", "Restart", "Lowest", "Stays from here", "End". */
  readonly what: string;
  readonly rate: number;
  /** What it may follow from, as documents name origins: "learningRate", "schedule.warmup". */
  readonly from: readonly string[];
}
/** Turns and jumps that are told one by one; of more, the first. */
const most = 8;
/** A turn after which the rate goes by less than this share of its peak is rounding, or an end that overshoots. */
const least = 1e-3;
const jumpsFollow = ["schedule.points", "schedule.stepSize", "schedule.length", "schedule.gamma"];
const turnsFollow = ["schedule.length", "schedule.points", "schedule.stepsUp"];

/**
 * Start, peak, jumps, turns and end of a rate, in the order of steps. A jump is a change that stands out from those beside
 * it, count by count of the schedule; a rate that takes a count an epoch does not jump at every epoch.
 */
export function keyPoints(
  rate: Float64Array,
  schedule: ScheduleConfiguration | undefined,
  stepsPerEpoch: number,
): KeyPoint[] {
  const steps = rate.length;
  if (steps === 0) return [];
  const each = schedule ? stepsOfCount(schedule, stepsPerEpoch) : 1;
  const counts = Math.ceil(steps / each);
  const at = (k: number) => rate[k * each];
  const top = rate.reduce((a, b) => Math.max(a, b), -Infinity);
  const same = (a: number, b: number) => Math.abs(a - b) <= 1e-12 * Math.abs(top);
  const own = ["maximum", "initial"].filter((name) => schedule && name in schedule.values);
  const base = own.length > 0 ? own.map((name) => `schedule.${name}`) : ["learningRate"];

  const points = new Map<number, { what: string; from: readonly string[] }>();
  const put = (k: number, what: string, from: readonly string[]) => {
    if (!points.has(k)) points.set(k, { what, from });
  };
  let settled = counts - 1;
  while (settled > 0 && same(at(settled - 1), at(counts - 1))) settled--;
  if (settled === 0) return [{ step: 1, what: "Throughout", rate: rate[0], from: base }];

  put(0, "Start", [...base, "schedule.startFactor", "schedule.divideBy"]);
  let peak = 0;
  while (peak < counts - 1 && !same(at(peak), top)) peak++;
  let rising = peak > 0;
  for (let k = 1; k <= peak && rising; k++) rising = at(k) >= at(k - 1);
  const last = peak === counts - 1;
  if (peak > 0)
    put(peak, rising && !last ? "Peak, warm-up ends" : "Peak", [
      ...base,
      ...["schedule.warmup", "schedule.warmupFraction", "schedule.riseFraction", "schedule.points"],
    ]);
  const corners = cornersOf(at, counts);
  for (const [i, { k, what, from }] of corners.slice(0, most).entries()) {
    const swing = Math.abs(at(corners[i + 1]?.k ?? counts - 1) - at(k));
    if (what === "Drop" || what === "Jump" || swing > least * Math.abs(top)) put(k, what, from);
  }
  if (settled < counts - 1) put(settled, "Stays from here", ["schedule.length", "schedule.points", "schedule.minimum"]);
  const found = [...points].map(([k, point]) => ({ step: k * each + 1, rate: at(k), ...point }));
  if (!found.some(({ step }) => step === steps))
    found.push({ step: steps, rate: rate[steps - 1], what: "End", from: ["schedule.length", "schedule.minimum"] });
  return found.sort((a, b) => a.step - b.step);
}

/** Counts at which a rate jumps or turns. */
function cornersOf(at: (k: number) => number, counts: number) {
  const corners: { readonly k: number; readonly what: string; readonly from: readonly string[] }[] = [];
  for (let k = 1; k < counts; k++) {
    const change = at(k) - at(k - 1);
    const before = k > 1 ? at(k - 1) - at(k - 2) : 0;
    const after = k < counts - 1 ? at(k + 1) - at(k) : 0;
    const size = Math.abs(change);
    const stands = size > 1e-9 * Math.max(Math.abs(at(k)), Math.abs(at(k - 1)));
    if (counts > 2 && stands && size > 8 * Math.max(Math.abs(before), Math.abs(after)))
      corners.push({ k, what: change < 0 ? "Drop" : "Jump", from: jumpsFollow });
    else if (change * after < 0 && Math.abs(after) <= 8 * size)
      corners.push({ k, what: change < 0 ? "Lowest, rises again" : "Turns", from: turnsFollow });
  }
  return corners;
}
