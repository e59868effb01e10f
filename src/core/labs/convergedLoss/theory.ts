import { solve } from "../../matrix.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Model } from "./model.ts";
import type { Rule } from "./rule.ts";

// Least squares, exactly. In the eigenbasis of H one step of SGD on ½(xᵀθ − y)² + ½ρ|θ|² sees the gradient Hδ + ζ of
// δ = θ − θ*, where ζ has mean 0 and covariance (C + spread(M))/B at the second moment M = E δδᵀ. A direction's linear step
// answers to such noise by a factor (`answer`), so that the stationary M solves M = answer ∘ (C + spread(M))/B.

/** What the closed forms need of a least-squares problem, in the eigenbasis of H. */
export interface Moments {
  readonly dimension: number;
  /** Eigenvalues of H, the ridge in them. */
  readonly curvature: Vector;
  /** E ĝĝᵀ at the minimum. */
  readonly C: Vector;
  /** out = E[HᵢMHᵢ] − HMH, what the spread of the examples' curvatures adds to the covariance of one gradient. */
  spread(M: Vector, out: Vector): void;
}

/** Runs to its end what others take in steps. */
export function finished<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
  }
}
/** Undefined where the loss is no least squares. Yields in between, for tables may be long. */
export function* momentsOf({
  examples,
  dimension: d,
  curvature,
  directions,
  C,
}: Model): Generator<undefined, Moments | undefined> {
  const { squares, count } = examples;
  if (!squares) return undefined;
  const Z = zeros(count * d);
  for (let row = 0; row < count; row++)
    for (let a = 0; a < d; a++) {
      let sum = 0;
      for (let i = 0; i < d; i++) sum += directions[a * d + i] * squares.X[row * d + i];
      Z[row * d + a] = sum;
      if (a === 0 && row % 512 === 0) yield undefined;
    }
  const bare = curvature.map((x) => x - squares.ridge);
  const quartic = d <= 12 ? yield* fourthMoments(Z, count, d) : undefined;
  return {
    dimension: d,
    curvature,
    C: turned(C, directions, d),
    spread(M, out) {
      if (quartic) contracted(quartic, M, d, out);
      else byRows(Z, count, M, d, out);
      for (let a = 0; a < d; a++) for (let b = 0; b < d; b++) out[a * d + b] -= bare[a] * bare[b] * M[a * d + b];
    },
  };
}

/** V A Vᵀ. */
function turned(A: Vector, V: Vector, d: number): Vector {
  const out = zeros(d * d);
  for (let a = 0; a < d; a++)
    for (let b = 0; b < d; b++)
      for (let i = 0; i < d; i++)
        for (let j = 0; j < d; j++) out[a * d + b] += V[a * d + i] * A[i * d + j] * V[b * d + j];
  return out;
}
/** E zₐz_b z_cz_e, by pairs. */
function* fourthMoments(Z: Vector, count: number, d: number): Generator<undefined, Vector> {
  const out = zeros(d * d * d * d);
  const pair = zeros(d * d);
  for (let row = 0; row < count; row++) {
    for (let a = 0; a < d; a++) for (let b = 0; b < d; b++) pair[a * d + b] = Z[row * d + a] * Z[row * d + b];
    for (let p = 0; p < d * d; p++) for (let q = 0; q < d * d; q++) out[p * d * d + q] += (pair[p] * pair[q]) / count;
    if (row % 64 === 0) yield undefined;
  }
  return out;
}
function contracted(quartic: Vector, M: Vector, d: number, out: Vector): void {
  for (let p = 0; p < d * d; p++) {
    let sum = 0;
    for (let q = 0; q < d * d; q++) sum += quartic[p * d * d + q] * M[q];
    out[p] = sum;
  }
}
function byRows(Z: Vector, count: number, M: Vector, d: number, out: Vector): void {
  out.fill(0);
  for (let row = 0; row < count; row++) {
    const z = row * d;
    let along = 0;
    for (let a = 0; a < d; a++) for (let b = 0; b < d; b++) along += Z[z + a] * M[a * d + b] * Z[z + b];
    for (let a = 0; a < d; a++) for (let b = 0; b < d; b++) out[a * d + b] += (along / count) * Z[z + a] * Z[z + b];
  }
}

/** E of δₐδ_b for each unit of noise covariance between two directions; undefined where one of them is unstable by itself. */
export function answer(rule: Rule, a: number, b: number): number | undefined {
  const { learningRate: eta, momentum: mu, dampening, nesterov } = rule;
  if (mu === 0) {
    const left = a + b - eta * a * b; // (1 − (1 − ηa)(1 − ηb))/η
    return eta * a < 2 && eta * b < 2 ? eta / left : undefined;
  }
  const entering = 1 - dampening;
  const now = nesterov ? 1 + mu * entering : entering; // share of this step's gradient in this step
  const later = nesterov ? mu * mu : mu; // share of the buffer in it
  const step = (h: number) => [1 - eta * now * h, -eta * later, entering * h, mu] as const;
  const noise = [-eta * now, entering] as const;
  const A = step(a);
  const D = step(b);
  for (const [p, q, r, s] of [A, D]) {
    const determinant = p * s - q * r;
    if (!(Math.abs(determinant) < 1 && Math.abs(p + s) < 1 + determinant)) return undefined;
  }
  // S = A S Dᵀ + n nᵀ for the 2 × 2 covariance of (δ, buffer): four unknowns.
  const system = zeros(16);
  const right = zeros(4);
  for (let i = 0; i < 2; i++)
    for (let j = 0; j < 2; j++) {
      right[2 * i + j] = noise[i] * noise[j];
      for (let k = 0; k < 2; k++)
        for (let l = 0; l < 2; l++)
          system[(2 * i + j) * 4 + 2 * k + l] = (i === k && j === l ? 1 : 0) - A[2 * i + k] * D[2 * j + l];
    }
  return eliminate(system, right);
}
/** First unknown of four equations. */
function eliminate(system: Vector, right: Vector): number | undefined {
  return solve(system, right, 4, 1) ? right[0] : undefined;
}
