import { count, type Finding } from "../../../protocol/index.ts";
import type { TruthLine } from "../../truthLine.ts";
import type { Quantity } from "./lines.ts";

/** The steps of a rate that one would look up, line by line. */
export function findings(line: TruthLine, rate: Quantity): Finding[] {
  const several = rate.lines.length > 1;
  return rate.lines.flatMap(({ label, group }) =>
    line.groups[group].keyPoints.map(({ step, what, rate: measured, from }): Finding => ({
      quantity: `${several ? `${label}: ` : ""}${what}, ${stepInWords(step, line.run.stepsPerEpoch)}`,
      measured,
      verdict: "exact",
      from: { group, names: from },
    })),
  );
}
/** "step 301 (epoch 3)": epochs that are over when the step is made. */
export const stepInWords = (step: number, stepsPerEpoch: number): string =>
  `step ${count(step)} (epoch ${count(Math.floor((step - 1) / stepsPerEpoch))})`;
