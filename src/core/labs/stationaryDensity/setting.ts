import type { Configuration, ProblemConfiguration } from "../../../protocol/index.ts";
import { findOptimizer, type Optimizer } from "../../optimizers/index.ts";
import { rng } from "../../rng.ts";
import { mean } from "../../statistics.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Controls } from "./controls.ts";
import { domainOf } from "./domain.ts";
import { basins } from "./laws.ts";
import { reliefOf, type Relief } from "./relief.ts";
import { diffusionRate, fokkerPlanck, type Domain, type Landscape, type Variance } from "./theory.ts";

/** All that is known of a run at one learning rate before it runs. */
export interface Setting {
  readonly relief: Relief;
  readonly landscape: Landscape;
  readonly values: Readonly<Record<string, number>>;
  /** σ², the variance of one draw of the gradient; what `spread` multiplies where it depends on θ. */
  readonly variance: number;
  /** σ²(θ): a number where it is constant. */
  readonly noise: Variance;
  readonly spread?: Spread;
  /** Whether the update is SGD's, so that theory applies. */
  readonly plain: boolean;
  /** What multiplies a lasting gradient: η, η(1 − τ)/(1 − μ) with momentum, the mean effective rate under noise otherwise. */
  readonly rate: number;
  /** T = ½ · rate · σ². */
  readonly temperature: number;
  /** Curvature at the bottom of the right well, or what takes its place where that is flat: T over the variance there. */
  readonly curvature: number;
  /** Shown and counted: as many bins as three to a standard deviation, 72 to 720. */
  readonly domain: Domain;
  /** Cells to a bin, for the kernel density. */
  readonly fine: number;
  /** Share of the limit law about each minimum, and whether the saddle parts it unevenly. */
  readonly shares: readonly number[];
  readonly uneven: boolean;
  /** In steps: until a chain has forgotten where in its well it was, and in which well. */
  readonly relaxation: number;
  readonly mixing: number;
  /** In steps. */
  readonly burnIn: number;
  readonly gap: number;
  /** Where there are wells to leave: how long chains are timed, and from where. */
  readonly leaving?: { readonly steps: number; readonly from: number };
}
/** v(θ), the noise's variance being σ² v(θ). */
export interface Spread {
  /** Where v is 1 + κθ² and nothing else: κ. */
  readonly kappa?: number;
  readonly words: string;
  at(x: number): number;
  /** √v at n places. */
  roots(n: number): (x: Vector) => Vector;
}

/** Steps of all chains together: some 0.4 s on one core; what is no polynomial, or another optimizer, takes three times as long for one. */
const affordable = { fast: 60e6, slow: 6e6 };
/** Beside what η itself may take, for each other rate and for the chains that leave. */
const aside = 0.3;

/**
 * What η is multiplied with, η first: doubles as long as η L″ stays below a fifth, where α begins to move, then halves. η alone where
 * theory says nothing of how α goes with it.
 */
export function ratios(
  { rate, curvature, plain }: Pick<Setting, "rate" | "curvature" | "plain">,
  { rates: others }: Pick<Controls, "rates">,
): number[] {
  const all = [1];
  if (!plain) return all;
  for (let up = 2; all.length <= others && rate * curvature * up <= 0.2; up *= 2) all.push(up);
  for (let down = 0.5; all.length <= others; down /= 2) all.push(down);
  return all;
}

/** Remembered by the controls of a job: all units of a run that a thread computes ask for the same. `nth` of the rates, η being 0. */
export function setting(
  configuration: Configuration,
  problem: ProblemConfiguration,
  controls: Controls,
  nth = 0,
): Setting {
  let before = known.get(controls);
  if (before?.configuration !== configuration || before.problem !== problem) {
    before = { configuration, problem, settings: new Map() };
    known.set(controls, before);
  }
  const there = before.settings.get(nth);
  if (there) return there;
  const ratio = nth === 0 ? 1 : ratios(setting(configuration, problem, controls), controls)[nth];
  const made = workOut(configuration, problem, controls, ratio);
  before.settings.set(nth, made);
  return made;
}
interface Known {
  readonly configuration: Configuration;
  readonly problem: ProblemConfiguration;
  readonly settings: Map<number, Setting>;
}
const known = new WeakMap<Controls, Known>();

function workOut(
  configuration: Configuration,
  problem: ProblemConfiguration,
  controls: Controls,
  ratio: number,
): Setting {
  const given: Readonly<Partial<Record<string, number>>> = problem.values ?? {};
  const variance = given["noise"] ?? 2;
  const optimizer = findOptimizer(configuration.optimizer)!;
  const whole = valuesOf(configuration, optimizer);
  const values: Record<string, number> = { ...whole, learningRate: whole["learningRate"] * ratio };
  const rate = optimizer.name === "SGD" ? rateOfMomentum(values) : rateUnderNoise(optimizer, values, variance);
  const relief = reliefOf(problem, decayOf(optimizer, values, rate));
  const { landscape, minima, saddle, coefficients } = relief;
  const spread = spreadOf(relief, controls, values["learningRate"]);
  const noise: Variance = spread ? (x) => variance * spread.at(x) : variance;
  const plain = optimizer.name === "SGD" && values["maximize"] === 0 && !configuration.clip;
  const temperature = (rate * variance) / 2;
  const { domain, curvature } = domainOf(relief, noise, rate, controls);

  const memory = Object.entries(optimizer.hyperparameters)
    .filter(([, { scale }]) => scale === "decay")
    .map(([name]) => 1 / (1 - Math.min(values[name], 1 - 1e-6)));
  const relaxation = Math.max(1, 1 / (rate * curvature), ...memory);
  const two = saddle !== undefined;
  const solver = { ...domain, cells: Math.max(360, domain.cells) };
  const pace = two ? diffusionRate(fokkerPlanck(solver, landscape, temperatureAt(noise, rate))) : 0;
  const between = two ? 1 / (rate * pace) : 0;
  const shares = basins(relief, domain, rate, noise);
  const right = minima.reduce((sum, x, k) => sum + (x > (saddle ?? Infinity) ? shares[k] : 0), 0);
  const uneven = two && Math.abs(right - 0.5) > 1e-6;
  const speed = plain && coefficients ? affordable.fast * (spread ? 0.25 : uneven ? 1.6 : 1) : affordable.slow;
  const most = Math.max(100, (speed * (ratio !== 1 ? aside : 1)) / controls.chains);
  const burnIn = Math.min(
    Math.max(200, 20 * relaxation, uneven ? 4 * between : 0),
    Math.max(4 * relaxation, most / 2),
    0.75 * most,
  );
  // At other rates only the wells' own shapes are asked for.
  const crossing = ratio !== 1 ? 0 : (2 * between) / controls.samples;
  const gap = Math.min(Math.max(2 * relaxation, crossing), (most - burnIn) / controls.samples);
  const longest = Math.max(20, (speed * aside) / controls.chains);
  const leaving = controls.leavingSteps > 0 ? controls.leavingSteps : Math.round(Math.min(1.2 * between, longest));
  return {
    relief,
    landscape,
    values,
    variance,
    noise,
    ...(spread && { spread }),
    plain,
    rate,
    temperature,
    curvature,
    domain,
    fine: ratio !== 1 ? 1 : Math.max(1, Math.floor(720 / domain.cells)),
    shares,
    uneven,
    relaxation,
    mixing: between,
    burnIn: controls.burnIn > 0 ? controls.burnIn : Math.max(1, Math.round(burnIn)),
    gap: controls.gap > 0 ? controls.gap : Math.max(1, Math.round(gap)),
    ...(two && {
      leaving: { steps: Math.max(12, leaving), from: controls.start === 0 ? minima[minima.length - 1] : minima[0] },
    }),
  };
}

/** Whether chains have the time to find the wells' shares by themselves: to change wells several times before they are looked at. */
export const mixes = ({ uneven, burnIn, mixing }: Pick<Setting, "uneven" | "burnIn" | "mixing">): boolean =>
  !uneven || burnIn >= 3 * mixing;

/** ½ · rate · σ²(θ). */
export const temperatureAt = (noise: Variance, rate: number): Variance =>
  typeof noise === "number" ? (rate * noise) / 2 : (x) => (rate * noise(x)) / 2;

/** The problem's own v(θ) times the lab's 1 + κθ²/η. */
function spreadOf({ spread: own }: Relief, { growth }: Controls, eta: number): Spread | undefined {
  if (growth === 0 && !own) return undefined;
  const kappa = growth / eta;
  const grown = (x: number) => 1 + kappa * x * x;
  return {
    ...(!own && { kappa }),
    words: [...(own ? [own.formula] : []), ...(growth > 0 ? ["1 + κθ²/η"] : [])].join(" times "),
    at: own ? (x) => own.at(x) * grown(x) : grown,
    roots(n) {
      const out = zeros(n);
      const block = own?.block(n);
      return (x) => {
        const v = block?.(x);
        for (let i = 0; i < n; i++) out[i] = Math.sqrt((v ? v[i] : 1) * (1 + kappa * x[i] * x[i]));
        return out;
      };
    },
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
