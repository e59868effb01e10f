import { count, type Chart, type Configuration, type Series } from "../../../protocol/index.ts";
import { truthLine } from "../../truthLine.ts";
import type { RunControls } from "../runLength.ts";
import { quantities, type Quantity } from "./lines.ts";

const colours = [1, 2, 3, 4] as const;

/** The rate, and beside it whatever else is not the same at every step. */
export function charts(configuration: Configuration, run: RunControls): Chart[] {
  const { steps, stepsPerEpoch } = run;
  const x = { label: "step", scale: "linear", min: 0, max: steps, unit: "steps" } as const;
  const epochs = `${count(stepsPerEpoch)} ${stepsPerEpoch === 1 ? "step" : "steps"} an epoch`;
  return quantities(truthLine(configuration, run, "outline")).map((it): Chart => {
    const rate = it.name === "learningRate";
    const several = it.lines.length > 1 ? ", per group" : "";
    return {
      id: rate ? "rate" : it.name,
      title: rate ? "Learning rate" : (titles[it.name] ?? capital(it.label)),
      caption: rate ? `exact${several}; ${epochs}` : `exact${several}`,
      short: "exact",
      x,
      y: { label: it.symbol, scale: "linear", ...(movesFromZero(it) && { min: 0 }) },
      series: seriesOf(it),
      size: rate ? "tall" : "low",
      column: rate ? 0 : 1,
      ...(it.name === "decayPerStep" && { assumption: { text: "The share of θ that a step takes." } }),
    };
  });
}
const titles: Readonly<Partial<Record<string, string>>> = {
  momentum: "Momentum",
  beta1: "Momentum",
  weightDecay: "Weight decay",
  decayPerStep: "Weight decay per step",
};
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
/** Rates and decays are seen against 0; a momentum moves in a range of its own. */
const movesFromZero = ({ name, lines }: Quantity): boolean =>
  name !== "momentum" && name !== "beta1" && lines.every(({ column }) => column.values.every((value) => value >= 0));

const seriesOf = ({ lines }: Quantity): Series[] =>
  lines.map(({ label }, k) => ({ label, mark: "line", role: "measured", colour: colours[k % 4] }));
