import type { Configuration } from "../../../protocol/index.ts";
import { ensembleRoom } from "../../kernels/rooms.ts";
import { ruleShapes, type Block, type RuleName } from "../../kernels/rules.ts";
import type { Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Ensemble } from "./ensemble.ts";
import type { Law } from "./laws.ts";
import { settledSteps, type Setting } from "./setting.ts";
import type { Pair } from "./theory.ts";

/** Steps' worth of noise made at a time, and of coefficients worked out. */
const ahead = 16;
const rowsAhead = 256;
/** Stretches of a law that are remembered: its units take turns, so all are at about the same steps. */
const remembered = 8;

/**
 * Chains of two coordinates that do not meet, of a quadratic, in the kernels: SGD with a rate for each, or an optimizer that has a rule.
 * Undefined where the law is not of that kind.
 */
export function inColumns(
  it: Setting,
  law: Law,
  clip: Configuration["clip"],
  n: number,
  start: (x: Vector, y: Vector) => void,
  z: Rng,
): Ensemble | undefined {
  if (!it.quadratic || it.correlated || clip || law.P[1] !== 0 || law.P[2] !== 0) return undefined;
  const steps = law.updates ? sgdOf(law) : rowsOf(it, law);
  if (!steps) return undefined;
  const { kernel, alike, weights, rowOf, settled } = steps;
  const { width, slots } = ruleShapes[kernel];
  const room = ensembleRoom(2 * n * (3 + slots + ahead) + 2 * width * ahead + 8);
  // The first coordinate of all chains, then the second.
  const noise = room.space(2 * n * ahead);
  const theta = room.zeros(2 * n);
  const state = Array.from({ length: slots }, () => room.zeros(2 * n));
  const [curvature, deviation] = [room.zeros(2 * n), room.zeros(2 * n)];
  for (const [i, weight] of weights.entries()) {
    const variance = it.Sigma[3 * i];
    curvature.fill(weight * it.bowls[i].h, i * n, (i + 1) * n);
    deviation.fill(weight * Math.sqrt(variance), i * n, (i + 1) * n);
    if (kernel === "rmsProp") state[0].fill(variance, i * n, (i + 1) * n); // where it nearly settles
  }
  const parts = (alike ? [0] : [0, 1]).map((i) => {
    const block: Block = {
      ...{ n: alike ? 2 * n : n, replicates: 1, theta, slots: state, at: i * n },
      ...{ curvature, deviation, diagonalAt: i * n },
    };
    const rows = room.zeros(width * ahead);
    const stretch = {
      ...{ steps: 0, noise, noiseAt: 0, noiseOfStep: 2 * n, noiseOfReplicate: 0 },
      ...{ rows, rowsAt: 0, rowsOfStep: width },
    };
    return { i: i as 0 | 1, block, rows, stretch };
  });
  const [x, y] = [theta.subarray(0, n), theta.subarray(n)];
  start(x, y);
  let t = 0;
  return {
    x,
    y,
    advance(many) {
      for (let done = 0; done < many;) {
        const used = t % ahead;
        if (used === 0) z.normals(noise);
        const now = Math.min(many - done, ahead - used);
        for (const { i, block, rows, stretch } of parts) {
          if (used === 0 && (t === 0 || t < settled)) rowOf(i, t, ahead, rows);
          stretch.steps = now;
          stretch.noiseAt = 2 * n * used + i * n;
          stretch.rowsAt = width * used;
          room.rule(kernel, block, stretch);
        }
        t += now;
        done += now;
      }
    },
  };
}

/** How a law's coefficients come about. */
interface Steps {
  readonly kernel: RuleName;
  /** Both coordinates have the same coefficients. */
  readonly alike: boolean;
  /** What their gradients are multiplied with. */
  readonly weights: Pair;
  /** Those of `steps` steps after step t, of coordinate i. */
  readonly rowOf: (i: 0 | 1, t: number, steps: number, rows: Vector) => void;
  /** A step from which on they stay. */
  readonly settled: number;
}
function sgdOf({ updates, P }: Law): Steps {
  const { width } = ruleShapes.sgd;
  const rows = updates!.map(({ momentum, entering, nesterov, shrink }) => {
    const straight = momentum === 0 || nesterov ? 1 : 0;
    const through = momentum === 0 ? 0 : nesterov ? momentum : 1;
    return [1, 0, 1 - shrink, momentum, entering, straight, through, 1];
  });
  return {
    kernel: "sgd",
    alike: rows[0].every((a, k) => a === rows[1][k]),
    weights: [updates![0].rate * P[0], updates![1].rate * P[3]],
    settled: 0,
    rowOf(i, _t, steps, out) {
      for (let k = 0; k < steps; k++) out.set(rows[i], k * width);
    },
  };
}
function rowsOf({ optimizer, values }: Setting, law: Law): Steps | undefined {
  const { rule } = optimizer;
  if (!rule || !values.every((h) => rule.covers(h))) return undefined;
  const { width } = ruleShapes[rule.kernel];
  const behind = settledSteps(optimizer);
  const mine = known.get(law) ?? new Map<number, Vector>();
  known.set(law, mine);
  const stretch = (from: number): Vector => {
    const found = mine.get(from);
    if (found) return found;
    const rows = zeros(2 * rowsAhead * width);
    for (const i of [0, 1] as const)
      for (let k = 0; k < rowsAhead; k++) rule.row(behind + from + k + 1, values[i], rows, (i * rowsAhead + k) * width);
    const [oldest] = mine.keys();
    if (mine.size >= remembered) mine.delete(oldest);
    mine.set(from, rows);
    return rows;
  };
  return {
    kernel: rule.kernel,
    alike: Object.keys(values[0]).every((name) => values[0][name] === values[1][name]),
    weights: [1, 1],
    settled: Math.max(...values.map((h) => rule.settled(h))) - behind,
    rowOf(i, t, steps, rows) {
      const from = t - (t % rowsAhead);
      const at = (i * rowsAhead + t - from) * width;
      rows.set(stretch(from).subarray(at, at + steps * width));
    },
  };
}
const known = new WeakMap<Law, Map<number, Vector>>();
