import type { ProblemConfiguration } from "../../../protocol/index.ts";
import { symmetricEigen } from "../../matrix.ts";
import { wholeHessian, wholeSecondMoment } from "../../problems/examples.ts";
import { findProblem } from "../../problems/index.ts";
import { minimumOf } from "../../problems/minimum.ts";
import type { Examples, ProblemData } from "../../problems/problem.ts";
import { rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";

/** A mean loss over examples, the optimizer's weight decay in it, and what is known of its minimum. */
export interface Model {
  readonly examples: Examples;
  readonly dimension: number;
  readonly start: Vector;
  loss(theta: Vector): number;
  /** Where L is least, and L there. */
  readonly minimum: Vector;
  readonly least: number;
  /** At the minimum, d × d: ∇²L, and C = E ĝĝᵀ of one example. */
  readonly H: Vector;
  readonly C: Vector;
  /** Eigenvalues of H, ascending, and eigenvectors in rows. */
  readonly curvature: Vector;
  readonly directions: Vector;
}

const made = new WeakMap<object, Model>();

/** Reads the data and finds the minimum; throws a sentence where there is none. The same model for the same owner. */
export function modelOf(owner: object, problem: ProblemConfiguration, data: ProblemData, decay: number): Model {
  const known = made.get(owner);
  if (known) return known;
  const objective = findProblem(problem.name)!.prepare(problem.values ?? {}, data)(rng(0));
  const { dimension, start } = objective;
  const examples = decayed(objective.examples!, decay);
  const loss = (theta: Vector) => objective.loss(theta) + penalty(theta, decay);
  const minimum = minimumOf(examples, dimension, flat(problem.name));
  const H = zeros(dimension * dimension);
  const C = zeros(dimension * dimension);
  wholeHessian(examples, minimum, H);
  wholeSecondMoment(examples, minimum, C);
  const { values: curvature, vectors: directions } = eigen(H, dimension);
  if (!(curvature[0] > 1e-10 * curvature[dimension - 1])) throw new Error(flat(problem.name));
  const model = { examples, dimension, start, loss, minimum, least: loss(minimum), H, C, curvature, directions };
  made.set(owner, model);
  return model;
}

const ridgeOf = (name: string) => (name === "logistic" ? "l₂ (l2)" : "ρ (ridge)");
const flat = (name: string) =>
  `"${name}" has no single minimum here: some direction has no curvature (columns that repeat each other, or classes that separate). Set the ridge ${ridgeOf(name)} above 0.`;

function penalty(theta: Vector, decay: number): number {
  let square = 0;
  for (let i = 0; i < theta.length; i++) square += theta[i] * theta[i];
  return 0.5 * decay * square;
}

/** Weight decay λθ is the gradient of ½λ|θ|² in the loss of every example. */
function decayed(examples: Examples, decay: number): Examples {
  if (decay === 0) return examples;
  const { squares } = examples;
  return {
    count: examples.count,
    loss: (theta, row) => examples.loss(theta, row) + penalty(theta, decay),
    gradient(theta, row, out) {
      examples.gradient(theta, row, out);
      for (let i = 0; i < out.length; i++) out[i] += decay * theta[i];
    },
    addHessianVector(theta, row, v, weight, out) {
      examples.addHessianVector(theta, row, v, weight, out);
      for (let i = 0; i < out.length; i++) out[i] += weight * decay * v[i];
    },
    ...(squares && { squares: { ...squares, ridge: squares.ridge + decay } }),
  };
}

function eigen(H: Vector, d: number) {
  const raw = zeros(d);
  const rows = zeros(d * d);
  symmetricEigen(H.slice(), d, raw, rows, zeros(2 * d));
  const order = Array.from(raw, (_, i) => i).sort((a, b) => raw[a] - raw[b]);
  const vectors = zeros(d * d);
  order.forEach((from, to) => {
    vectors.set(rows.subarray(from * d, (from + 1) * d), to * d);
  });
  return { values: Float64Array.from(order, (i) => raw[i]), vectors };
}
