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
  for (let c = 0; c < n; c++) e.set(start, c * d);
  const noise = rootOf(sigma, d);
  // One step of the SDE, by Euler and Maruyama or in the exact law of the linear drift: in the eigenbasis of H every direction keeps a
  // share of its own, and noise enters by a triangle. Directions of all chains lie one after the other.
  const { values, vectors } = spectrum;
  const exact = scheme === exactScheme;
  const kept = values.map((h) => (exact ? exp(-h * delta) : 1 - h * delta));
  const spread = exact ? sdeCovarianceAt(spectrum, sigma, eta, delta) : sigma.map((x) => x * delta * eta);
  const L = triangleOf(turnedBy(vectors, spread, d), d);
  let [u, next] = [zeros(d * n), zeros(d * n)];
  for (let i = 0; i < d; i++) u.fill(along(vectors, i, start), i * n, (i + 1) * n);
  const handed = d === 2 ? vectors[0] * vectors[3] - vectors[1] * vectors[2] : 1; // −1 where the basis is left-handed
  const y = zeros(n * d);
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
    turnBack();
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
    for (let i = 0, at = 0; i < d; i++, at += n) {
      const keeps = kept[i];
      for (let c = at; c < at + n; c++) next[c] = keeps * u[c];
      for (let j = 0; j <= i; j++) {
        const enters = L[i * d + j];
        for (let c = 0; c < n; c++) next[at + c] += enters * z[j * n + c];
      }
    }
    if (counted) {
      if (d === 2) for (let c = 0; c < n; c++) turned += handed * (u[c] * next[n + c] - u[n + c] * next[c]);
      turnedFor += n * delta;
    }
    [u, next] = [next, u];
  }
  /** The SDE's chains in the coordinates of θ. */
  function turnBack(): void {
    for (let c = 0; c < n; c++)
      for (let k = 0; k < d; k++) {
        let sum = 0;
        for (let i = 0; i < d; i++) sum += vectors[i * d + k] * u[i * n + c];
        y[c * d + k] = sum;
      }
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
/** V C Vᵀ. */
function turnedBy(V: Vector, C: Vector, d: number): Vector {
  const out = zeros(d * d);
  for (let a = 0; a < d; a++)
    for (let b = 0; b < d; b++)
      for (let i = 0; i < d; i++)
        for (let j = 0; j < d; j++) out[a * d + b] += V[a * d + i] * C[i * d + j] * V[b * d + j];
  return out;
}
/** What of a vector lies along row i. */
function along(V: Vector, i: number, x: Vector): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += V[i * x.length + k] * x[k];
  return sum;
}
/** Cholesky's root: L Lᵀ is the covariance. A direction without noise of its own has a column of zeros. */
function triangleOf(covariance: Vector, d: number): Vector {
  const L = zeros(d * d);
  for (let j = 0; j < d; j++) {
    const rest = (i: number) => {
      let sum = covariance[i * d + j];
      for (let k = 0; k < j; k++) sum -= L[i * d + k] * L[j * d + k];
      return sum;
    };
    const square = rest(j);
    if (!(square > 1e-14 * covariance[j * d + j])) continue;
    L[j * d + j] = Math.sqrt(square);
    for (let i = j + 1; i < d; i++) L[i * d + j] = rest(i) / L[j * d + j];
  }
  return L;
}
