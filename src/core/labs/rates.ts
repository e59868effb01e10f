import { count, spellRate, type Configuration } from "../../protocol/index.ts";
import { outlineRows, outlineSteps } from "../outlineSteps.ts";
import { resolveGroups, type RunLength } from "../train.ts";

/** Rates of parameter groups that run alike: one line of the chart. */
export interface RateLine {
  /** Their names, joined: "backbone, head". */
  readonly label: string;
  /** First of them. */
  readonly group: number;
  /** In force in step t, at index t − 1, or at the steps of the outline; of a schedule that follows the loss, as long as the loss keeps falling. */
  readonly rate: Float64Array;
  readonly followsLoss: boolean;
}

/**
 * Every group's learning rate at every step, one entry for each distinct one, in the order of the groups. With "outline" a
 * long run's rates are those at some thousand steps, which is what charts can be announced from without a wait.
 */
export function rateLines(
  configuration: Configuration,
  { steps, stepsPerEpoch }: RunLength,
  rows: "all" | "outline" = "all",
): RateLine[] {
  const bare = {
    ...configuration,
    groups: configuration.groups.map(({ name, values, schedule }) => bareGroup(name, values, schedule)),
  };
  const lines: { names: string[]; group: number; outline: Float64Array; followsLoss: boolean }[] = [];
  const outlined = outlineSteps(steps, outlineRows);
  const resolved = resolveGroups(bare, bare.groups.length, { steps, stepsPerEpoch });
  resolved.forEach((group, index) => {
    const outline = Float64Array.from(outlined, (t) => group.at(t)["learningRate"]);
    const followsLoss = group.rates.observe !== undefined;
    const same = lines.find(
      (line) => line.followsLoss === followsLoss && line.outline.every((x, i) => Object.is(x, outline[i])),
    );
    if (same) same.names.push(group.name);
    else lines.push({ names: [group.name], group: index, outline, followsLoss });
  });
  const whole = (group: number) => {
    const rate = new Float64Array(steps);
    for (let t = 1; t <= steps; t++) rate[t - 1] = resolved[group].at(t)["learningRate"];
    return rate;
  };
  return lines.map(({ names, group, outline, followsLoss }) => ({
    label: lines.length === 1 ? "η" : names.length > 2 ? `${names[0]} and ${names.length - 1} more` : names.join(", "),
    group,
    rate: rows === "outline" ? outline : whole(group),
    followsLoss,
  }));
}
type Group = Configuration["groups"][number];
/** Without its size: rates do not depend on how many coordinates a group has. */
const bareGroup = (name: string, values: Group["values"], schedule: Group["schedule"]): Group =>
  schedule ? { name, values, schedule } : { name, values };

/** Highest rate of all and the first step that has it. */
export function peak<Line extends Pick<RateLine, "rate">>(
  lines: readonly Line[],
): {
  readonly rate: number;
  readonly step: number;
  readonly line: Line;
} {
  let best = { rate: -Infinity, step: 1, line: lines[0] };
  for (const line of lines)
    for (let i = 0; i < line.rate.length; i++)
      if (line.rate[i] > best.rate * (1 + 1e-12)) best = { rate: line.rate[i], step: i + 1, line };
  return best;
}

/** The name of the band around a line whose rate differs from seed to seed. */
export const bandOfRates = ({ label }: RateLine): string => `${label}, 10–90 %`;

/** "Peak η **1.00e-3** at step 300" */
export function rateInWords(lines: readonly Omit<RateLine, "followsLoss">[]): string {
  const { rate, step, line } = peak(lines);
  const own = line.rate;
  const last = own[own.length - 1];
  if (own.every((x) => Math.abs(x - rate) <= 1e-12 * rate)) return `η **${spellRate(rate)}** throughout`;
  if (step === 1) return `η falls from **${spellRate(rate)}** to ${spellRate(last)}`;
  return step === own.length
    ? `η rises to **${spellRate(rate)}**`
    : `Peak η **${spellRate(rate)}** at step ${count(step)}`;
}
