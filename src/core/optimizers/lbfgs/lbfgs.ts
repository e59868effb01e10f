import { dot, zeros } from "../../vector.ts";
import type { Vector } from "../../vector.ts";
import { optimizer, totalSize } from "../optimizer.ts";
import type { Batch } from "../../problems/problem.ts";
import { hyperparameters } from "./hyperparameters.ts";
import { lbfgsNotes } from "./notes.ts";
import { strongWolfe } from "./strongWolfe.ts";

/** What is kept between steps. Pairs are oldest first: differences of gradients, differences of θ, and 1/(y·s). */
interface State {
  iterations: number;
  evaluations: number;
  readonly direction: Vector;
  /** How far along the direction the last iteration went. */
  length: number;
  readonly previousGradient: Vector;
  readonly gradientChanges: Vector[];
  readonly moves: Vector[];
  readonly inverseProducts: number[];
  /** Of the direction along each move, within the recursion. */
  readonly shares: number[];
  /** Scale of the inverse Hessian that the pairs correct: γ. */
  scale: number;
  readonly gradient: Vector;
  /** For trial points and their gradients. */
  readonly scratch: readonly Vector[];
}
/** Pairs with a smaller product y·s are not kept: they would not leave the approximation positive definite. */
const leastProduct = 1e-10;
/** PyTorch 1.x limits a line search by this number of trials instead of by the evaluations left. */
const trialsOfPyTorch1 = 25;

/**
 * Limited-memory BFGS: several iterations a step, each along the gradient times an inverse Hessian that the last pairs of
 * changes imply. Asks for loss and gradient at several points of the same draw.
 */
export const lbfgs = optimizer({
  name: "LBFGS",
  source:
    "Liu & Nocedal 1989, Math. Programming 45; Nocedal & Wright 2006, Algorithm 7.4; arithmetic of torch.optim.LBFGS (PyTorch 2)",
  hyperparameters,
  init: (theta): State => ({
    iterations: 0,
    evaluations: 0,
    direction: zeros(theta.length),
    length: 0,
    previousGradient: zeros(theta.length),
    gradientChanges: [],
    moves: [],
    inverseProducts: [],
    shares: [],
    scale: 1,
    gradient: zeros(theta.length),
    scratch: Array.from({ length: 4 }, () => zeros(theta.length)),
  }),
  step(f, theta, state, _t, h) {
    const most = h.evaluations === 0 ? Math.floor((h.iterations * 5) / 4) : h.evaluations;
    const before = state.evaluations;
    const g = state.gradient;
    let loss = evaluate(f, theta, g, state);
    if (largest(g) <= h.gradientTolerance) return;
    for (let k = 1; k <= h.iterations; k++) {
      aim(state, h.history);
      const { direction } = state;
      state.previousGradient.set(g);
      const previousLoss = loss;
      const slope = dot(g, direction);
      // The first direction is the raw gradient, so its step is held to an ℓ1 length of η at most.
      state.length = (state.iterations === 1 ? Math.min(1, 1 / sumOfSizes(g)) : 1) * h.learningRate;
      if (slope > -h.changeTolerance) return;
      if (h.lineSearch === 0) {
        for (let i = 0; i < theta.length; i++) theta[i] += state.length * direction[i];
        if (k === h.iterations) return; // the next step evaluates here anyway
        // At a copy: a batch may answer for θ itself with what it found there first.
        state.scratch[0].set(theta);
        loss = evaluate(f, state.scratch[0], g, state);
      } else {
        const left = h.torch1 === 0 ? most - (state.evaluations - before) : trialsOfPyTorch1;
        loss = search(f, theta, state, loss, slope, left);
        if (k === h.iterations) return;
      }
      if (state.evaluations - before >= most) return;
      if (largest(g) <= h.gradientTolerance) return;
      if (largest(direction) * Math.abs(state.length) <= h.changeTolerance) return;
      if (Math.abs(loss - previousLoss) < h.changeTolerance) return;
    }
  },
  couples: true,
  effective: "|Δθ| / |ĝ| over all iterations of a step: a matrix stands before ĝ",
  watch: ({ evaluations }) => ({ evaluations }),
  // Pairs once the history is full, the last direction and the last gradient.
  stateSize: ({ history }, shapes) => 2 * (history + 1) * totalSize(shapes) + 2 * history,
  annotate: lbfgsNotes,
});

/** Loss and gradient at θ: one call of the closure. */
function evaluate(f: Batch, theta: Vector, gradient: Vector, state: State): number {
  state.evaluations++;
  const loss = f.loss(theta);
  gradient.set(f.gradient(theta).mean);
  return loss;
}

/** The pair of the last iteration, and the direction −H⁻¹g of this one by the two-loop recursion. */
function aim(state: State, history: number): void {
  const { direction: d, gradient: g, previousGradient, gradientChanges: y, moves: s, inverseProducts, shares } = state;
  if (++state.iterations === 1) {
    for (let i = 0; i < d.length; i++) d[i] = -g[i];
    return;
  }
  const [change, move] = state.scratch;
  for (let i = 0; i < d.length; i++) {
    change[i] = g[i] - previousGradient[i];
    move[i] = state.length * d[i];
  }
  const product = dot(change, move);
  if (product > leastProduct) {
    const full = y.length >= history;
    if (full) inverseProducts.shift();
    // The vectors of the pair that is forgotten hold the new one.
    y.push(place(full ? y.shift() : undefined, change));
    s.push(place(full ? s.shift() : undefined, move));
    inverseProducts.push(1 / product);
    state.scale = product / dot(change, change);
  }
  for (let i = 0; i < d.length; i++) d[i] = -g[i];
  for (let k = y.length - 1; k >= 0; k--) {
    const share = (shares[k] = dot(s[k], d) * inverseProducts[k]);
    for (let i = 0; i < d.length; i++) d[i] -= share * y[k][i];
  }
  for (let i = 0; i < d.length; i++) d[i] *= state.scale;
  for (let k = 0; k < y.length; k++) {
    const share = shares[k] - dot(y[k], d) * inverseProducts[k];
    for (let i = 0; i < d.length; i++) d[i] += share * s[k][i];
  }
}
const place = (room: Vector | undefined, values: Vector): Vector => {
  const held = room ?? zeros(values.length);
  held.set(values);
  return held;
};

/** Moves θ to where the line search ends, leaves the gradient there in the state, and returns the loss there. */
function search(f: Batch, theta: Vector, state: State, loss: number, slope: number, most: number): number {
  const { direction, gradient } = state;
  const [point, ...scratch] = state.scratch;
  const line = {
    start: { at: 0, loss, gradient, slope },
    direction,
    loss(at: number, into: Vector): number {
      for (let i = 0; i < theta.length; i++) point[i] = theta[i] + at * direction[i];
      return evaluate(f, point, into, state);
    },
  };
  const found = strongWolfe(line, state.length, most, scratch);
  if (found.gradient !== gradient) gradient.set(found.gradient);
  state.length = found.at;
  for (let i = 0; i < theta.length; i++) theta[i] += found.at * direction[i];
  return found.loss;
}

function largest(v: Vector): number {
  let most = 0;
  for (let i = 0; i < v.length; i++) most = Math.max(most, Math.abs(v[i]));
  return most;
}
function sumOfSizes(v: Vector): number {
  let sum = 0;
  for (let i = 0; i < v.length; i++) sum += Math.abs(v[i]);
  return sum;
}
