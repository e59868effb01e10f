import type { Configuration } from "../../../protocol/index.ts";
import { exp, log } from "../../kernels/elementary.ts";
import { wholeHessian } from "../../problems/examples.ts";
import { findProblem } from "../../problems/index.ts";
import { rng as streams, type Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Job } from "../lab.ts";
import { minimumOf } from "../../problems/minimum.ts";
import type { Correction } from "./averages.ts";
import { rowsOf, windowsOfMomentum, type controls, type Controls } from "./controls.ts";
import { onStream, settledExcess, settledExcesses, sharesOf, type Rows, type Rule } from "./descent.ts";
import { chainsPerUnit, momentumUnit, unitsOf as momentumUnits, type MomentumPart } from "./momentum.ts";
import { around, asked, logRate, points } from "./valley.ts";

export type AdamJob = Job<typeof controls>;
/** One ε: ln excess over the grid of ln η, and the best of all rates. */
export interface RowPart {
  readonly kind: "row";
  readonly curve: Vector;
  readonly lnEta: number;
  readonly lnExcess: number;
}
export interface StreamPart {
  readonly kind: "stream";
  /** Largest relative difference of s over coordinates, by step. */
  readonly gap: Vector;
  readonly largest: number;
  readonly at: number;
  readonly minToPublished: number;
  readonly noneToPublished: number;
  /** Parameters at the end: min(N, t), published, no correction. */
  readonly ends: readonly Vector[];
}
export type Part = RowPart | StreamPart | MomentumPart;

const grad = (value: number) => value * Math.LN10;

/** N = 1/(1 − β) of the configuration. */
export function windowsOf({ groups }: Configuration): { readonly Ng: number; readonly Ns: number } {
  const values: Readonly<Partial<Record<string, number>>> = groups.at(0)?.values ?? {};
  const of = (beta: number) => Math.max(1, 1 / (1 - beta));
  return { Ng: of(values["beta1"] ?? 0.9), Ns: of(values["beta2"] ?? 0.999) };
}
export function ruleOf(configuration: Configuration, controls: Controls): Rule {
  const { steps, batchSize, correction } = controls;
  return { ...windowsOf(configuration), steps, batch: batchSize, correction: correction as Correction };
}
export const lastOf = ({ steps, last }: Controls): number => (last > 0 ? last : Math.max(1, Math.round(steps / 8)));

/** Rows of ε first, then the stream, then momentum: window by window, decoupled and coupled. */
export function planOf({ controls, lists }: Pick<AdamJob, "controls" | "lists">) {
  const rows = rowsOf(controls, lists).length;
  const each = momentumUnits(controls.chains);
  const windows = windowsOfMomentum(lists);
  return { rows, each, windows, units: rows + 1 + 2 * windows.length * each };
}

const known = new WeakMap<Controls, Rows>();
function rowsOfData({ problem: { name, values }, data, controls }: AdamJob): Rows {
  const before = known.get(controls);
  if (before) return before;
  const objective = findProblem(name)!.prepare({ ridge: 0, ...values }, data)(streams(1));
  const examples = objective.examples!;
  const { X, y, ridge } = examples.squares!;
  const d = objective.dimension;
  const minimum = minimumOf(examples, d);
  const H = zeros(d * d);
  wholeHessian(examples, minimum, H);
  const made = { X, y, count: examples.count, d, ridge, minimum, H, start: objective.start };
  known.set(controls, made);
  return made;
}

export function* work(job: AdamJob, unit: number, rng: Rng): Generator<Part | undefined, void> {
  const { controls, configuration } = job;
  const { rows, each, windows } = planOf(job);
  if (unit > rows) {
    const index = Math.floor((unit - rows - 1) / each);
    const share = (unit - rows - 1) % each;
    const coupled = index >= windows.length;
    const chains = Math.min(chainsPerUnit, controls.chains - share * chainsPerUnit);
    const own = rng.split(coupled ? "coupled" : "decoupled", index % windows.length).split("chains", share);
    const { coupledRate: eta, momentumCurvature: h, momentumNoise: sigma } = controls;
    yield* momentumUnit({ N: windows[index % windows.length], eta, coupled, chains, h, sigma }, own);
    return;
  }
  const data = rowsOfData(job);
  yield undefined;
  const rule = ruleOf(configuration, controls);
  const values: Readonly<Partial<Record<string, number>>> = configuration.groups.at(0)?.values ?? {};
  if (unit === rows) {
    const it = onStream(data, rule, values["learningRate"] ?? 1e-3, values["epsilon"] ?? 1e-8);
    yield {
      kind: "stream",
      gap: it.gap,
      largest: it.max_rel_s,
      at: it.argmax_t,
      minToPublished: it.max_param_gap_min_kb,
      noneToPublished: it.max_param_gap_none_kb,
      ends: [it.final.min, it.final.kb, it.final.none].map((end) => Float64Array.from(end)),
    };
    return;
  }
  const epsilon = exp(grad(rowsOf(controls, job.lists)[unit]));
  const last = lastOf(controls);
  const shares = sharesOf(rule);
  const curve = zeros(points);
  const lnOf = (excess: number) => log(Math.max(1e-300, excess));
  let best = 0;
  for (let from = 0; from < points; from += together) {
    const etas = Float64Array.from({ length: Math.min(together, points - from) }, (_, k) => exp(logRate(from + k)));
    settledExcesses(data, rule, etas, epsilon, last, shares).forEach((excess, k) => {
      const value = lnOf(excess);
      curve[from + k] = Number.isNaN(value) || value === Infinity ? worst : value;
      if (curve[from + k] < curve[best]) best = from + k;
    });
    yield undefined;
  }
  const search = around(best);
  for (let k = 0; k < asked; k++) {
    search.tell(lnOf(settledExcess(data, rule, exp(search.at), epsilon, last, shares)));
    yield undefined;
  }
  const { at: lnEta, value } = search.least;
  yield { kind: "row", curve, lnEta, lnExcess: value };
}
/** Rates that step together. */
const together = 8;
/** ln excess of a run that has left for infinity: beyond all that is drawn, and finite. */
const worst = log(1e100);
