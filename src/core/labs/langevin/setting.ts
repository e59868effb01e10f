import type { Configuration, Lists, ProblemConfiguration } from "../../../protocol/index.ts";
import { wholeHessian, wholeSecondMoment } from "../../problems/examples.ts";
import { findProblem } from "../../problems/index.ts";
import type { Examples, ProblemData } from "../../problems/problem.ts";
import { softShape, softWell } from "../../problems/softWell.ts";
import { landscapeOf, wells, type Well } from "../../problems/wells.ts";
import { rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import { minimumOf } from "../../problems/minimum.ts";
import type { Controls } from "./controls.ts";
import type { Line, Range } from "./expectation.ts";
import { schemeCovariance, spectrumOf, type Spectrum } from "./linear.ts";

/** All that is known of a run before it runs. */
export type Setting = LineSetting | SpaceSetting;
interface Common {
  readonly eta: number;
  /** Steps of SGD, and T = η · steps. */
  readonly steps: number;
  readonly T: number;
  /** Steps after which both are looked at, 0 first. */
  readonly records: Int32Array;
  /** Step of the SDE's scheme, so many in one of SGD. */
  readonly delta: number;
  readonly finer: number;
  readonly scheme: number;
}
/** One coordinate. */
export interface LineSetting extends Common, Line {
  readonly kind: "line";
  /** "Double well, L = (θ² − 1)² / 4" */
  readonly described: string;
  /** Of L, where it is a polynomial; 0 where the drift is left out. */
  readonly coefficients: Well["coefficients"] | undefined;
  /** σ² of a batch, at θ = 0. */
  readonly variance: number;
  readonly kappa: number;
  readonly signs: boolean;
  readonly x0: number;
  /** L″, where it is the same everywhere. */
  readonly h: number | undefined;
  /** Rates at which SGD's mean is compared with its models', the largest first; halvings of η where none are given. */
  readonly etas: Vector | undefined;
  /** Time at which it is; 0 where the lab chooses. */
  readonly modelTime: number;
  /** Where chains are to be found. */
  readonly range: Range;
}
/** Several coordinates about a minimum, counted from there. */
export interface SpaceSetting extends Common {
  readonly kind: "space";
  readonly d: number;
  readonly H: Vector;
  /** Covariance of a batch's gradient at the minimum. */
  readonly sigma: Vector;
  readonly spectrum: Spectrum;
  readonly minimum: Vector;
  readonly start: Vector;
  readonly batchSize: number;
  /** Rows to draw from, where the noise is theirs. */
  readonly examples: Examples | undefined;
  /** Beyond the stable rate: SGD's covariance has no limit. */
  readonly stable: boolean;
  readonly names: readonly string[];
}

/** Whether a problem has one coordinate. */
export const isLine = ({ name }: Pick<ProblemConfiguration, "name">): boolean =>
  name === softWell.name || wells.some((it) => it.name === name);

/** What is known of several coordinates before any data is read. */
export interface SpaceOutline {
  readonly kind: "space";
  readonly T: number;
  readonly names: readonly string[];
  readonly ofRows: boolean;
}
/** What charts are announced from, where nothing is loaded. */
export function outlineOf(
  configuration: Configuration,
  problem: ProblemConfiguration,
  controls: Controls,
  lists?: Lists,
): LineSetting | SpaceOutline {
  const it = isLine(problem) && setting(configuration, problem, controls, {}, lists);
  if (it && it.kind === "line") return it;
  const found = findProblem(problem.name);
  const eta = configuration.groups.at(0)?.values["learningRate"] ?? 0.01;
  return {
    kind: "space",
    T: eta * Math.max(1, Math.round(controls.time / eta)),
    names: found?.watched(problem.values ?? {}, problem.data).map(({ label }) => label) ?? [],
    ofRows: found?.dataset !== undefined,
  };
}

const most = 60;
/** Steps at which a run of so many is looked at. */
function recordsOf(steps: number): Int32Array {
  const many = Math.min(most, steps);
  return Int32Array.from({ length: many + 1 }, (_, k) => Math.round((k * steps) / many));
}

const known = new WeakMap<Controls, { readonly of: readonly unknown[]; readonly setting: Setting }>();
/** Remembered by the controls of a job: all units of a run that a thread computes ask for the same. */
export function setting(
  configuration: Configuration,
  problem: ProblemConfiguration,
  controls: Controls,
  data: ProblemData,
  lists: Lists = {},
): Setting {
  const before = known.get(controls);
  if (before?.of[0] === configuration && before.of[1] === problem) return before.setting;
  const made = workOut(configuration, problem, controls, data, lists);
  known.set(controls, { of: [configuration, problem], setting: made });
  return made;
}

function workOut(
  configuration: Configuration,
  problem: ProblemConfiguration,
  controls: Controls,
  data: ProblemData,
  lists: Lists,
): Setting {
  const values: Readonly<Partial<Record<string, number>>> = configuration.groups.at(0)?.values ?? {};
  const eta = values["learningRate"] ?? 0.01;
  const steps = Math.max(1, Math.round(controls.time / eta));
  const { finer, scheme, kappa } = controls;
  const x0 = isLine(problem) ? (lists["start"]?.[0] ?? controls.start) : controls.start;
  const common = { eta, steps, T: eta * steps, records: recordsOf(steps), delta: eta / finer, finer, scheme };
  const batchSize = configuration.batchSize ?? 1;
  if (!isLine(problem)) return spaceOf(common, problem, data, lists["start"] ?? [x0, -x0], batchSize);
  const given: Readonly<Partial<Record<string, number>>> = problem.values ?? {};
  const variance = (given["noise"] ?? 2) / batchSize;
  const { described, coefficients, height, slope, curvature } = lossOf(problem, controls);
  const straight = coefficients?.[3] === 0 && coefficients[4] === 0;
  const sigma = Math.sqrt(variance);
  const reach = (side: 1 | -1) => reachOf(height, { eta, variance, T: common.T, x0, kappa }, side);
  return {
    ...common,
    kind: "line",
    described,
    coefficients,
    slope,
    curvature,
    noise: (x) => sigma * Math.sqrt(1 + kappa * x * x),
    variance,
    kappa,
    signs: controls.law === 1,
    x0,
    h: straight ? 2 * coefficients[2] : undefined,
    range: { lo: reach(-1), hi: reach(1) },
    etas: lists["rates"] && Float64Array.from(lists["rates"]).sort().reverse(),
    modelTime: controls.modelTime,
  };
}

/** A loss of one coordinate, as steep as the control says, or none. */
function lossOf({ name }: ProblemConfiguration, { force, curvature: steep }: Controls) {
  const well = wells.find((it) => it.name === name);
  const times = steep === 1 ? "" : `${steep} × `;
  const described =
    force === 1 ? "No drift" : `${well?.title ?? softWell.title}, L = ${times}${well?.formula ?? "ln cosh θ"}`;
  if (!well && force !== 1)
    return {
      described,
      coefficients: undefined,
      height: (x: number) => steep * softShape.height(x),
      slope: (x: number) => steep * softShape.slope(x),
      curvature: (x: number) => steep * softShape.curvature(x),
    };
  const [a0, a1, a2, a3, a4] = (well?.coefficients ?? []).map((a) => (force === 1 ? 0 : steep * a));
  const coefficients = well ? ([a0, a1, a2, a3, a4] as const) : ([0, 0, 0, 0, 0] as const);
  return { described, coefficients, ...landscapeOf(coefficients) };
}

/** How far to one side chains are to be found: where L is 20 temperatures up, or as far as noise alone carries them. */
function reachOf(
  height: (x: number) => number,
  it: {
    readonly eta: number;
    readonly variance: number;
    readonly T: number;
    readonly x0: number;
    readonly kappa: number;
  },
  side: 1 | -1,
): number {
  const { eta, variance, T, x0, kappa } = it;
  const temperature = (eta * variance) / 2;
  const alone = 8 * Math.sqrt(eta * variance * (1 + kappa * x0 * x0) * T);
  const far = x0 + side * (alone + 1e-3);
  const bottom = Math.min(...[-1, 0, 1].map(height), height(x0));
  let x = side * Math.max(0, side * x0) + side * 4 * eta * Math.sqrt(variance * (1 + kappa * x0 * x0));
  while (side * x < side * far && height(x) - bottom < 20 * (1 + 2 * kappa) * temperature) x += side * 0.02;
  return x + side * 0.1;
}

function spaceOf(
  common: Common,
  { name, values }: ProblemConfiguration,
  data: ProblemData,
  start: readonly number[],
  batchSize: number,
): SpaceSetting {
  const problem = findProblem(name)!;
  const defaults = Object.fromEntries(Object.entries(problem.hyperparameters).map(([key, it]) => [key, it.default]));
  const objective = problem.prepare({ ...defaults, ...values }, data)(rng(1));
  const { dimension: d, examples, matrices } = objective;
  const H = zeros(d * d);
  const sigma = zeros(d * d);
  let minimum = zeros(d);
  if (examples) {
    minimum = minimumOf(examples, d);
    wholeHessian(examples, minimum, H);
    wholeSecondMoment(examples, minimum, sigma);
  } else if (matrices) {
    H.set(matrices.H);
    sigma.set(matrices.covariance);
  }
  for (let i = 0; i < d * d; i++) sigma[i] /= batchSize;
  const spectrum = spectrumOf(H, d);
  const greatest = spectrum.values.reduce((a, b) => Math.max(a, b), 0);
  const limit = schemeCovariance(spectrum, sigma, common.eta, common.eta);
  return {
    ...common,
    kind: "space",
    d,
    H,
    sigma,
    spectrum,
    minimum,
    start: Float64Array.from({ length: d }, (_, i) => start[i % start.length]),
    batchSize,
    examples: examples?.squares && examples,
    stable: common.eta * greatest < 2 && limit.every(Number.isFinite),
    names: objective.watched.map(({ label }) => label),
  };
}
