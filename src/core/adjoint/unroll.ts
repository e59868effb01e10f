import type { Values } from "../../protocol/index.ts";
import type { Batch, Shape } from "../problems/problem.ts";
import { zeros, type Vector } from "../vector.ts";
import type { Adjoint, Before } from "./adjoint.ts";

/** K updates of one run, and the loss that is taken after them. */
export interface Unrolling {
  readonly adjoint: Adjoint;
  readonly start: Vector;
  readonly shapes?: readonly Shape[];
  readonly steps: number;
  /** Hyperparameters in force in step t, from 1 on, all that the optimizer has. */
  values(t: number): Values;
  /**
   * The draw of step t. It is asked for again on the way back and must be the same one: rows in turn, or a draw from a
   * stream of its own, `objective.draw(z.split("step", t), batchSize)`. Needs `hessianVector`.
   */
  batch(t: number): Batch;
  /** F(θ), asked after the last step, when no draw is in use any more. */
  readonly validation: Pick<Batch, "loss" | "gradient">;
  /**
   * Steps that are remembered at once, K without a word. With fewer, one start in so many is kept and each stretch is run a
   * second time on the way back: √K needs the memory of 2√K steps, and a gradient more for each.
   */
  readonly held?: number;
}
/** F and its derivatives. */
export interface Unrolled {
  /** θ_K. */
  readonly theta: Vector;
  /** Loss of each draw before its update. */
  readonly losses: Vector;
  /** F(θ_K). */
  readonly validation: number;
  /** dF/dθ₀. */
  readonly byStart: Vector;
  /** dF/dh of each hyperparameter where it is one number in all steps. */
  readonly byValue: Readonly<Record<string, number>>;
  /** dF/dh_t of each step's own: a schedule h_t = h₀ f(t) has dF/dh₀ = Σ f(t) dF/dh_t. Entry t − 1 is of step t. */
  readonly byStep: Readonly<Record<string, Vector>>;
}

/**
 * dF/dh and dF/dθ₀ by reverse-mode differentiation through training. With the steps θ_t, s_t = Φ(θ_{t−1}, s_{t−1}, ĝ_t, h_t)
 * and ĝ_t = ∇L_t(θ_{t−1}), from the last to the first: θ̄ ← Φ_θᵀ(θ̄, s̄) + H_t Φ_ĝᵀ(θ̄, s̄), and likewise s̄ and h̄, H_t by its
 * products alone. Exact but for rounding.
 *
 * Memory: K (2 + S) d numbers of 8 bytes where the state has S vectors of d (1 for SGD, 3 for Adam and RMSProp), with `held` fewer
 * ones (`held` + K/`held`) of them. Time: of each step, one gradient and one Hessian-vector product, about four gradients.
 */
export function unroll(it: Unrolling): Unrolled {
  const { adjoint, start, steps, validation } = it;
  const dimension = start.length;
  const without = adjoint.without?.find((name) => (it.values(1) as Partial<Values>)[name] !== 0);
  if (without !== undefined)
    throw new Error(`${adjoint.optimizer.name} is not differentiated through ${without}; set it to 0.`);
  const held = Math.max(1, Math.min(it.held ?? steps, steps));
  const losses = zeros(steps);
  const theta = Float64Array.from(start);
  const state = adjoint.optimizer.init(theta, it.shapes ?? [[dimension]], { ...it.values(1) });
  const tape: Before<unknown>[] = [];
  const stretches: { readonly from: number; readonly theta: Vector; readonly state: unknown }[] = [];
  for (let from = 0; from < steps; from += held) {
    stretches.push({ from, theta: Float64Array.from(theta), state: copied(state) });
    const isLast = from + held >= steps;
    run(it, theta, state, from, Math.min(from + held, steps), isLast ? tape : undefined, losses);
  }

  const value = validation.loss(theta);
  const bars = {
    theta: Float64Array.from(validation.gradient(theta).mean),
    state: adjoint.vectors(state).map(() => zeros(dimension)),
    gradient: zeros(dimension),
    values: {} as Record<string, number>,
  };
  const byStep: Record<string, Vector> = {};
  const product = zeros(dimension);
  for (let stretch = stretches.pop(); stretch; stretch = stretches.pop()) {
    const { from } = stretch;
    // the last stretch has just been run
    if (tape.length === 0) run(it, stretch.theta, stretch.state, from, from + held, tape);
    for (let before = tape.pop(); before; before = tape.pop()) {
      adjoint.back(before, bars);
      for (const name of adjoint.by(before.h)) (byStep[name] ??= zeros(steps))[before.t - 1] = bars.values[name];
      const batch = it.batch(before.t);
      if (!batch.hessianVector) throw new Error("This problem has no second derivative.");
      batch.hessianVector(before.theta, bars.gradient, product);
      for (let i = 0; i < dimension; i++) bars.theta[i] += product[i];
    }
  }
  const total = (each: Vector) => each.reduce((sum, x) => sum + x, 0);
  const byValue = Object.fromEntries(Object.entries(byStep).map(([name, each]) => [name, total(each)]));
  return {
    theta,
    losses,
    validation: value,
    byStart: bars.theta,
    byValue: { ...byValue, ...adjoint.start?.(bars.state) },
    byStep,
  };
}

/** Makes steps `from` + 1 … `to` in place; `tape` takes down what each starts from, `losses` the loss there. */
function run(
  it: Unrolling,
  theta: Vector,
  state: unknown,
  from: number,
  to: number,
  tape?: Before<unknown>[],
  losses?: Vector,
): void {
  for (let t = from + 1; t <= to; t++) {
    const h = { ...it.values(t) };
    const draw = it.batch(t);
    if (losses) losses[t - 1] = draw.loss(theta);
    const gradient = draw.gradient(theta);
    tape?.push({
      t,
      h,
      theta: Float64Array.from(theta),
      gradient: Float64Array.from(gradient.mean),
      state: copied(state),
    });
    it.adjoint.optimizer.step({ loss: (at) => draw.loss(at), gradient: () => gradient }, theta, state, t, h);
  }
}

/** A copy of plain data: typed arrays, numbers, booleans, and lists and records of them. */
function copied<T>(data: T): T {
  if (ArrayBuffer.isView(data)) return (data as unknown as Vector).slice() as T;
  if (Array.isArray(data)) return data.map(copied) as T;
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([name, it]) => [name, copied(it as unknown)])) as T;
}
