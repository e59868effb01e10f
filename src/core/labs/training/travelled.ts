import type { ParameterGroup } from "../../../protocol/index.ts";

/**
 * Σ η_t of a group in closed form, as a check on its schedule's arithmetic: t from 1 to `steps`, `each` steps to a count of
 * the schedule. Undefined where no closed form is known here, or the run does not have the length it holds for.
 */
export function travelled(
  group: ParameterGroup,
  learningRate: number,
  steps: number,
  each: number,
): number | undefined {
  const schedule = group.schedule;
  if (!schedule || schedule.name === "constant" || schedule.name === "get_constant_schedule")
    return learningRate * steps;
  const counts = steps / each;
  if (!Number.isInteger(counts)) return undefined;
  const factor = sumOfFactors(schedule.name, schedule.values, counts, learningRate);
  return factor === undefined ? undefined : each * learningRate * factor;
}

/** Σ of rate over base at counts 0 … n − 1. */
function sumOfFactors(
  name: string,
  values: Readonly<Partial<Record<string, number>>>,
  n: number,
  base: number,
): number | undefined {
  const length = positive(values["length"]) ?? n;
  const warmup = values["warmup"] ?? 0;
  const gamma = values["gamma"] ?? 0.1;
  const rising = (warmup - 1) / 2; // 0, 1/W … (W − 1)/W
  switch (name) {
    case "get_constant_schedule_with_warmup":
      return warmup >= 1 && warmup <= n ? rising + n - warmup : undefined;
    case "get_linear_schedule_with_warmup":
      return length === n && warmup < n ? (warmup > 0 ? rising : 0) + (n - warmup + 1) / 2 : undefined;
    case "get_cosine_schedule_with_warmup":
      return length === n && warmup < n && (values["cycles"] ?? 0.5) === 0.5
        ? (warmup > 0 ? rising : 0) + (n - warmup + 1) / 2
        : undefined;
    case "CosineAnnealingLR": {
      const low = (values["minimum"] ?? 0) / base;
      return length === n ? n * low + ((1 - low) * (n + 1)) / 2 : undefined;
    }
    case "ExponentialLR":
      return gamma === 1 ? n : (1 - gamma ** n) / (1 - gamma);
    case "StepLR": {
      const size = values["stepSize"];
      if (size === undefined || size < 1 || gamma === 1) return undefined;
      const whole = Math.floor(n / size);
      return (size * (1 - gamma ** whole)) / (1 - gamma) + (n - whole * size) * gamma ** whole;
    }
    default:
      return undefined;
  }
}
const positive = (x: number | undefined): number | undefined => (x !== undefined && x > 0 ? x : undefined);
