import { zeros, type Vector } from "../../vector.ts";
import { endSecondOrder } from "./theory.ts";
import { atOnce, RungeKutta, stepsOfFlow, type Drift } from "./flow.ts";
import { steepest, type System } from "./system.ts";

// What theory says of descent at small rates: it is the flow plus η e(t). What noise adds is in spread.ts.

/**
 * max over t ≤ T of |e(t)|, de/dt = −H e − ½ H g along the flow: descent with a small rate is off by η times it, ½|x₀|h/e on
 * a quadratic.
 */
export function* leadingDistance(system: System, time: number): Generator<undefined, number> {
  const d = system.dimension;
  const start = zeros(2 * d);
  start.set(system.start);
  const [phi, g, v, Hv] = [zeros(d), zeros(d), zeros(d), zeros(d)];
  const both: Drift = (_t, y, out) => {
    for (let i = 0; i < d; i++) phi[i] = y[i];
    system.gradient(phi, g);
    for (let i = 0; i < d; i++) v[i] = y[d + i] + 0.5 * g[i];
    system.hessianVector(phi, v, Hv);
    for (let i = 0; i < d; i++) {
      out[i] = -g[i];
      out[d + i] = -Hv[i];
    }
  };
  const steps = stepsOfFlow(128, steepest(system, system.start), time);
  const solver = new RungeKutta(both, start, time, steps);
  yield* solved(solver, 8 * system.cost);
  let largest = 0;
  for (let node = 1; node <= steps; node++) {
    let square = 0;
    for (let i = 0; i < d; i++) square += solver.y[node * 2 * d + d + i] ** 2;
    largest = Math.max(largest, square);
  }
  return Math.sqrt(largest);
}
function* solved(solver: RungeKutta, cost: number): Generator<undefined, void> {
  const few = Math.max(1, Math.floor(atOnce / cost));
  while (solver.done < solver.steps) {
    for (let k = 0; k < few; k++) solver.advance();
    yield undefined;
  }
}

/**
 * Where descent with these rates ends, to second order: dΦ/dt = −g − ½ η(t) H g for a time Σ η. Steps are joined where there
 * are many; η(t) is then Σ η²/Σ η of those joined.
 */
export function* secondOrderEnd(system: System, rates: Vector): Generator<undefined, Vector> {
  const d = system.dimension;
  const [g, Hg] = [zeros(d), zeros(d)];
  if (system.curvature) return system.start.map((x, i) => endSecondOrder(system.curvature![i], x, rates));
  let y = Float64Array.from(system.start);
  const steep = steepest(system, y);
  const joined = Math.ceil(rates.length / 60);
  for (let from = 0; from < rates.length; from += joined) {
    let [sum, squares] = [0, 0];
    for (let k = from; k < Math.min(rates.length, from + joined); k++) {
      sum += rates[k];
      squares += rates[k] * rates[k];
    }
    if (!(sum > 0)) continue;
    const drift: Drift = (_t, at, out) => {
      system.gradient(at, g);
      system.hessianVector(at, g, Hg);
      for (let i = 0; i < d; i++) out[i] = -g[i] - 0.5 * (squares / sum) * Hg[i];
    };
    const solver = new RungeKutta(drift, y, sum, Math.max(2, Math.ceil(10 * sum * steep)));
    yield* solved(solver, 8 * system.cost);
    y = solver.y.slice(solver.steps * d, (solver.steps + 1) * d);
  }
  return y;
}
