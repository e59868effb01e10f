import type { Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Model } from "./model.ts";
import type { Rule } from "./rule.ts";

/** Runs of SGD side by side, each with draws of its own. */
export interface Chains {
  /** Chain by chain. */
  readonly theta: Vector;
  /** Σ|ĝ|² of every chain since it was last cleared, of the gradients that steps were taken along. */
  readonly squares: Vector;
  rate(learningRate: number): void;
  advance(steps: number): void;
  /** L(θ) − L(θ*) of every chain. */
  excess(out: Vector): void;
}
export interface Draws {
  readonly batch: number;
  /** Every example once in an epoch, in a fresh order; else each draw is of all examples. */
  readonly reshuffled: boolean;
  readonly z: Rng;
}

/** `rateInBuffer`: what the buffer holds has been multiplied by the rate of its time (Keras). */
export function chainsOf(
  model: Model,
  rule: Rule,
  rateInBuffer: boolean,
  size: number,
  start: Vector,
  draws: Draws,
): Chains {
  const { dimension: d, examples, least, minimum, H } = model;
  const { momentum: mu, nesterov } = rule;
  const theta = zeros(size * d);
  for (let c = 0; c < size; c++) theta.set(start, c * d);
  const views = Array.from({ length: size }, (_, c) => theta.subarray(c * d, (c + 1) * d));
  const squares = zeros(size);
  const buffer = zeros(mu === 0 ? 0 : size * d);
  const g = zeros(size * d);
  const own = views.map((_, c) => g.subarray(c * d, (c + 1) * d));
  const delta = zeros(d);
  const one = zeros(d);
  const next = rowsOf(examples.count, size, draws);
  const gradient = examples.squares ? gradientOfSquares(examples.squares, d, size) : anyGradient;
  let eta = rule.learningRate;
  let entering = 1; // the first gradient enters the buffer whole

  function anyGradient(_theta: Vector, rows: Int32Array, width: number): void {
    for (let c = 0; c < size; c++) {
      if (width === 1) {
        examples.gradient(views[c], rows[c], own[c]);
        continue;
      }
      const mean = own[c];
      mean.fill(0);
      for (let b = c * width; b < (c + 1) * width; b++) {
        examples.gradient(views[c], rows[b], one);
        for (let i = 0; i < d; i++) mean[i] += one[i];
      }
      for (let i = 0; i < d; i++) mean[i] /= width;
    }
  }

  const plain = examples.squares && mu === 0 ? plainSteps(examples.squares, d, size) : undefined;
  return {
    theta,
    squares,
    rate(learningRate) {
      if (rateInBuffer) for (let i = 0; i < buffer.length; i++) buffer[i] *= eta / learningRate;
      eta = learningRate;
    },
    advance(steps) {
      for (let s = 0; s < steps; s++) {
        const width = next.turn();
        if (plain && width === 1) {
          plain(theta, next.rows, eta, squares);
          continue;
        }
        gradient(theta, next.rows, width, g);
        for (let c = 0, at = 0; c < size; c++) {
          let square = 0;
          for (let i = 0; i < d; i++, at++) {
            const x = g[at];
            square += x * x;
            if (mu === 0) theta[at] -= eta * x;
            else {
              const u = (buffer[at] = mu * buffer[at] + entering * x);
              theta[at] -= eta * (nesterov ? x + mu * u : u);
            }
          }
          squares[c] += square;
        }
        entering = 1 - rule.dampening;
      }
    },
    excess(out) {
      for (let c = 0; c < size; c++) {
        if (!examples.squares) {
          out[c] = model.loss(views[c]) - least;
          continue;
        }
        for (let i = 0; i < d; i++) delta[i] = theta[c * d + i] - minimum[i];
        let sum = 0;
        for (let i = 0; i < d; i++) {
          let along = 0.5 * H[i * d + i] * delta[i];
          for (let j = 0; j < i; j++) along += H[i * d + j] * delta[j];
          sum += delta[i] * along;
        }
        out[c] = sum;
      }
    },
  };
}

type Squares = NonNullable<Model["examples"]["squares"]>;
/** A step of every chain along the gradient of one row, without momentum: what is done most, in one go. */
function plainSteps({ X, y, ridge }: Squares, d: number, size: number) {
  return (theta: Vector, rows: Int32Array, eta: number, squares: Vector): void => {
    for (let c = 0; c < size; c++) {
      const row = rows[c];
      const at = c * d;
      const x = row * d;
      let residual = -y[row];
      for (let i = 0; i < d; i++) residual += X[x + i] * theta[at + i];
      let square = 0;
      for (let i = 0; i < d; i++) {
        const g = ridge * theta[at + i] + residual * X[x + i];
        square += g * g;
        theta[at + i] -= eta * g;
      }
      squares[c] += square;
    }
  };
}
/** Mean gradient of each chain's batch, into g. */
function gradientOfSquares({ X, y, ridge }: Squares, d: number, size: number) {
  return (theta: Vector, rows: Int32Array, width: number, g: Vector): void => {
    for (let c = 0, at = 0; c < size; c++, at += d) {
      for (let i = 0; i < d; i++) g[at + i] = ridge * theta[at + i];
      for (let b = c * width; b < (c + 1) * width; b++) {
        const row = rows[b];
        const x = row * d;
        let residual = -y[row];
        for (let i = 0; i < d; i++) residual += X[x + i] * theta[at + i];
        residual /= width;
        for (let i = 0; i < d; i++) g[at + i] += residual * X[x + i];
      }
    }
  };
}

/** Rows that the chains take, `width` for each: chain c those from c · width on. `turn` draws the next ones and returns the width. */
function rowsOf(count: number, size: number, { batch, reshuffled, z }: Draws) {
  const rows = new Int32Array(size * (reshuffled ? Math.min(batch, count) : batch));
  if (!reshuffled)
    return {
      rows,
      turn() {
        for (let k = 0; k < rows.length; k++) rows[k] = z.integer(count);
        return batch;
      },
    };
  const order = new Int32Array(size * count);
  for (let k = 0; k < order.length; k++) order[k] = k % count;
  let at = count;
  return {
    rows,
    turn() {
      if (at >= count) {
        for (let c = 0; c < size; c++) shuffle(order, c * count, count, z);
        at = 0;
      }
      const width = Math.min(batch, count - at); // the last batch of an epoch may be smaller
      for (let c = 0, k = 0; c < size; c++)
        for (let b = 0, from = c * count + at; b < width; b++, k++) rows[k] = order[from + b];
      at += width;
      return width;
    },
  };
}
/** Fisher and Yates. */
function shuffle(order: Int32Array, first: number, count: number, z: Rng): void {
  for (let k = count - 1; k > 0; k--) {
    const other = first + z.integer(k + 1);
    const held = order[first + k];
    order[first + k] = order[other];
    order[other] = held;
  }
}
