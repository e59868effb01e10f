import { exp, log, log1p } from "../../kernels/elementary.ts";
import type { Landscape } from "../../problems/survey.ts";
import { zeros, type Vector } from "../../vector.ts";
import { centre, normalised, type Cells, type Domain, type Variance } from "./theory.ts";

// The chain x ← x − η (L′(x) + σξ) itself, as moves between cells: its law, its slowest rate, where its chains are when.

/** Rows that a step takes together, and zeros at both ends of a row that this needs. */
const together = 4;
const margin = together - 1;

/** Moves between n cells: from cell i to cell j with values[offset + i · stride + j], which is 0 where |i − j| > band. */
interface Moves {
  readonly n: number;
  readonly band: number;
  /** From a cell's column to the same of the next row: one less than a row with its margins is long. */
  readonly stride: number;
  readonly offset: number;
  readonly values: Vector;
}

/**
 * What the chain is solved on: cells of 2/5 of the least deviation of a step, where those asked for are not wider anyway. The sum over
 * cells of a law that was smoothed by such a step is its integral but for exp(−2π² (5/2)²), so that more of them add nothing to masses, moments
 * and rates; what lies in part of a cell alone, at the edges of bins, needs narrow ones, and one more step leads there.
 */
function solved(on: Domain, eta: number, variance: Variance): Domain {
  const cells = Math.ceil((on.hi - on.lo) / (0.4 * eta * Math.sqrt(leastVariance(on, variance))));
  return cells < on.cells ? { ...on, cells } : on;
}
/** Of σ² at 201 places of the domain. */
export function leastVariance({ lo, hi }: Domain, variance: Variance): number {
  if (typeof variance === "number") return variance;
  let least = Infinity;
  for (let i = 0; i <= 200; i++) least = Math.min(least, variance(lo + (i * (hi - lo)) / 200));
  return least;
}

/** Where a step leads on the average from the middle of each cell, and which of the cells `onto` are within 9 standard deviations of that. */
function reachesOf(from: Domain, onto: Domain, { slope }: Landscape, eta: number, variance: Variance) {
  const { lo, hi, cells: n } = onto;
  const start = { lo: from.lo, width: (from.hi - from.lo) / from.cells };
  const width = (hi - lo) / n;
  return Array.from({ length: from.cells }, (_, i) => {
    const x = centre(start, i);
    const deviation = eta * Math.sqrt(typeof variance === "number" ? variance : variance(x));
    const to = Math.min(hi, Math.max(lo, x - eta * slope(x)));
    const first = Math.max(0, Math.floor((to - 9 * deviation - lo) / width));
    const last = Math.min(n - 1, Math.ceil((to + 9 * deviation - lo) / width));
    return { to, deviation, first, last };
  });
}
type Reach = ReturnType<typeof reachesOf>[number];
/** Shares of the cells that one leads to, into out[row + cell]; they sum to 1. */
function spread(
  { to, deviation, first, last }: Reach,
  cell: Pick<Cells, "lo" | "width">,
  out: Vector,
  row: number,
): void {
  let sum = 0;
  for (let j = first; j <= last; j++) sum += out[row + j] = exp(-0.5 * ((centre(cell, j) - to) / deviation) ** 2);
  for (let j = first; j <= last; j++) out[row + j] /= sum;
}

function transitions(on: Domain, landscape: Landscape, eta: number, variance: Variance): Moves {
  const { lo, hi, cells: n } = on;
  const reaches = reachesOf(on, on, landscape, eta, variance);
  const band = reaches.reduce((most, { first, last }, i) => Math.max(most, i - first, last - i), 0);
  const offset = band + margin;
  const stride = 2 * offset;
  const values = zeros((stride + 1) * together * Math.ceil(n / together));
  const cell = { lo, width: (hi - lo) / n };
  reaches.forEach((reach, i) => spread(reach, cell, values, offset + i * stride));
  return { n, band, stride, offset, values };
}

/** A chain as it is solved: its moves between cells, and the masses that they leave alone. */
export interface Chain {
  readonly landscape: Landscape;
  readonly eta: number;
  readonly variance: Variance;
  /** The cells, at most as many as were asked for. */
  readonly on: Domain;
  readonly moves: Moves;
  readonly mass: Vector;
}
/** Undefined where two parts of the domain do not exchange at all in double precision. */
export function chainOf(asked: Domain, landscape: Landscape, eta: number, variance: Variance): Chain | undefined {
  const on = solved(asked, eta, variance);
  const moves = transitions(on, landscape, eta, variance);
  const mass = lawOfMoves(moves);
  return mass && { landscape, eta, variance, on, moves, mass };
}
/** The stationary law of the chain itself, on cells of any width. */
export function lawOn(on: Domain, chain: Chain): Cells {
  const { landscape, eta, variance, mass } = chain;
  const cell = { lo: on.lo, width: (on.hi - on.lo) / on.cells };
  if (on.cells === chain.on.cells) return { ...cell, mass };
  const fine = zeros(on.cells);
  const shares = zeros(on.cells);
  reachesOf(chain.on, on, landscape, eta, variance).forEach((reach, i) => {
    spread(reach, cell, shares, 0);
    for (let j = reach.first; j <= reach.last; j++) fine[j] += mass[i] * shares[j];
  });
  return { ...cell, mass: normalised(fine) };
}
/** The same of a chain that nothing else is asked of. */
export function chainLaw(on: Domain, landscape: Landscape, eta: number, variance: Variance): Cells | undefined {
  const chain = chainOf(on, landscape, eta, variance);
  return chain && lawOn(on, chain);
}
/**
 * The masses that moves leave alone. State reduction after Grassmann, Taksar and Heyman 1985: it subtracts nothing, so that wells which hardly
 * exchange keep their masses.
 */
function lawOfMoves({ n, band, stride, offset, values }: Moves): Vector | undefined {
  const P = values.slice();
  for (let k = n - 1; k > 0; k--) {
    const low = Math.max(0, k - band);
    const pivot = offset + k * stride;
    let out = 0;
    for (let j = low; j < k; j++) out += P[pivot + j];
    if (!(out > 0)) return undefined;
    for (let i = low; i < k; i++) {
      const row = offset + i * stride;
      const share = (P[row + k] /= out);
      if (share !== 0) for (let j = low; j < k; j++) P[row + j] += share * P[pivot + j];
    }
  }
  const mass = zeros(n);
  mass[0] = 1;
  for (let k = 1; k < n; k++)
    for (let i = Math.max(0, k - band); i < k; i++) mass[k] += mass[i] * P[offset + i * stride + k];
  return normalised(mass);
}

/** Space for the masses of cells, and for rows that a step takes with the last ones. */
const masses = ({ n }: Moves): Vector => zeros(n + margin);

/** One step of the chain on masses: f ← f P, into `next`; both of `masses`. */
function moved({ n, band, stride, offset, values }: Moves, f: Vector, next: Vector): void {
  next.fill(0);
  for (let i = 0; i < n; i += together) {
    const [m0, m1, m2, m3] = [f[i], f[i + 1], f[i + 2], f[i + 3]];
    if (m0 === 0 && m1 === 0 && m2 === 0 && m3 === 0) continue;
    const end = Math.min(n - 1, i + margin + band);
    const from = Math.max(0, i - band);
    let p = offset + i * stride + from;
    for (let j = from; j <= end; j++, p++)
      next[j] += m0 * values[p] + m1 * values[p + stride] + m2 * values[p + 2 * stride] + m3 * values[p + 3 * stride];
  }
}

/** Rate per unit of time t = ηk at which the chain's slowest difference from its law decays: −ln |λ₂| / η. */
export function chainRate(on: Domain, landscape: Landscape, eta: number, variance: Variance): number {
  const chain = chainOf(on, landscape, eta, variance);
  if (!chain) return 0;
  const steps = chainRateSteps(chain);
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
  }
}
/** So far above 1 that the solves below do not meet the law itself; below what differences decay by in a step. */
const shift = 1e-6;
/** Steps between two solves. They let go of what decays fast, or changes its sign from step to step; the solves, of all but the slowest. */
const between = 4;
/** The same, yielding now and then: f ← f ((1 + shift) 1 − P)⁻¹ P⁴ on differences from the law. */
export function* chainRateSteps({ eta, moves, mass }: Chain): Generator<undefined, number> {
  const { n } = moves;
  const triangles = { ...moves, values: moves.values.slice() };
  yield* factorise(triangles);
  let f = masses(moves);
  let next = masses(moves);
  for (let i = 0; i < n; i++) f[i] = i < n / 2 ? -mass[i] : mass[i];
  let decay = 1;
  for (let round = 0; round < 60; round++) {
    const excess = sumOf(f);
    for (let i = 0; i < n; i++) f[i] -= excess * mass[i];
    const size = sizeOf(f);
    if (size === 0) break;
    for (let i = 0; i < n; i++) f[i] /= size;
    solve(triangles, f);
    const before = decay;
    decay = 1 / sizeOf(f) - shift; // 1 − λ₂
    if (round > 2 && Math.abs(decay - before) < 1e-12 * decay) break;
    for (let k = 0; k < between; k++) {
      moved(moves, f, next);
      [f, next] = [next, f];
    }
    yield undefined;
  }
  return -(decay < 0.5 ? log1p(-decay) : log(Math.abs(1 - decay))) / eta;
}
const sumOf = (xs: Vector): number => xs.reduce((sum, x) => sum + x, 0);
const sizeOf = (xs: Vector): number => xs.reduce((sum, x) => sum + Math.abs(x), 0);

/** P becomes the triangles L and U of (1 + shift) 1 − P; without exchanges of rows, since each row's diagonal outweighs it. */
function* factorise({ n, band, stride, offset, values: A }: Moves): Generator<undefined, void> {
  for (let k = 0; k < A.length; k++) A[k] = -A[k];
  for (let i = 0; i < n; i++) A[offset + i * stride + i] += 1 + shift;
  for (let k = 0; k < n; k++) {
    const pivot = offset + k * stride;
    const last = Math.min(n - 1, k + band);
    for (let i = k + 1; i <= last; i++) {
      const row = offset + i * stride;
      const share = (A[row + k] /= A[pivot + k]);
      if (share !== 0) for (let j = k + 1; j <= last; j++) A[row + j] -= share * A[pivot + j];
    }
    if (k % 64 === 63) yield undefined;
  }
}
/** x L U = f, into f. */
function solve({ n, band, stride, offset, values: A }: Moves, f: Vector): void {
  for (let k = 0; k < n; k++) {
    const row = offset + k * stride;
    const x = (f[k] /= A[row + k]);
    const last = Math.min(n - 1, k + band);
    for (let j = k + 1; j <= last; j++) f[j] -= x * A[row + j];
  }
  for (let k = n - 1; k > 0; k--) {
    const row = offset + k * stride;
    const x = f[k];
    for (let j = Math.max(0, k - band); j < k; j++) f[j] -= x * A[row + j];
  }
}

/**
 * Share of chains on one side of `cut` after each of `times` steps (ascending), all having started in one place: step by step
 * until nothing but the slowest difference is left (`slow.steps`), by its rate from there.
 */
export function* sharesAfter(
  { on, eta, moves, mass }: Chain,
  start: number,
  cut: number,
  times: readonly number[],
  slow: { readonly steps: number; readonly rate: number },
): Generator<undefined, Vector> {
  const { lo, hi, cells } = on;
  const width = (hi - lo) / cells;
  let f = masses(moves);
  let next = masses(moves);
  // Between the centres of two cells, so that the start stands where it does in the mean.
  const at = (start - lo) / width - 0.5;
  const i = Math.floor(at);
  f[i] = 1 - (at - i);
  f[i + 1] = at - i;
  const right = start > cut;
  const share = (of: Vector): number => {
    let sum = 0;
    for (let k = 0; k < cells; k++) {
      const from = lo + k * width;
      const over = Math.min(1, Math.max(0, (from + width - cut) / width));
      sum += of[k] * (right ? over : 1 - over);
    }
    return sum;
  };
  const atRest = share(mass);
  const shares = zeros(times.length);
  let t = 0;
  for (const [k, time] of times.entries()) {
    for (; t < Math.min(time, slow.steps); t++) {
      moved(moves, f, next);
      [f, next] = [next, f];
      if (t % 16 === 15) yield undefined;
    }
    shares[k] = atRest + (share(f) - atRest) * exp(-slow.rate * eta * (time - t));
  }
  return shares;
}
