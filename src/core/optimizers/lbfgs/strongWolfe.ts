import { dot } from "../../vector.ts";
import type { Vector } from "../../vector.ts";
import { cubicMinimum } from "./cubicMinimum.ts";

/** A point on the line: how far along it, the loss there, its gradient, and the derivative along the line. */
export interface Point {
  readonly at: number;
  readonly loss: number;
  readonly gradient: Vector;
  readonly slope: number;
}
export interface Line {
  readonly start: Point;
  readonly direction: Vector;
  /** Loss at a distance from the start; its gradient is written into `gradient`. */
  loss(at: number, gradient: Vector): number;
}
/** Decrease that is asked of the loss, as a share of what the slope promises; and of the slope, as a share of itself. */
const armijo = 1e-4;
const curvature = 0.9;
/** A bracket shorter than this, times the largest coordinate of the direction, is not divided further. */
const shortest = 1e-9;

/**
 * A step that satisfies the strong Wolfe conditions, by bracketing and then narrowing with cubics: Nocedal & Wright 2006,
 * Algorithms 3.5 and 3.6, with the safeguards and limits of PyTorch's line search. `first` is tried first; after `most`
 * trials the better end of the bracket is taken. `scratch` holds three vectors for gradients; that of the point returned is
 * one of them, or the start's own.
 */
export function strongWolfe(line: Line, first: number, most: number, scratch: readonly Vector[]): Point {
  const { start } = line;
  const flat = -curvature * start.slope;
  const aboveLine = ({ at, loss }: Point) => loss > start.loss + armijo * at * start.slope;
  /** Evaluates at a distance, with a gradient vector that neither of two points holds. */
  const look = (at: number, keep: Point, alsoKeep: Point): Point => {
    const gradient = scratch.find((it) => it !== keep.gradient && it !== alsoKeep.gradient)!;
    const loss = line.loss(at, gradient);
    return { at, loss, gradient, slope: dot(gradient, line.direction) };
  };

  let previous = start;
  let now = look(first, start, start);
  let trials = 0;
  let bracket: [Point, Point] | undefined;
  while (trials < most) {
    if (aboveLine(now) || (trials > 1 && now.loss >= previous.loss)) {
      bracket = [previous, now];
      break;
    }
    if (Math.abs(now.slope) <= flat) return now;
    if (now.slope >= 0) {
      bracket = [previous, now];
      break;
    }
    const next = cubicMinimum(previous, now, [now.at + 0.01 * (now.at - previous.at), now.at * 10]);
    previous = now;
    now = look(next, previous, start);
    trials++;
  }
  if (!bracket) return start.loss <= now.loss ? start : now;

  const widest = line.direction.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  let low = bracket[0].loss <= bracket[1].loss ? 0 : 1;
  let stalled = false;
  while (trials < most) {
    const [a, b] = bracket;
    if (Math.abs(b.at - a.at) * widest < shortest) break;
    let at = cubicMinimum(a, b);
    const left = Math.min(a.at, b.at);
    const right = Math.max(a.at, b.at);
    // Too near an end twice in a row, or beyond it: a tenth of the bracket inside that end instead.
    const margin = 0.1 * (right - left);
    const near = Math.min(right - at, at - left) < margin;
    const moved: boolean = near && (stalled || at >= right || at <= left);
    if (moved) at = Math.abs(at - right) < Math.abs(at - left) ? right - margin : left + margin;
    stalled = near && !moved;

    const trial = look(at, a, b);
    trials++;
    const lowest: Point = bracket[low];
    if (aboveLine(trial) || trial.loss >= lowest.loss) {
      bracket[1 - low] = trial;
      low = bracket[0].loss <= bracket[1].loss ? 0 : 1;
    } else {
      if (Math.abs(trial.slope) <= flat) return trial;
      if (trial.slope * (bracket[1 - low].at - lowest.at) >= 0) bracket[1 - low] = lowest;
      bracket[low] = trial;
    }
  }
  return bracket[low];
}
