import { goldenSection } from "../../goldenSection.ts";
import { exp, log } from "../../kernels/elementary.ts";
import { zeros, type Vector } from "../../vector.ts";

// Steps to a target on the noisy quadratic: curvatures hᵢ = 1/i, one example's gradient has the variance hᵢ, θ starts at 1 (Zhang et al.
// 2019, arXiv:1907.04164, §3). Every method moves a pair (x, y) of numbers a coordinate by a matrix and noise, so that
// (E x², E xy, E y²) is moved by another, and L is known after any number of steps by squaring that.

export const methods = ["SGD", "momentum", "averaging", "preconditioned"] as const;
export type Method = 0 | 1 | 2 | 3;
export interface Model {
  readonly dimension: number;
  readonly target: number;
  /** μ of momentum, and power of the curvature that the preconditioner divides by. */
  readonly momentum: number;
  readonly exponent: number;
}
/** x′ = a x + b y + n ξ, y′ = c x + d y + m ξ; the first four by coordinate, then n and m. */
export const perPair = 6;
export type Pairs = Vector;

const none = zeros(0);
let known: { readonly exponent: number; readonly of: Vector } | undefined;
/** What the preconditioner multiplies rates with, h^−p; kept, since a search asks for it at every rate. */
function scalesOf(dimension: number, exponent: number): Vector {
  if (known?.exponent !== exponent || known.of.length < dimension)
    known = { exponent, of: Float64Array.from({ length: dimension }, (_, i) => exp(exponent * log(i + 1))) };
  return known.of;
}

/** A method at rate η and batch size B; `gamma` is the share of its average that survives a step. */
export function pairsOf(
  { dimension, momentum, exponent }: Model,
  method: Method,
  B: number,
  eta: number,
  gamma: number,
  out: Pairs = zeros(perPair * dimension),
): Pairs {
  const scales = method === 3 ? scalesOf(dimension, exponent) : none;
  for (let i = 0, at = 0; i < dimension; i++, at += perPair) {
    const h = 1 / (i + 1);
    const sigma = Math.sqrt(h / B);
    const rate = method === 3 ? eta * scales[i] : eta;
    out.fill(0, at, at + perPair);
    out[at] = 1 - rate * h;
    out[at + 4] = -rate * sigma;
    if (method === 1) {
      // v′ = μv + g, θ′ = θ − ηv′
      out[at + 1] = -rate * momentum;
      out[at + 2] = h;
      out[at + 3] = momentum;
      out[at + 5] = sigma;
    } else if (method === 2) {
      // θ̃′ = γθ̃ + (1 − γ)θ′
      out[at + 2] = (1 - gamma) * out[at];
      out[at + 3] = gamma;
      out[at + 5] = (1 - gamma) * out[at + 4];
    }
  }
  return out;
}
/** Second moments at the start: 1, and of the average too. */
export function startOf({ dimension }: Model, method: Method, out: Vector = zeros(3 * dimension)): Vector {
  for (let i = 0; i < dimension; i++) out.fill(method === 2 ? 1 : 0, 3 * i, 3 * i + 3)[3 * i] = 1;
  return out;
}
/** ½ Σ hᵢ E θᵢ², of the average where there is one. */
export function lossAt(state: Vector, method: Method): number {
  let sum = 0;
  for (let i = 0, at = method === 2 ? 2 : 0; at < state.length; i++, at += 3) sum += state[at] / (i + 1);
  return sum / 2;
}

/** Of one coordinate: the 3 × 3 matrix that moves (E x², E xy, E y²), row-major, and what it adds. */
const perMap = 12;
export type Maps = Vector;
export function mapsOf(pairs: Pairs, out: Maps = zeros((perMap * pairs.length) / perPair)): Maps {
  for (let p = 0, q = 0; p < pairs.length; p += perPair, q += perMap) {
    const a = pairs[p];
    const b = pairs[p + 1];
    const c = pairs[p + 2];
    const d = pairs[p + 3];
    const n = pairs[p + 4];
    const m = pairs[p + 5];
    out[q] = a * a;
    out[q + 1] = 2 * a * b;
    out[q + 2] = b * b;
    out[q + 3] = a * c;
    out[q + 4] = a * d + b * c;
    out[q + 5] = b * d;
    out[q + 6] = c * c;
    out[q + 7] = 2 * c * d;
    out[q + 8] = d * d;
    out[q + 9] = n * n;
    out[q + 10] = n * m;
    out[q + 11] = m * m;
  }
  return out;
}
/** The map of twice as many steps; of E x² alone where `rows` is 1 and y is nothing to it. */
function square(M: Maps, out: Maps, rows: number): void {
  if (rows === 1) {
    for (let q = 0; q < M.length; q += perMap) {
      out[q] = M[q] * M[q];
      out[q + 9] = M[q] * M[q + 9] + M[q + 9];
    }
    return;
  }
  for (let q = 0; q < M.length; q += perMap) {
    const a = M[q];
    const b = M[q + 1];
    const c = M[q + 2];
    const d = M[q + 3];
    const e = M[q + 4];
    const f = M[q + 5];
    const g = M[q + 6];
    const h = M[q + 7];
    const i = M[q + 8];
    const u = M[q + 9];
    const v = M[q + 10];
    const w = M[q + 11];
    out[q] = a * a + b * d + c * g;
    out[q + 1] = a * b + b * e + c * h;
    out[q + 2] = a * c + b * f + c * i;
    out[q + 3] = d * a + e * d + f * g;
    out[q + 4] = d * b + e * e + f * h;
    out[q + 5] = d * c + e * f + f * i;
    out[q + 6] = g * a + h * d + i * g;
    out[q + 7] = g * b + h * e + i * h;
    out[q + 8] = g * c + h * f + i * i;
    out[q + 9] = a * u + b * v + c * w + u;
    out[q + 10] = d * u + e * v + f * w + v;
    out[q + 11] = g * u + h * v + i * w + w;
  }
}
/** Moments after the map's steps. */
export function apply(M: Maps, state: Vector, out: Vector, rows = 3): void {
  if (rows === 1) {
    for (let q = 0, s = 0; q < M.length; q += perMap, s += 3) out[s] = M[q] * state[s] + M[q + 9];
    return;
  }
  for (let q = 0, s = 0; q < M.length; q += perMap, s += 3) {
    const x = state[s];
    const y = state[s + 1];
    const z = state[s + 2];
    out[s] = M[q] * x + M[q + 1] * y + M[q + 2] * z + M[q + 9];
    out[s + 1] = M[q + 3] * x + M[q + 4] * y + M[q + 5] * z + M[q + 10];
    out[s + 2] = M[q + 6] * x + M[q + 7] * y + M[q + 8] * z + M[q + 11];
  }
}

/** Room for the maps of 1, 2, 4 … steps, as many as were needed; kept for a search. */
export interface Room {
  readonly pairs: Pairs;
  readonly levels: Maps[];
  readonly states: readonly [Vector, Vector, Vector];
}
/** Coordinates from which on one map takes a good part of a millisecond. */
const wide = 1000;
/** More steps than 2 to this power count as never. */
const most = 24;
export const roomFor = ({ dimension: d }: Model): Room => ({
  pairs: zeros(perPair * d),
  levels: [zeros(perMap * d)],
  states: [zeros(3 * d), zeros(3 * d), zeros(3 * d)],
});

/**
 * Steps until the expected loss is at the target, a fraction of the last one by ln L; Infinity where it never is. The loss is taken to fall
 * until then, which holds for rates at which it arrives at all.
 */
export function* stepsTo(
  model: Model,
  method: Method,
  B: number,
  eta: number,
  gamma: number,
  room: Room,
): Generator<undefined, number> {
  const { levels, states } = room;
  const { target } = model;
  const rows = method === 1 || method === 2 ? 3 : 1; // SGD moves E x² by itself
  let [now, next] = states;
  const spare = states[2];
  startOf(model, method, now);
  let before = lossAt(now, method);
  const first = before;
  if (before <= target) return 0;
  mapsOf(pairsOf(model, method, B, eta, gamma, room.pairs), levels[0]);
  let level = 0;
  // 2^level steps from the start, until that is enough.
  for (; ; level++) {
    apply(levels[level], now, spare, rows);
    const loss = lossAt(spare, method);
    if (loss <= target) break;
    if (level === most || !(loss < 10 * first)) return Infinity;
    before = loss;
    if (levels.length === level + 1) levels.push(zeros(perMap * model.dimension));
    square(levels[level], levels[level + 1], rows);
    if (model.dimension > wide) yield undefined;
  }
  if (level === 0) return 1;
  // From 2^(level − 1) on, whatever still is not enough.
  apply(levels[level - 1], now, next, rows);
  [now, next] = [next, now];
  let t = 2 ** (level - 1);
  for (let k = level - 2; k >= 0; k--) {
    apply(levels[k], now, next, rows);
    const loss = lossAt(next, method);
    if (model.dimension > wide) yield undefined;
    if (loss <= target) continue;
    [now, next] = [next, now];
    before = loss;
    t += 2 ** k;
  }
  apply(levels[0], now, spare, rows);
  const after = lossAt(spare, method);
  return t + log(before / target) / log(before / after);
}

/** Steps that an average remembers, of which the best is taken, and then its half and its double. */
const memories = [1, 8, 32, 128, 512, 2048] as const;
export interface Best {
  readonly steps: number;
  readonly eta: number;
  readonly gamma: number;
}
/** Averages whose steps, at rates a factor of two apart, come to more than so many times the fewest are not looked at closer. */
const hopeless = 2;
/** The fewest steps over all rates (and averages): down from the largest stable rate by halves, then golden section. */
export function* bestOf(model: Model, method: Method, B: number, room = roomFor(model)): Generator<undefined, Best> {
  // The largest curvature is 1, preconditioned or not.
  const top = log(0.98 * (method === 1 ? 2 * (1 + model.momentum) : 2));
  let best: Best = { steps: Infinity, eta: NaN, gamma: 0 };
  let memory = 1;
  for (const tried of method === 2 ? memories : [1]) {
    const gamma = 1 - 1 / tried;
    let [lnBest, least, worse] = [top, Infinity, 0];
    for (let k = 0; k < 40 && worse < 2; k++) {
      const steps = yield* stepsTo(model, method, B, exp(top - k * Math.LN2), gamma, room);
      yield undefined;
      if (steps < least) [lnBest, least, worse] = [top - k * Math.LN2, steps, 0];
      else if (least < Infinity) worse++;
    }
    if (least > hopeless * best.steps) continue;
    yield* refine(lnBest, least, gamma);
    if (best.gamma === gamma) memory = tried;
  }
  for (const tried of method === 2 && memory > 1 ? [memory / 2, memory * 2] : [])
    yield* refine(log(best.eta), Infinity, 1 - 1 / tried);
  return best;

  /** Within a factor of two of a rate. */
  function* refine(lnFound: number, found: number, gamma: number): Generator<undefined, void> {
    const search = goldenSection(lnFound - Math.LN2, Math.min(top, lnFound + Math.LN2));
    for (let k = 0; k < 11; k++) {
      search.tell(yield* stepsTo(model, method, B, exp(search.at), gamma, room));
      yield undefined;
    }
    const { at, value } = search.least;
    const [steps, lnEta] = value < found ? [value, at] : [found, lnFound];
    if (steps < best.steps) best = { steps, eta: exp(lnEta), gamma };
  }
}

/** The batch size at which the steps are twice those without noise, between sizes by ln S; NaN where the table does not reach it. */
export function critical(sizes: readonly number[], steps: readonly number[], fewest: number): number {
  for (let k = sizes.length - 1; k > 0; k--)
    if (steps[k] <= 2 * fewest && steps[k - 1] > 2 * fewest && steps[k - 1] < Infinity)
      return exp(
        log(sizes[k]) - (log((2 * fewest) / steps[k]) / log(steps[k - 1] / steps[k])) * log(sizes[k] / sizes[k - 1]),
      );
  return NaN;
}
