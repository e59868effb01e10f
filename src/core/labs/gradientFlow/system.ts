import type { WellStep } from "../../kernels/well.ts";
import { findProblem } from "../../problems/index.ts";
import type { Examples } from "../../problems/problem.ts";
import { curvatureOf, wells } from "../../problems/wells.ts";
import type { Rng } from "../../rng.ts";
import { norm, zeros, type Vector } from "../../vector.ts";
import type { Job } from "../lab.ts";
import type { controls } from "./controls.ts";
import { ruleOf } from "./rule.ts";

export type FlowJob = Job<typeof controls>;

/** The loss whose gradient is followed, weight decay in it, and the noise of one example's gradient. */
export interface System {
  readonly dimension: number;
  readonly start: Vector;
  /** The coordinate that is drawn, and its name. */
  readonly shown: { readonly index: number; readonly label: string };
  /** ∇L, written into `out`. */
  gradient(theta: Vector, out: Vector): void;
  /** ∇²L v, written into `out`. */
  hessianVector(theta: Vector, v: Vector, out: Vector): void;
  /** ∇²L where it is the same everywhere and diagonal. */
  readonly curvature?: Vector;
  /** ∇²L is diagonal, be it constant or not. */
  readonly diagonal: boolean;
  /** Of one coordinate: L′ = b₀ + b₁θ + b₂θ² + b₃θ³. */
  readonly slope?: WellStep["slope"];
  readonly noise: Noise;
  /** Multiplications of one gradient of L, about: how often to yield. */
  readonly cost: number;
}
/** Normal and independent between coordinates, or that of drawing rows; λ is part of the drawn gradient. */
export type Noise =
  | { readonly kind: "normal"; readonly deviation: Vector }
  | { readonly kind: "rows"; readonly examples: Examples; readonly decay: number };

/** Rows × columns whose whole gradient is taken some thousand times. */
const largestTable = 2e5;

/** `rng` is the run's root: all its units make the same system. Throws a sentence about data that cannot be used. */
export function systemOf({ configuration, problem, controls, data }: FlowJob, rng: Rng): System {
  const { decay } = ruleOf(configuration);
  const steepness = controls.curvature;
  const well = wells.find(({ name }) => name === problem.name);
  const given: Readonly<Partial<Record<string, number>>> = problem.values ?? {};
  if (well) {
    const [a0, a1, a2, a3, a4] = well.coefficients.map((x) => steepness * x);
    const a = [a0, a1, a2 + decay / 2, a3, a4] as const;
    const [s1, s2, s3, s4] = [a[1], 2 * a[2], 3 * a[3], 4 * a[4]];
    return {
      dimension: 1,
      start: Float64Array.of(controls.start),
      shown: { index: 0, label: "θ" },
      gradient(theta, out) {
        const x = theta[0];
        out[0] = s1 + x * (s2 + x * (s3 + x * s4)); // in the hottest loop, hence spelled out
      },
      hessianVector(theta, v, out) {
        out[0] = curvatureOf(a, theta[0]) * v[0];
      },
      ...(a[3] === 0 && a[4] === 0 && a[1] === 0 ? { curvature: Float64Array.of(2 * a[2]) } : {}),
      diagonal: true,
      slope: [s1, s2, s3, s4],
      noise: { kind: "normal", deviation: Float64Array.of(Math.sqrt(given["noise"] ?? 2)) },
      cost: 4,
    };
  }
  const found = findProblem(problem.name)!;
  const values = Object.fromEntries(
    Object.entries(found.hyperparameters).map(([name, knob]) => [name, given[name] ?? knob.default]),
  );
  const objective = found.prepare(values, data)(rng.split("start"));
  const { dimension: d, diagonal } = objective;
  const examples = objective.examples && steeper(objective.examples, steepness);
  if (diagonal) {
    const curvature = diagonal.curvature.map((h) => steepness * h + decay);
    return {
      dimension: d,
      start: objective.start,
      shown: { index: 0, label: steepness === 1 ? "θ, h = 1" : "θ₁" },
      gradient(theta, out) {
        for (let i = 0; i < d; i++) out[i] = curvature[i] * theta[i];
      },
      hessianVector(_theta, v, out) {
        for (let i = 0; i < d; i++) out[i] = curvature[i] * v[i];
      },
      curvature,
      diagonal: true,
      noise: { kind: "normal", deviation: diagonal.deviation },
      cost: d,
    };
  }
  if (!examples) throw new Error(`The problem "${problem.name}" has neither a closed form nor examples to draw.`);
  if (examples.count * d > largestTable)
    throw new Error(
      `The flow needs the whole gradient some thousand times; ${examples.count} rows of ${d} columns are too many for that. Choose fewer "features" or rows.`,
    );
  const one = zeros(d);
  const given0 = data.given?.["start"] !== undefined;
  return {
    dimension: d,
    start: given0 ? objective.start : zeros(d).fill(controls.start),
    shown: { index: 0, label: objective.watched.at(0)?.label ?? "θ₁" },
    gradient(theta, out) {
      out.fill(0);
      for (let row = 0; row < examples.count; row++) {
        examples.gradient(theta, row, one);
        for (let i = 0; i < d; i++) out[i] += one[i];
      }
      for (let i = 0; i < d; i++) out[i] = out[i] / examples.count + decay * theta[i];
    },
    hessianVector(theta, v, out) {
      for (let i = 0; i < d; i++) out[i] = decay * v[i];
      for (let row = 0; row < examples.count; row++) examples.addHessianVector(theta, row, v, 1 / examples.count, out);
    },
    diagonal: false,
    noise: { kind: "rows", examples, decay },
    cost: 4 * examples.count * d,
  };
}

/** The same examples, their losses multiplied. */
function steeper(examples: Examples, by: number): Examples {
  if (by === 1) return examples;
  return {
    count: examples.count,
    loss: (theta, row) => by * examples.loss(theta, row),
    gradient(theta, row, out) {
      examples.gradient(theta, row, out);
      for (let i = 0; i < out.length; i++) out[i] *= by;
    },
    addHessianVector: (theta, row, v, weight, out) => examples.addHessianVector(theta, row, v, by * weight, out),
  };
}

/** Largest curvature at a place, by powers of the Hessian: what η must stay below two of. */
export function steepest(system: System, theta: Vector): number {
  if (system.curvature) return system.curvature.reduce((a, b) => Math.max(a, b), 0);
  const d = system.dimension;
  const v = zeros(d).map((_, i) => 1 / (1 + i));
  const next = zeros(d);
  let size = 0;
  for (let round = 0; round < (d === 1 ? 1 : 10); round++) {
    const length = norm(v);
    if (!(length > 0)) return size;
    for (let i = 0; i < d; i++) v[i] /= length;
    system.hessianVector(theta, v, next);
    size = norm(next);
    v.set(next);
  }
  return size;
}
