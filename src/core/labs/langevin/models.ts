import { zeros, type Vector } from "../../vector.ts";
import { flowEnd, sdeMeans, sgdMeans, type Means } from "./expectation.ts";
import { leastSquaresCovariance } from "./linear.ts";
import type { LineSetting, SpaceSetting } from "./setting.ts";

/** Means of SGD and of its models at a fixed time, for η and halvings of it or for listed rates: no random numbers. */
export interface ModelPart {
  readonly kind: "models";
  readonly etas: Vector;
  readonly time: number;
  readonly flow: number;
  /** Mean and mean square, by η. */
  readonly sgd: Vector;
  readonly sde: Vector;
  readonly corrected: Vector;
  /** Mean and mean square at the end of the run, of SGD and of the SDE. */
  readonly end: { readonly sgd: Vector; readonly sde: Vector };
}
/** Within the first well that is met: later, differences change their sign. */
const early = 0.6;
const halvings = 6;
/** Of the smallest, so many tell the order. */
export const telling = 3;
/** Steps of SGD at the largest η, at most. */
const longest = 16;

export function* modelUnit(it: LineSetting): Generator<ModelPart | undefined> {
  const asked = it.modelTime > 0 ? it.modelTime : Math.min(it.T, early, longest * it.eta);
  const etas = it.etas ?? Float64Array.from({ length: halvings }, (_, k) => it.eta / 2 ** k);
  const time = etas[0] * Math.max(1, Math.round(asked / etas[0]));
  const law = it.signs ? "signs" : "normal";
  const [sgd, sde, corrected] = [zeros(2 * etas.length), zeros(2 * etas.length), zeros(2 * etas.length)];
  for (let k = 0; k < etas.length; k++) {
    const put = (into: Vector, { mean, square }: Means) => {
      into[2 * k] = mean;
      into[2 * k + 1] = square;
    };
    put(sgd, yield* sgdMeans(it, etas[k], time, it.x0, it.range, law));
    put(sde, yield* sdeMeans(it, etas[k], time, it.x0, it.range));
    put(corrected, yield* sdeMeans(it, etas[k], time, it.x0, it.range, true));
  }
  const pair = ({ mean, square }: Means) => Float64Array.of(mean, square);
  const end = {
    sgd: pair(yield* sgdMeans(it, it.eta, it.T, it.x0, it.range, law)),
    sde: pair(yield* sdeMeans(it, it.eta, it.T, it.x0, it.range)),
  };
  yield { kind: "models", etas, time, flow: flowEnd(it, time, it.x0), sgd, sde, corrected, end };
}

/** Second moment of SGD about the minimum at every record, exactly; with rows, their own curvature makes part of the noise. */
export interface SpacePart {
  readonly kind: "moments";
  /** By record, d × d. */
  readonly moments: Vector;
  /** After a long time; absent where it has none, or is too large a system. */
  readonly limit?: Vector;
}
/** Parameters of a stationary system that is solved. */
const largest = 12;

export function* momentUnit(it: SpaceSetting): Generator<SpacePart | undefined> {
  const { d, H, sigma, eta, examples, batchSize, records, start } = it;
  const n = d * d;
  const moments = zeros(records.length * n);
  const mean = start.slice();
  const M = zeros(n);
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) M[i * d + j] = start[i] * start[j];
  moments.set(M);
  const next = zeros(n);
  const along = zeros(d);
  const one = zeros(d);
  let t = 0;
  for (let point = 1; point < records.length; point++) {
    for (; t < records[point]; t++) {
      // e ← e − η ĝ, ĝ = H_i e + g_i: E eeᵀ = M − η(HM + MH) + η² E ĝĝᵀ.
      addSecondMoment(next, M);
      for (let i = 0; i < d; i++)
        for (let j = 0; j < d; j++) {
          let both = 0;
          for (let k = 0; k < d; k++) both += H[i * d + k] * M[k * d + j] + M[i * d + k] * H[k * d + j];
          next[i * d + j] = M[i * d + j] - eta * both + eta * eta * next[i * d + j];
        }
      M.set(next);
      for (let i = 0; i < d; i++) {
        along[i] = 0;
        for (let k = 0; k < d; k++) along[i] += H[i * d + k] * mean[k];
      }
      for (let i = 0; i < d; i++) mean[i] -= eta * along[i];
      yield undefined;
    }
    moments.set(M, point * n);
  }
  const limit = limitOf();
  yield { kind: "moments", moments, ...(limit && { limit }) };

  /** E ĝĝᵀ of a batch, into `out`: additive noise, or the rows' own. */
  function addSecondMoment(out: Vector, moment: Vector): void {
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++) {
        let whole = 0; // H M H
        for (let k = 0; k < d; k++)
          for (let l = 0; l < d; l++) whole += H[i * d + k] * moment[k * d + l] * H[l * d + j];
        out[i * d + j] = whole + sigma[i * d + j];
      }
    if (!examples) return;
    const { X, ridge } = examples.squares!;
    for (let i = 0; i < n; i++) {
      const additive = out[i] - sigma[i];
      out[i] = additive * (1 - 1 / batchSize);
    }
    for (let row = 0; row < examples.count; row++) {
      const x = row * d;
      // Of one row: H_i = xxᵀ + ρ, its gradient at the minimum g_i; E over e of (H_i e + g_i)(H_i e + g_i)ᵀ.
      examples.gradient(it.minimum, row, one);
      let across = 0;
      for (let i = 0; i < d; i++) {
        along[i] = 0;
        for (let k = 0; k < d; k++) along[i] += moment[i * d + k] * X[x + k];
      }
      for (let i = 0; i < d; i++) across += X[x + i] * along[i];
      let shift = 0;
      for (let i = 0; i < d; i++) shift += X[x + i] * mean[i];
      const weight = 1 / (examples.count * batchSize);
      for (let i = 0; i < d; i++)
        for (let j = 0; j < d; j++) {
          const quadratic =
            X[x + i] * X[x + j] * across +
            ridge * (X[x + i] * along[j] + along[i] * X[x + j]) +
            ridge * ridge * moment[i * d + j];
          const ei = X[x + i] * shift + ridge * mean[i];
          const ej = X[x + j] * shift + ridge * mean[j];
          out[i * d + j] += weight * (quadratic + ei * one[j] + one[i] * ej + one[i] * one[j]);
        }
    }
  }
  function limitOf(): Vector | undefined {
    if (!examples || batchSize !== 1 || d > largest || !it.stable) return undefined;
    const C = sigma.slice();
    return leastSquaresCovariance(examples, H, C, eta);
  }
}
