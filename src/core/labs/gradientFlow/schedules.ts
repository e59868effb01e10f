import type { Configuration } from "../../../protocol/index.ts";
import { cos } from "../../kernels/elementary.ts";
import { resolveGroups } from "../../train.ts";
import type { Vector } from "../../vector.ts";
import { runControls, suggestedRun } from "../runLength.ts";
import type { Controls } from "./controls.ts";

/** Learning rates of K steps that add up to a given time, and their name. */
export interface Course {
  readonly name: string;
  readonly rates: Vector;
}

/** Rates in proportion to the weights, with the given sum. */
export function scaled(weights: Vector, total: number): Vector {
  let sum = 0;
  for (let k = 0; k < weights.length; k++) sum += weights[k];
  return weights.map((w) => (total * w) / sum);
}
const weightsOf = (steps: number, f: (k: number) => number): Vector =>
  Float64Array.from({ length: steps }, (_, k) => f(k + 1));

/** Constant, 1/(k+k₀), cosine and one drop, all with the same sum. */
export function textbook({
  scheduleSteps: K,
  total,
  offset,
  drop,
}: Pick<Controls, "scheduleSteps" | "total" | "offset" | "drop">): Course[] {
  return [
    {
      name: "constant",
      rates: scaled(
        weightsOf(K, () => 1),
        total,
      ),
    },
    {
      name: oneOver(offset),
      rates: scaled(
        weightsOf(K, (k) => 1 / (k + offset)),
        total,
      ),
    },
    {
      name: "cosine",
      rates: scaled(
        weightsOf(K, (k) => (1 + cos((Math.PI * (k - 0.5)) / K)) / 2),
        total,
      ),
    },
    {
      name: "step drop",
      rates: scaled(
        weightsOf(K, (k) => (k <= K / 2 ? 1 : drop)),
        total,
      ),
    },
  ];
}
export const oneOver = (offset: number): string => (offset === 0 ? "1/k" : `1/(k+${offset})`);

/** What the configuration's schedule is called; undefined where its rate stays. */
export function ownName({ groups }: Configuration): string | undefined {
  const name = groups.at(0)?.schedule?.name;
  return name === undefined || /^(constant|get_constant_schedule)$/.test(name) ? undefined : name;
}

/** Rates of the configuration's own schedule at K even places of its whole length; undefined where its rate stays. */
export function ownShape(configuration: Configuration, K: number): Vector | undefined {
  if (ownName(configuration) === undefined) return undefined;
  try {
    const { at, steps } = ownRun(configuration);
    return Float64Array.from({ length: K }, (_, k) => at(1 + Math.min(steps - 1, Math.floor(((k + 0.5) * steps) / K))));
  } catch {
    return undefined; // the refusal says what is wrong with it
  }
}

/** Σ η of the whole run, as long as the code says. */
export function ownTime(configuration: Configuration): { readonly sum: number; readonly steps: number } {
  const { at, steps } = ownRun(configuration);
  let sum = 0;
  for (let t = 1; t <= steps; t++) sum += at(t);
  return { sum, steps };
}

function ownRun(configuration: Configuration) {
  const { steps, stepsPerEpoch = runControls.stepsPerEpoch.default } = suggestedRun(configuration);
  const [{ name, values, schedule }] = configuration.groups;
  const single = { ...configuration, groups: [{ name, values, ...(schedule && { schedule }) }] };
  const [group] = resolveGroups(single, 1, { steps, stepsPerEpoch });
  return { steps, at: (t: number) => group.at(t)["learningRate"] };
}

/** All courses that are compared, the configuration's own first. */
export function courses(configuration: Configuration, controls: Controls): Course[] {
  const shape = ownShape(configuration, controls.scheduleSteps);
  const name = ownName(configuration);
  const some = shape?.some((rate) => rate > 0) ?? false;
  const four = textbook(controls);
  return shape && some && name !== undefined ? [{ name, rates: scaled(shape, controls.total) }, ...four] : four;
}

export const sumOfSquares = (rates: Vector): number => {
  let sum = 0;
  for (let k = 0; k < rates.length; k++) sum += rates[k] * rates[k];
  return sum;
};
