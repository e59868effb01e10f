import type { Configuration, ProblemConfiguration } from "../../../protocol/index.ts";
import { findOptimizer, type Optimizer } from "../../optimizers/index.ts";
import { curvatureOf, heightOf, slopeOf, wells, type Well } from "../../problems/wells.ts";
import { rng } from "../../rng.ts";
import { mean } from "../../statistics.ts";
import { zeros } from "../../vector.ts";
import type { Controls } from "./controls.ts";
import { centre, diffusionRate, fokkerPlanck, gibbs, type Domain, type Landscape } from "./theory.ts";

/** All that is known of a run before it runs. */
export interface Setting {
  readonly well: Well;
  /** With the optimizer's weight decay in it, for that is a well of its own: λθ²/2. */
  readonly coefficients: Well["coefficients"];
  readonly landscape: Landscape;
  readonly values: Readonly<Record<string, number>>;
  /** σ², the variance of one draw of the gradient. */
  readonly variance: number;
  /** Whether the update is SGD's, so that Gibbs applies. */
  readonly plain: boolean;
  /** What multiplies a lasting gradient: η, η(1 − τ)/(1 − μ) with momentum, the mean effective rate under noise otherwise. */
  readonly rate: number;
  /** T = ½ · rate · σ². */
  readonly temperature: number;
  /** Curvature at the bottom of the right well, or what takes its place where that is flat: T over the variance there. */
  readonly curvature: number;
  /** Shown and counted: as many bins as three to a standard deviation, 72 to 720. */
  readonly domain: Domain;
  /** In steps: until a chain has forgotten where in its well it was, and in which well. */
  readonly relaxation: number;
  readonly mixing: number;
  /** In steps. */
  readonly burnIn: number;
  readonly gap: number;
}

/** Steps of all chains together: some 0.7 s on one core; other optimizers take about three times as long for one. */
const affordable = { plain: 100e6, other: 35e6 };

/** Remembered by the controls of a job: all units of a run that a thread computes ask for the same. */
export function setting(configuration: Configuration, problem: ProblemConfiguration, controls: Controls): Setting {
  const before = known.get(controls);
  if (before?.configuration === configuration && before.problem === problem) return before.setting;
  const made = workOut(configuration, problem, controls);
  known.set(controls, { configuration, problem, setting: made });
  return made;
}
interface Known {
  readonly configuration: Configuration;
  readonly problem: ProblemConfiguration;
  readonly setting: Setting;
}
const known = new WeakMap<Controls, Known>();

function workOut(configuration: Configuration, problem: ProblemConfiguration, controls: Controls): Setting {
  const well = wells.find(({ name }) => name === problem.name) ?? wells[0];
  const given: Readonly<Partial<Record<string, number>>> = problem.values ?? {};
  const variance = given["noise"] ?? 2;
  const optimizer = findOptimizer(configuration.optimizer)!;
  const values = valuesOf(configuration, optimizer);
  const rate = optimizer.name === "SGD" ? rateOfMomentum(values) : rateUnderNoise(optimizer, values, variance);
  const decay = decayOf(optimizer, values, rate);
  const [a0, a1, a2, a3, a4] = well.coefficients;
  const coefficients = [a0, a1, a2 + decay / 2, a3, a4] as const;
  const landscape: Landscape = {
    height: (x) => heightOf(coefficients, x),
    slope: (x) => slopeOf(coefficients, x),
    curvature: (x) => curvatureOf(coefficients, x),
  };
  const plain = optimizer.name === "SGD" && values["maximize"] === 0 && !configuration.clip;
  const temperature = (rate * variance) / 2;
  const { domain, curvature } = domainOf(well, landscape, rate, variance);

  const memory = Object.entries(optimizer.hyperparameters)
    .filter(([, { scale }]) => scale === "decay")
    .map(([name]) => 1 / (1 - Math.min(values[name], 1 - 1e-6)));
  const relaxation = Math.max(1, 1 / (rate * curvature), ...memory);
  const two = well.minima.length > 1;
  const between = two ? 1 / (rate * diffusionRate(fokkerPlanck({ ...domain, cells: 360 }, landscape, temperature))) : 0;
  const tilted = two && well.coefficients[1] !== 0;
  const most = Math.max(100, (plain ? affordable.plain : affordable.other) / controls.chains);
  const burnIn = Math.min(
    Math.max(200, 20 * relaxation, tilted ? 4 * between : 0),
    Math.max(4 * relaxation, most / 2),
    0.75 * most,
  );
  const gap = Math.min(Math.max(2 * relaxation, (2 * between) / controls.samples), (most - burnIn) / controls.samples);
  return {
    well,
    coefficients,
    landscape,
    values,
    variance,
    plain,
    rate,
    temperature,
    curvature,
    domain,
    relaxation,
    mixing: between,
    burnIn: Math.max(1, Math.round(burnIn)),
    gap: Math.max(1, Math.round(gap)),
  };
}

function valuesOf({ groups }: Configuration, { hyperparameters }: Optimizer): Record<string, number> {
  const given: Readonly<Partial<Record<string, number>>> = groups.at(0)?.values ?? {};
  return Object.fromEntries(Object.entries(hyperparameters).map(([name, knob]) => [name, given[name] ?? knob.default]));
}

const rateOfMomentum = ({ learningRate, momentum, dampening }: Readonly<Record<string, number>>): number =>
  momentum === 0 ? learningRate : (learningRate * (1 - dampening)) / (1 - momentum);

/** What weight decay adds to the curvature: λ where it goes with the gradient; where it does not, λ by the ratio of their rates. */
function decayOf({ name }: Optimizer, values: Readonly<Partial<Record<string, number>>>, rate: number): number {
  const { weightDecay = 0, learningRate = 0, decoupledWeightDecay = 0 } = values;
  return name === "AdamW" || decoupledWeightDecay !== 0 ? (weightDecay * learningRate) / rate : weightDecay;
}

/** Mean effective rate of an adaptive optimizer fed with nothing but the noise, once it is used to it. */
function rateUnderNoise(optimizer: Optimizer, values: Readonly<Record<string, number>>, variance: number): number {
  const theta = zeros(64);
  const state = optimizer.init(theta, [[theta.length]], values);
  const mean_ = zeros(theta.length);
  const z = rng(1).split("noise alone");
  const gradient = { mean: mean_, meanSquare: mean_ };
  const steps = 1000;
  for (let t = 1; t <= steps; t++) {
    z.normals(mean_);
    for (let i = 0; i < mean_.length; i++) mean_[i] *= Math.sqrt(variance);
    theta.fill(0);
    optimizer.step({ loss: () => 0, gradient: () => gradient }, theta, state, t, values);
  }
  return mean(optimizer.effectiveLearningRate?.(state, steps, values, zeros(theta.length)) ?? Float64Array.of(NaN));
}

/** Out to 14 T above the bottom, and to ±1.8 where there are two wells; the bins; the curvature of the right well. */
function domainOf(well: Well, landscape: Landscape, rate: number, variance: number) {
  const temperature = (rate * variance) / 2;
  const bottom = Math.min(...well.minima.map((x) => landscape.height(x)));
  const reach = (from: number, sign: 1 | -1): number => {
    let step = 1e-4;
    let x = from;
    while (landscape.height(x) - bottom < 14 * temperature && step < 1e6) {
      x += sign * step;
      step *= 1.05;
    }
    const unit = Number(`1e${Math.floor(Math.log10(Math.abs(x)))}`) / 10;
    return sign * Math.ceil(Math.abs(x) / unit - 1e-9) * unit;
  };
  const least = well.minima.length > 1 ? 1.8 : 0;
  const lo = Math.min(-least, reach(well.minima[0], -1));
  const hi = Math.max(least, reach(well.minima[well.minima.length - 1], 1));
  const cut = well.saddle ?? lo;
  const fine = gibbs({ lo: cut, hi, cells: 4000 }, landscape, rate, variance);
  let first = 0;
  let second = 0;
  fine.mass.forEach((p, i) => {
    first += p * centre(fine, i);
    second += p * centre(fine, i) ** 2;
  });
  const spread = Math.sqrt(Math.max(second - first ** 2, ((hi - lo) / 4000) ** 2));
  const cells = Math.min(720, Math.max(72, 2 * Math.ceil((hi - lo) / (spread / 3) / 2)));
  return { domain: { lo, hi, cells }, curvature: temperature / spread ** 2 };
}
