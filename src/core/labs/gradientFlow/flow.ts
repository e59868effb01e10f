import { exp } from "../../kernels/elementary.ts";
import { zeros, type Vector } from "../../vector.ts";
import { steepest, type FlowJob, type System } from "./system.ts";

/** The exact gradient flow dΦ/dt = −∇L(Φ) from the start. */
export interface Flow {
  /** Φ(t), written into `out`. */
  at(t: number, out: Vector): void;
}
/** dy/dt = f(t, y), written into `out`. */
export type Drift = (t: number, y: Vector, out: Vector) => void;

/** Multiplications between two yields: well under a millisecond. */
export const atOnce = 200_000;

/** The classical Runge–Kutta method of fourth order; nodes and slopes are kept, so that a cubic gives all between. */
export class RungeKutta {
  readonly y: Vector;
  readonly slope: Vector;
  readonly #d: number;
  readonly #dt: number;
  done = 0;
  readonly #k: readonly Vector[];
  readonly #stage: Vector;

  constructor(
    readonly drift: Drift,
    start: Vector,
    readonly time: number,
    readonly steps: number,
  ) {
    const d = (this.#d = start.length);
    this.#dt = time / steps;
    this.y = zeros(d * (steps + 1));
    this.slope = zeros(d * (steps + 1));
    this.y.set(start);
    this.#k = [zeros(d), zeros(d), zeros(d), zeros(d)];
    this.#stage = zeros(d);
  }
  /** One step; false once there is none left. */
  advance(): boolean {
    if (this.done >= this.steps) return false;
    const [k1, k2, k3, k4] = this.#k;
    const stage = this.#stage;
    const d = this.#d;
    const dt = this.#dt;
    const from = this.done * d;
    const t = this.done * dt;
    const { y, drift } = this;
    for (let i = 0; i < d; i++) stage[i] = y[from + i];
    drift(t, stage, k1);
    this.slope.set(k1, from);
    for (let i = 0; i < d; i++) stage[i] = y[from + i] + 0.5 * dt * k1[i];
    drift(t + dt / 2, stage, k2);
    for (let i = 0; i < d; i++) stage[i] = y[from + i] + 0.5 * dt * k2[i];
    drift(t + dt / 2, stage, k3);
    for (let i = 0; i < d; i++) stage[i] = y[from + i] + dt * k3[i];
    drift(t + dt, stage, k4);
    for (let i = 0; i < d; i++) y[from + d + i] = y[from + i] + (dt / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
    if (++this.done === this.steps) {
      for (let i = 0; i < d; i++) stage[i] = y[from + d + i];
      drift(t + dt, stage, k1);
      this.slope.set(k1, from + d);
    }
    return this.done < this.steps;
  }
  /** The cubic through two nodes and their slopes. */
  at(t: number, out: Vector): void {
    const d = this.#d;
    const dt = this.#dt;
    const node = Math.max(0, Math.min(this.steps - 1, Math.floor(t / dt)));
    const s = t / dt - node;
    const a = node * d;
    const b = a + d;
    const c00 = (1 + 2 * s) * (1 - s) * (1 - s);
    const c10 = s * (1 - s) * (1 - s) * dt;
    const c01 = s * s * (3 - 2 * s);
    const c11 = s * s * (s - 1) * dt;
    const { y, slope } = this;
    for (let i = 0; i < out.length; i++)
      out[i] = c00 * y[a + i] + c10 * slope[a + i] + c01 * y[b + i] + c11 * slope[b + i];
  }
}

/** Steps that keep the error of the flow far below every distance to it: twenty to the shortest of its times. */
export const stepsOfFlow = (least: number, curvature: number, time: number): number =>
  Math.min(2_000_000, Math.max(least, Math.ceil(20 * curvature * time)));

/** A flow by Runge–Kutta, shared by all units that one thread runs: whoever comes first begins, any of them goes on. */
const shared = new WeakMap<FlowJob, { readonly start: Vector; readonly solver: RungeKutta }>();

/** The flow of a job up to time T: in closed form where the Hessian is constant and diagonal. */
export function* flowOf(job: FlowJob, system: System, time: number): Generator<undefined, Flow> {
  const { curvature, start, dimension: d } = system;
  if (curvature)
    return {
      at(t, out) {
        for (let i = 0; i < d; i++) out[i] = start[i] * exp(-curvature[i] * t);
      },
    };
  let known = shared.get(job);
  if (known?.start.some((x, i) => !Object.is(x, start[i]))) known = undefined;
  if (!known) {
    const descent: Drift = (_t, y, out) => {
      system.gradient(y, out);
      for (let i = 0; i < d; i++) out[i] = -out[i];
    };
    const steps = stepsOfFlow(job.controls.flowSteps, steepest(system, start), time);
    known = { start, solver: new RungeKutta(descent, start, time, steps) };
    shared.set(job, known);
  }
  const { solver } = known;
  const few = Math.max(1, Math.floor(atOnce / (8 * system.cost)));
  for (;;) {
    for (let k = 0; k < few; k++) solver.advance();
    if (solver.done >= solver.steps) return solver;
    yield undefined;
  }
}
