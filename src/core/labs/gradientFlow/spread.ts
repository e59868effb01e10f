import { zeros, type Vector } from "../../vector.ts";
import { atOnce, type Flow } from "./flow.ts";
import type { Noise, System } from "./system.ts";
import { betweenSteps } from "./theory.ts";

// What theory says of the noise at small rates: about the path of descent it is a linear recursion with the covariance C.

/** Of SGD at one rate. */
export interface Spread {
  /** tr C at T, and the largest on the way. */
  readonly atEnd: number;
  readonly largest: number;
  /** By how much the largest of steps falls short of the largest of a path without steps. */
  readonly missed: number;
  /** How much of the largest is there because rows differ in their Hessians, as a share of the rest. */
  readonly grown: number;
}
/** A rate, and where descent stands after each of its steps. */
export interface Descent {
  readonly eta: number;
  readonly steps: number;
  readonly batch: number;
  readonly flow: Flow;
  /** At `places + 1` even places of the run, d coordinates each. */
  readonly path: Vector;
  readonly places: number;
}
/** Coordinates beyond which fourth moments would take too long. */
const mostCoordinates = 6;

/**
 * C ← (I − ηH) C (I − ηH) + η²Σ/B along the path; undefined where H is a matrix too large for it. Where rows are drawn, Σ has in
 * it that each row has a Hessian of its own: E[H_i C H_i] − H C H.
 */
export function* spread(system: System, descent: Descent): Generator<undefined, Spread | undefined> {
  const { noise } = system;
  if (noise.kind === "normal") return system.diagonal ? yield* ofDiagonal(system, noise.deviation, descent) : undefined;
  return system.dimension <= mostCoordinates ? yield* ofRows(system, noise, descent) : undefined;
}

function* ofDiagonal(system: System, deviation: Vector, { eta, steps, batch, flow }: Descent) {
  const { dimension: d, curvature } = system;
  const variance = deviation.map((s) => (s * s) / batch);
  const [phi, one, h, C] = [zeros(d), zeros(d).fill(1), zeros(d), zeros(d)];
  if (curvature) h.set(curvature);
  let [atEnd, largest, along] = [0, 0, 0];
  for (let k = 0; k < steps; k++) {
    if (!curvature) {
      flow.at(k * eta, phi);
      system.hessianVector(phi, one, h);
    }
    atEnd = 0;
    for (let i = 0; i < d; i++) {
      const q = 1 - eta * h[i];
      atEnd += C[i] = q * q * C[i] + eta * eta * variance[i];
    }
    if (atEnd > largest) {
      largest = atEnd;
      along = 0;
      for (let i = 0; i < d; i++) along += variance[i] * C[i];
    }
    if ((k + 1) % Math.max(1, Math.floor(atOnce / (40 + 8 * d))) === 0) yield undefined;
  }
  return { atEnd, largest, missed: betweenSteps(0, 0) * eta * Math.sqrt(along / largest), grown: 0 };
}

type Rows = Extract<Noise, { kind: "rows" }>;
/** At the places of a path: ∇²L and the covariance of one example's gradient (d × d), and E[H_i ⊗ H_i] − H ⊗ H (d² × d²). */
interface Table {
  readonly H: Vector;
  readonly covariance: Vector;
  readonly product: Vector;
}

function* tableOf(system: System, noise: Rows, { path, places }: Descent): Generator<undefined, Table> {
  const { examples, decay } = noise;
  const d = system.dimension;
  const dd = d * d;
  const [g, one, own] = [zeros(d), zeros(d), zeros(dd)];
  const n = places + 1;
  const table = { H: zeros(n * dd), covariance: zeros(n * dd), product: zeros(n * dd * dd) };
  const share = 1 / examples.count;
  for (let j = 0; j < n; j++) {
    const at = path.subarray(j * d, (j + 1) * d);
    system.gradient(at, g);
    const H = table.H.subarray(j * dd, (j + 1) * dd);
    const covariance = table.covariance.subarray(j * dd, (j + 1) * dd);
    const both = table.product.subarray(j * dd * dd, (j + 1) * dd * dd);
    for (let row = 0; row < examples.count; row++) {
      examples.gradient(at, row, one);
      for (let i = 0; i < d; i++) one[i] += decay * at[i] - g[i];
      for (let i = 0; i < d; i++) for (let l = 0; l < d; l++) covariance[i * d + l] += one[i] * one[l] * share;
      own.fill(0);
      for (let i = 0; i < d; i++) {
        one.fill(0);
        one[i] = 1;
        examples.addHessianVector(at, row, one, 1, own.subarray(i * d, (i + 1) * d)); // symmetric: columns are rows
      }
      for (let i = 0; i < dd; i++) {
        H[i] += own[i] * share;
        for (let l = i; l < dd; l++) both[i * dd + l] += own[i] * own[l] * share;
      }
      if ((row + 1) % Math.ceil(atOnce / (2 * dd * dd)) === 0) yield undefined;
    }
    for (let i = 0; i < dd; i++) for (let l = i; l < dd; l++) both[l * dd + i] = both[i * dd + l] -= H[i] * H[l];
    for (let i = 0; i < d; i++) H[i * (d + 1)] += decay; // the same for all rows: no part of the noise
    yield undefined;
  }
  return table;
}

function* ofRows(system: System, noise: Rows, descent: Descent) {
  const { eta, steps, batch, path, places } = descent;
  const d = system.dimension;
  const dd = d * d;
  const table = yield* tableOf(system, noise, descent);
  const [A, S, C, AC, top, bare] = [zeros(dd), zeros(dd), zeros(dd), zeros(dd), zeros(dd), zeros(dd)];
  let [atEnd, largest, along, where, alone] = [0, 0, 0, 0, 0];
  for (let k = 0; k < steps; k++) {
    const place = (k * places) / steps;
    const j = Math.min(places - 1, Math.floor(place));
    const s = place - j;
    const between = (of: Vector, size: number, i: number) => (1 - s) * of[j * size + i] + s * of[(j + 1) * size + i];
    for (let i = 0; i < dd; i++) {
      A[i] = (i % (d + 1) === 0 ? 1 : 0) - eta * between(table.H, dd, i);
      S[i] = between(table.covariance, dd, i) / batch;
    }
    product(A, bare, d, AC);
    product(AC, A, d, bare); // A is symmetric
    for (let i = 0; i < dd; i++) bare[i] += eta * eta * S[i];
    for (let i = 0; i < d; i++)
      for (let l = 0; l < d; l++)
        for (let a = 0; a < d; a++)
          for (let b = 0; b < d; b++)
            S[i * d + l] += (between(table.product, dd * dd, (i * d + a) * dd + l * d + b) * C[a * d + b]) / batch;
    product(A, C, d, AC);
    product(AC, A, d, C);
    for (let i = 0; i < dd; i++) C[i] += eta * eta * S[i];
    atEnd = 0;
    let trace = 0;
    for (let i = 0; i < d; i++) {
      atEnd += C[i * (d + 1)];
      trace += bare[i * (d + 1)];
    }
    alone = Math.max(alone, trace);
    if (atEnd > largest) {
      largest = atEnd;
      where = j;
      top.set(C);
      along = 0;
      for (let i = 0; i < dd; i++) along += S[i] * C[i];
    }
    if ((k + 1) % Math.max(1, Math.floor(atOnce / (8 * dd * dd))) === 0) yield undefined;
  }
  const { skewness, kurtosis } = shapeOf(noise, path.subarray(where * d, (where + 1) * d), direction(top, d));
  const short = betweenSteps(skewness / Math.sqrt(batch), kurtosis / batch);
  return { atEnd, largest, missed: short * eta * Math.sqrt(along / largest), grown: largest / alone - 1 };
}

/** The direction in which C is longest. */
function direction(C: Vector, d: number): Vector {
  let v = zeros(d).fill(1);
  for (let round = 0; round < 50; round++) {
    const next = zeros(d);
    for (let i = 0; i < d; i++) for (let l = 0; l < d; l++) next[i] += C[i * d + l] * v[l];
    const length = Math.sqrt(next.reduce((sum, x) => sum + x * x, 0));
    if (!(length > 0)) return v;
    v = next.map((x) => x / length);
  }
  return v;
}

/** Third and fourth cumulants, in units of the deviation, of one example's gradient along a direction. */
function shapeOf({ examples }: Rows, at: Vector, along: Vector) {
  const one = zeros(at.length);
  const x = Float64Array.from({ length: examples.count }, (_, row) => {
    examples.gradient(at, row, one);
    return one.reduce((sum, g, i) => sum + g * along[i], 0);
  });
  const middle = x.reduce((sum, y) => sum + y, 0) / x.length;
  let [second, third, fourth] = [0, 0, 0];
  for (const y of x) {
    const apart = y - middle;
    const square = apart * apart;
    second += square / x.length;
    third += (square * apart) / x.length;
    fourth += (square * square) / x.length;
  }
  return second > 0
    ? { skewness: third / (second * Math.sqrt(second)), kurtosis: fourth / (second * second) - 3 }
    : { skewness: 0, kurtosis: 0 };
}

function product(a: Vector, b: Vector, d: number, out: Vector): void {
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += a[i * d + k] * b[k * d + j];
      out[i * d + j] = sum;
    }
}
