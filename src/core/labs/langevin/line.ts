import type { Rng } from "../../rng.ts";
import { slopeOf } from "../../problems/wells.ts";
import { zeros, type Vector } from "../../vector.ts";
import { exp } from "../../kernels/elementary.ts";
import { exactScheme } from "./controls.ts";
import type { LineSetting } from "./setting.ts";

/** Chains advanced together, and how many of those are a unit. */
export const block = 64;
export const blocksPerUnit = 2;
/** Bins of the histograms at the end. */
export const bins = 96;

/** Power sums of finite chains at one record: how many, Σx, Σx², Σx³, Σx⁴. */
export const columns = 5;
export interface LinePart {
  readonly kind: "line";
  readonly from: number;
  readonly count: number;
  /** By record. */
  readonly sgd: Vector;
  readonly sde: Vector;
  /** Chains of SGD lost to infinity, and the step by which the first was. */
  readonly lost: number;
  readonly lostAt: number;
  /** With the last part: chains at the end by bin, of SGD and of the SDE. */
  readonly ends?: { readonly sgd: Vector; readonly sde: Vector };
}

const gone = 1e6;
/** Records of one part. */
const perPart = 12;

/** θ ← θ − η(L′ + noise), n chains; NaN once gone. */
function sgdStep(it: LineSetting, x: Vector, z: Vector): void {
  const { coefficients, eta, variance, kappa, signs } = it;
  const sigma = Math.sqrt(variance);
  for (let c = 0; c < x.length; c++) {
    const at = x[c];
    const xi = signs ? (z[c] < 0 ? -1 : 1) : z[c];
    const next = at - eta * (slopeOf(coefficients, at) + sigma * Math.sqrt(1 + kappa * at * at) * xi);
    x[c] = Math.abs(next) < gone ? next : NaN;
  }
}

/** One step of a scheme for dx = −L′ dt + b dW, b = √η σ √(1 + κx²), in time h; dW = √h z. */
export function schemeStep(it: LineSetting, scheme: number, x: number, h: number, dW: number): number {
  const { coefficients, eta, variance, kappa } = it;
  const intensity = eta * variance;
  const a = -slopeOf(coefficients, x);
  const b = Math.sqrt(intensity * (1 + kappa * x * x));
  const slope = intensity * kappa * x; // b b′
  switch (scheme) {
    case 0: // Maruyama 1955
      return x + a * h + b * dW;
    case 1: // Milstein 1974
      return x + a * h + b * dW + 0.5 * slope * (dW * dW - h);
    case 2: {
      // Heun for the Stratonovich form, whose drift is less by ½ b b′ (Rümelin 1982).
      const drift = a - 0.5 * slope;
      const there = x + drift * h + b * dW;
      const bThere = Math.sqrt(intensity * (1 + kappa * there * there));
      const driftThere = -slopeOf(coefficients, there) - 0.5 * intensity * kappa * there;
      return x + 0.5 * (drift + driftThere) * h + 0.5 * (b + bThere) * dW;
    }
    default: {
      // Explicit of strong order 1, without b′ (Platen 1984; Kloeden & Platen 1992, §11.1).
      const root = Math.sqrt(h);
      const there = x + a * h + b * root;
      const bThere = Math.sqrt(intensity * (1 + kappa * there * there));
      return x + a * h + b * dW + ((bThere - b) / (2 * root)) * (dW * dW - h);
    }
  }
}

/** Chains of SGD and of its SDE, from the same start. */
export function* lineUnit(it: LineSetting, unit: number, chains: number, rng: Rng): Generator<LinePart | undefined> {
  const first = unit * blocksPerUnit;
  const blocks = Array.from({ length: blocksPerUnit }, (_, b) => first + b)
    .filter((index) => index * block < chains)
    .map((index) => {
      const size = Math.min(block, chains - index * block);
      const own = rng.split("block", index);
      return {
        x: zeros(size).fill(it.x0),
        y: zeros(size).fill(it.x0),
        z: zeros(size),
        draws: own.split("SGD"),
        paths: own.split("SDE"),
      };
    });
  const { records, delta, finer, scheme, h = 0, eta, variance } = it;
  const root = Math.sqrt(delta);
  const keep = exp(-h * delta);
  const ouSpread = Math.sqrt(h === 0 ? eta * variance * delta : (eta * variance * (1 - keep * keep)) / (2 * h));
  const points = records.length;
  let t = 0;
  let lostAt = 0;
  let part = fresh(0);
  for (let point = 0; point < points; point++) {
    while (t < records[point]) {
      for (const { x, y, z, draws, paths } of blocks) {
        draws.normals(z);
        sgdStep(it, x, z);
        for (let k = 0; k < finer; k++) {
          paths.normals(z);
          if (scheme === exactScheme) for (let c = 0; c < y.length; c++) y[c] = keep * y[c] + ouSpread * z[c];
          else for (let c = 0; c < y.length; c++) y[c] = schemeStep(it, scheme, y[c], delta, root * z[c]);
        }
      }
      t++;
      if (lostAt === 0 && blocks.some(({ x }) => x.some(Number.isNaN))) lostAt = t;
      yield undefined;
    }
    const row = (point - part.from) * columns;
    for (const { x, y } of blocks) {
      add(x, part.sgd, row);
      add(y, part.sde, row);
    }
    const last = point === points - 1;
    if (point - part.from + 1 < part.count) continue;
    const lost = blocks.reduce((sum, { x }) => sum + x.reduce((n, v) => n + (Number.isNaN(v) ? 1 : 0), 0), 0);
    yield { ...part, lost, lostAt, ...(last && { ends: ends() }) };
    part = fresh(point + 1);
  }

  function fresh(from: number): Omit<LinePart, "lost" | "lostAt"> {
    const count = Math.min(perPart, points - from);
    return { kind: "line", from, count, sgd: zeros(count * columns), sde: zeros(count * columns) };
  }
  function ends() {
    const [sgd, sde] = [zeros(bins), zeros(bins)];
    for (const { x, y } of blocks) {
      tally(x, sgd);
      tally(y, sde);
    }
    return { sgd, sde };
  }
  function tally(xs: Vector, into: Vector): void {
    const { lo, hi } = it.range;
    for (const x of xs) {
      const bin = Math.floor(((x - lo) / (hi - lo)) * bins);
      if (bin >= 0 && bin < bins) into[bin]++;
    }
  }
}
function add(xs: Vector, into: Vector, row: number): void {
  for (const x of xs) {
    if (!(Math.abs(x) < gone)) continue;
    const square = x * x;
    into[row]++;
    into[row + 1] += x;
    into[row + 2] += square;
    into[row + 3] += square * x;
    into[row + 4] += square * square;
  }
}
