import { exp } from "../../kernels/elementary.ts";
import type { Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import { exactScheme } from "./controls.ts";
import { functionOf, sdeCovarianceAt, spectrumOf } from "./linear.ts";
import type { SpaceSetting } from "./setting.ts";

/** Chains of one unit of several coordinates. */
export const chainsPerUnit = 128;
/** Records of one part. */
const perPart = 12;

export interface SpaceSums {
  /** By record: how many are finite, Σe (d), Σeeᵀ (d × d), e counted from the minimum. */
  readonly sgd: Vector;
  readonly sde: Vector;
}
export interface ChainsPart extends SpaceSums {
  readonly kind: "space";
  readonly from: number;
  readonly count: number;
  readonly lost: number;
  readonly lostAt: number;
  /** Σ of e₁ de₂ − e₂ de₁ along the SDE so far, in the later half of the run, and over how much time. */
  readonly turned: number;
  readonly turnedFor: number;
}
export const columnsOf = (d: number): number => 1 + d + d * d;

export function* spaceUnit(
  it: SpaceSetting,
  unit: number,
  chains: number,
  rng: Rng,
): Generator<ChainsPart | undefined> {
  const { d, H, eta, delta, finer, records, examples, batchSize, minimum, spectrum, sigma, scheme, start } = it;
  const n = Math.min(chainsPerUnit, chains - unit * chainsPerUnit);
  const own = rng.split("chains", unit);
  const [draws, paths] = [own.split("SGD"), own.split("SDE")];
  const e = zeros(n * d);
  const y = zeros(n * d);
  for (let c = 0; c < n; c++) {
    e.set(start, c * d);
    y.set(start, c * d);
  }
  const noise = rootOf(sigma, d);
  // One step of the SDE, y ← A y + B z: Euler–Maruyama, or the exact law of the linear drift.
  const exact = scheme === exactScheme;
  const A = functionOf(spectrum, (h) => (exact ? exp(-h * delta) : 1 - h * delta));
  const B = exact
    ? rootOf(sdeCovarianceAt(spectrum, sigma, eta, delta), d)
    : noise.map((x) => x * Math.sqrt(delta * eta));
  const z = zeros(n * d);
  const [theta, one, gradient] = [zeros(d), zeros(d), zeros(d)];
  const width = columnsOf(d);
  const half = records[records.length - 1] / 2;
  let [t, lostAt, turned, turnedFor] = [0, 0, 0, 0];
  let part = fresh(0);

  for (let point = 0; point < records.length; point++) {
    while (t < records[point]) {
      if (!examples) draws.normals(z);
      for (let c = 0; c < n; c++) sgdStep(c);
      yield undefined;
      for (let k = 0; k < finer; k++) sdeStep(t >= half);
      t++;
      if (lostAt === 0 && e.some(Number.isNaN)) lostAt = t;
      yield undefined;
    }
    add(e, part.sgd, (point - part.from) * width);
    add(y, part.sde, (point - part.from) * width);
    if (point - part.from + 1 < part.count) continue;
    let lost = 0;
    for (let c = 0; c < n; c++) if (Number.isNaN(e[c * d])) lost++;
    yield { ...part, lost, lostAt, turned, turnedFor };
    part = fresh(point + 1);
  }

  function sgdStep(c: number): void {
    const at = c * d;
    if (examples) {
      for (let i = 0; i < d; i++) theta[i] = minimum[i] + e[at + i];
      gradient.fill(0);
      for (let b = 0; b < batchSize; b++) {
        examples.gradient(theta, draws.integer(examples.count), one);
        for (let i = 0; i < d; i++) gradient[i] += one[i];
      }
      for (let i = 0; i < d; i++) gradient[i] /= batchSize;
    } else
      for (let i = 0; i < d; i++) {
        let sum = 0;
        for (let k = 0; k < d; k++) sum += H[i * d + k] * e[at + k] + noise[i * d + k] * z[at + k];
        gradient[i] = sum;
      }
    let far = false;
    for (let i = 0; i < d; i++) {
      e[at + i] -= eta * gradient[i];
      far ||= !(Math.abs(e[at + i]) < 1e6);
    }
    if (far) e.fill(NaN, at, at + d);
  }
  function sdeStep(counted: boolean): void {
    paths.normals(z);
    for (let c = 0; c < n; c++) {
      const at = c * d;
      for (let i = 0; i < d; i++) {
        let sum = 0;
        for (let k = 0; k < d; k++) sum += A[i * d + k] * y[at + k] + B[i * d + k] * z[at + k];
        one[i] = sum;
      }
      if (counted && d === 2) turned += y[at] * one[1] - y[at + 1] * one[0];
      for (let i = 0; i < d; i++) y[at + i] = one[i];
    }
    if (counted) turnedFor += n * delta;
  }
  function add(xs: Vector, into: Vector, row: number): void {
    for (let c = 0; c < n; c++) {
      const at = c * d;
      if (Number.isNaN(xs[at])) continue;
      into[row]++;
      for (let i = 0; i < d; i++) into[row + 1 + i] += xs[at + i];
      for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) into[row + 1 + d + i * d + j] += xs[at + i] * xs[at + j];
    }
  }
  function fresh(from: number): Pick<ChainsPart, "kind" | "from" | "count" | "sgd" | "sde"> {
    const count = Math.min(perPart, records.length - from);
    return { kind: "space", from, count, sgd: zeros(count * width), sde: zeros(count * width) };
  }
}

/** The symmetric root of a covariance. */
function rootOf(covariance: Vector, d: number): Vector {
  return functionOf(spectrumOf(covariance, d), (v) => Math.sqrt(Math.max(0, v)));
}
