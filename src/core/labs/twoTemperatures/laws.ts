import { log } from "../../kernels/elementary.ts";
import type { Controls } from "./controls.ts";
import { heldUpdates, windowFactor } from "./held.ts";
import type { Setting } from "./setting.ts";
import {
  bowlMeans,
  chainCovariance,
  diagonal,
  heat,
  inversePower,
  lyapunov,
  principal,
  rates,
  reachOf,
  times,
  type Matrix,
  type Pair,
  type Update,
} from "./theory.ts";

export type Base = Omit<Setting, "laws">;
export type Family = "diagonal" | "matrix" | "own";

/** A way to set the two rates, and what is predicted of the law it leads to. */
export interface Law {
  readonly family: Family;
  /** Its place on the chart of powers. */
  readonly power: number;
  /** "p = 1", "Σ^(−1)", "RMSProp" */
  readonly name: string;
  /** What stands before the gradient. */
  readonly P: Matrix;
  /** Of SGD; absent where the optimizer itself runs. */
  readonly updates?: readonly [Update, Update];
  /** E ½(θ_i ∂_jL + …) by rows, in the limit η → 0 and at this η; the temperatures are its eigenvalues. */
  readonly limit: Matrix;
  readonly predicted?: Matrix;
  /** Largest η_i h_i. */
  readonly fastest: number;
  /** In steps: of the slowest direction. */
  readonly relaxation: number;
  readonly burnIn: number;
  /** Whether that is long enough for predictions to hold. */
  readonly settled: boolean;
  /** Half of what is binned. */
  readonly reach: Pair;
  /** The direction of the higher temperature, in (√h₁ θ₁, √h₂ θ₂); the first axis where noises are independent. */
  readonly turn: Pair;
}

/** Steps of all chains and laws together before anything is looked at: some 0.8 s on one core. Who asks for more chains has more. */
const affordable = { steps: 40e6, chains: 2000 };
/** Powers that are run beside the shown law. */
const powers = { independent: [0, 0.5, 1, 1.5, 2], correlated: [0, 1, 2] } as const;

/** The shown law first, then the others of the chart of powers. */
export function lawsOf(base: Base, controls: Controls, clipped: boolean): Law[] {
  const { form, power } = controls;
  const wanted: { family: Family; power: number }[] = [];
  const want = (family: Family, p: number) => {
    // Without correlation, and at p = 0, the matrix is diagonal.
    const same = family === "matrix" && (!base.correlated || p === 0) ? "diagonal" : family;
    if (!wanted.some((it) => it.family === same && it.power === p)) wanted.push({ family: same, power: p });
  };
  if (form === 1) want("diagonal", power);
  else if (form === 2) want("matrix", power);
  else if (base.plain) want("diagonal", 0);
  if (!base.plain) want("own", 1);
  for (const p of base.correlated ? powers.correlated : powers.independent) want("diagonal", p);
  if (base.correlated) for (const p of [1, 2]) want("matrix", p);
  const longest = Math.max(500, affordable.steps / (Math.min(controls.chains, affordable.chains) * wanted.length));
  // Steps to settle that are asked for are the shown law's.
  return wanted.map((it, k) =>
    lawOf(base, k === 0 ? controls : { ...controls, burnIn: 0 }, it.family, it.power, clipped, longest),
  );
}

/** SGD of the configuration; at rates as high as the optimizer's own where that is another. */
function updatesOf({ values, held }: Base): [Update, Update] {
  const plain = held === undefined;
  const rate = plain ? NaN : Math.sqrt(held[0] * held[1]);
  return values.map((it) => {
    const momentum = plain ? it["momentum"] : 0;
    return {
      rate: plain ? it["learningRate"] : rate,
      momentum,
      entering: plain && momentum !== 0 ? 1 - it["dampening"] : 1,
      nesterov: plain && momentum !== 0 && it["nesterov"] !== 0,
      shrink: plain && it["decoupledWeightDecay"] !== 0 ? it["learningRate"] * it["weightDecay"] : 0,
    };
  }) as [Update, Update];
}
/** What multiplies a lasting gradient. */
const lasting = ({ rate, momentum, entering }: Update): number => (rate * entering) / (1 - momentum);

/** A law of fixed rates at any power, as far as theory goes: for the chart's lines. */
export function fixedLaw(base: Base, controls: Controls, family: Family, power: number) {
  const updates = updatesOf(base);
  const normalised = controls.unit === 0;
  const P =
    family === "matrix"
      ? inversePower(base.Sigma, power, normalised)
      : diagonal(...rates(1, base.sigma, power, normalised));
  return { P, updates, ...predictions(base, updates, P) };
}

/** Heats in the limit and at this rate, of updates that are linear in the gradient. */
function predictions({ bowls, sigma, Sigma, quadratic }: Base, updates: readonly [Update, Update], P: Matrix) {
  const R = times(diagonal(lasting(updates[0]), lasting(updates[1])), P);
  if (quadratic) {
    const [h1, h2] = [bowls[0].h, bowls[1].h];
    const H = diagonal(h1, h2);
    const covariance = chainCovariance(updates, P, [h1, h2], Sigma);
    const limit = heat(lyapunov(R, H, Sigma), H);
    return { R, limit, ...(covariance && { predicted: heat(covariance, H) }) };
  }
  const limits = [0, 1].map((i) => (R[3 * i] * sigma[i] * sigma[i]) / 2);
  const first = chainCovariance(updates, P, [bowls[0].h, bowls[0].h], Sigma);
  const { momentum, shrink } = updates[1];
  // With momentum or a decay of θ itself the next order is another; Gibbs remains.
  const second = bowlMeans(bowls[1], R[3], sigma[1], momentum === 0 && shrink === 0);
  return {
    R,
    limit: diagonal(limits[0], limits[1]),
    ...(first && { predicted: diagonal(first[0] * bowls[0].h, second.temperature) }),
  };
}

function lawOf(base: Base, controls: Controls, family: Family, power: number, clipped: boolean, longest: number): Law {
  const { bowls, sigma, quadratic, optimizer } = base;
  const own = family === "own";
  const held = own && !clipped ? heldUpdates(base) : undefined;
  const fixed = held
    ? scaled({ P: identity, updates: held, ...predictions(base, held, identity) }, windowFactor(base))
    : own
      ? ofRates(base, base.held ?? [NaN, NaN])
      : fixedLaw(base, controls, family, power);
  const { R } = fixed;
  // As η → 0 the gradient adds nothing to the second moments.
  const limit = own && base.held ? ofRates(base, base.held).limit : fixed.limit;
  // Curvature along the second coordinate, at its temperature where it has none at the bottom.
  const bend = quadratic ? bowls[1].h : bowlMeans(bowls[1], R[3], sigma[1], false).curvature;
  const drift = times(R, diagonal(bowls[0].h, bend));
  const trace = drift[0] + drift[3];
  const determinant = drift[0] * drift[3] - drift[1] * drift[2];
  const slowest = (2 * determinant) / (trace + Math.sqrt(Math.max(0, trace * trace - 4 * determinant)));
  // θ₂⁴ forgets its start no faster than 8/(η₂ √(bT₂)) says.
  const flat = quadratic ? 0 : 2 / (R[3] * Math.sqrt(bowls[1].b * limit[3]));
  const relaxation = Math.max(1, 1 / slowest, flat);
  const memory = own || base.plain ? longestAverage(base) : 1;
  const automatic = Math.min(Math.ceil(4 * Math.max(relaxation, memory)), Math.floor(longest));
  const burnIn = controls.burnIn > 0 ? controls.burnIn : automatic;
  // RMSProp's average starts where it nearly settles.
  const looked = own && optimizer.name === "RMSProp" ? (burnIn + controls.steps / 2) / 5 : burnIn / 3;
  const deviations: Pair = [Math.sqrt(limit[0] / bowls[0].h), Math.sqrt(limit[3] / Math.max(bowls[1].h, 1e-300))];
  const second = quadratic ? 3.2 * deviations[1] : 1.25 * reachOf(bowls[1], 5 * limit[3]);
  const [a, c, , b] = fixed.predicted ?? limit;
  const { cos, sin } = principal(a, b, c);
  const predicted = own && !held ? undefined : fixed.predicted;
  return {
    family,
    power: own ? ownPower(base.held ?? [NaN, NaN], sigma) : power,
    name: own ? optimizer.name : family === "matrix" ? `Σ^(−${power === 2 ? "1" : `${power}/2`})` : `p = ${power}`,
    P: fixed.P,
    ...(!own && { updates: fixed.updates }),
    limit,
    ...(predicted && { predicted }),
    fastest: Math.max(Math.abs(drift[0]), Math.abs(drift[3])),
    relaxation,
    burnIn,
    settled: (burnIn >= 3 * relaxation || (controls.start === 1 && quadratic)) && looked >= memory,
    reach: [3.2 * deviations[0], second],
    turn: base.correlated ? [cos, sin] : [1, 0],
  };
}
const identity = diagonal(1, 1);
/** Each coordinate's temperature times a factor. */
function scaled<A extends { readonly predicted?: Matrix }>(it: A, [f1, f2]: Pair): A {
  if (!it.predicted) return it;
  const [a, c, , b] = it.predicted;
  const across = c * Math.sqrt(f1 * f2);
  return { ...it, predicted: [f1 * a, across, across, f2 * b] };
}
/** Of nothing but two rates. */
function ofRates(base: Base, of: Pair) {
  const still = { momentum: 0, entering: 1, nesterov: false, shrink: 0 };
  const updates = [
    { rate: of[0], ...still },
    { rate: of[1], ...still },
  ] as const;
  return { P: identity, updates, ...predictions(base, updates, identity) };
}
/** Steps that the optimizer's averages remember. */
const longestAverage = ({ optimizer, values }: Base): number =>
  Object.entries(optimizer.hyperparameters)
    .filter(([, { scale }]) => scale === "decay")
    .reduce((most, [name]) => values.reduce((m, it) => Math.max(m, 1 / (1 - Math.min(it[name], 1 - 1e-6))), most), 1);
/** The p of which its rates are; 1 where noises do not differ. */
function ownPower(of: Pair, sigma: Pair): number {
  const [a, b] = [log(of[0] / of[1]), log(sigma[0] / sigma[1])];
  const p = Math.round((-100 * a) / b) / 100;
  return Number.isFinite(p) ? Math.min(2, Math.max(0, p)) : 1;
}
