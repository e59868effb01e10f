import { exp, log } from "../../kernels/elementary.ts";
import { ofGroups, type Measured } from "../groups.ts";
import type { Controls } from "./controls.ts";
import { bottom, lowestOf, perRun } from "./model.ts";
import { lnRate, rates, rulesOf, scansOf, type Base } from "./setting.ts";

// What is read off the sums of the model's runs, by batch size.

/** Runs that end beyond so many times the loss they should have are said to have left. */
export const left = 1e3;
/** Of one batch size. */
export interface AtSize {
  readonly B: number;
  /** By scan: the rate that the parabola lies round. */
  readonly centres: readonly number[];
  /** By scan: ln η*, ln of the loss there, and the loss at every rate. */
  readonly best: readonly Measured[];
  readonly least: readonly Measured[];
  readonly losses: readonly (readonly number[])[];
  /** By rule. */
  readonly moved: readonly Measured[];
  /** Mean and variance of the first coordinate at the end, by the first rule. */
  readonly mean: Measured;
  readonly variance: Measured;
}

/** `centres` are the rates that a parabola is laid round, by scan: what is exact takes those of what is measured. */
export function atSize(
  base: Base,
  controls: Controls,
  B: number,
  groups: readonly Float64Array[],
  centres?: readonly number[],
): AtSize {
  const scans = scansOf(base);
  const loss = (s: Float64Array, run: number) => s[perRun * run + 1] / s[perRun * run];
  const lnLosses = new Float64Array(rates);
  const readLnLosses = (s: Float64Array, scan: number) => {
    for (let k = 0; k < rates; k++) {
      const x = loss(s, scan * rates + k);
      lnLosses[k] = x > 0 && x < Infinity ? log(x) : Infinity;
    }
    return lnLosses;
  };
  const lnRates = scans.map((scan) => Float64Array.from({ length: rates }, (_, k) => lnRate(controls, scan, B, k)));
  const total = groups.at(0)?.map((_, i) => groups.reduce((sum, it) => sum + it[i], 0));
  const round = scans.map((_, k) => centres?.at(k) ?? (total ? lowestOf(readLnLosses(total, k)) : -1));
  const lowest = (s: Float64Array, k: number) => bottom(lnRates[k], readLnLosses(s, k), round[k]);
  const first = scans.length * rates; // the first rule's run
  const at = perRun * first;
  return {
    B,
    centres: round,
    best: scans.map((_, k) => ofGroups(groups, (s) => lowest(s, k).at)),
    least: scans.map((_, k) => ofGroups(groups, (s) => lowest(s, k).value)),
    losses: scans.map((_, k) =>
      total ? Array.from({ length: rates }, (_, rate) => loss(total, k * rates + rate)) : [],
    ),
    moved: rulesOf(base).map((_, k) => ofGroups(groups, (s) => loss(s, first + k))),
    mean: ofGroups(groups, (s) => s[at + 2] / s[at]),
    variance: ofGroups(groups, (s) => s[at + 3] / s[at] - (s[at + 2] / s[at]) ** 2),
  };
}
/** Slope of y on ln B, the batch sizes being independent of one another. */
export function slopeOn(sizes: readonly number[], y: readonly Measured[]): Measured {
  const x = sizes.map((B) => log(B));
  const centre = x.reduce((a, b) => a + b, 0) / x.length;
  const xx = x.reduce((sum, a) => sum + (a - centre) ** 2, 0);
  let [value, variance] = [0, 0];
  x.forEach((a, k) => {
    const weight = (a - centre) / xx;
    value += weight * y[k].value;
    variance += (weight * y[k].standardError) ** 2;
  });
  return { value, standardError: Math.sqrt(variance) };
}
export function ratio(a: Measured, b: Measured): Measured {
  const value = a.value / b.value;
  const relative = Math.sqrt((a.standardError / a.value) ** 2 + (b.standardError / b.value) ** 2);
  return { value, standardError: Math.abs(value) * relative };
}
/** The same of two logarithms. */
export function ratioOfLogs(a: Measured, b: Measured): Measured {
  const value = exp(a.value - b.value);
  return { value, standardError: value * Math.sqrt(a.standardError ** 2 + b.standardError ** 2) };
}
