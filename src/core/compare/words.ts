import { count, type Hyperparameter } from "../../protocol/index.ts";
import type { Cause } from "./causes.ts";
import { tailOf, type Differences } from "./differences.ts";

/** Switches that a library settles without a word, named by what they are about. */
const matters: Readonly<Partial<Record<string, string>>> = {
  epsilon: "epsilon",
  epsilonHat: "epsilon placement",
  epsilonInRoot: "epsilon placement",
  epsilonOutside: "epsilon placement",
  epsilonRoot: "epsilon under the root",
  rateInMomentum: "placement of the rate",
  decoupledWeightDecay: "weight-decay form",
  decayAfterStep: "order of decay and step",
  initialSecondMoment: "start of the second moment",
  initialAccumulator: "start of the accumulator",
  biasCorrection: "bias correction",
  biasCorrection2: "bias correction of the second moment",
  amsgradCorrected: "AMSGrad maximum",
  arithmetic: "form of the update",
};
/** What a hyperparameter is called in "differ by …". */
export const wordsFor = (name: string, { label }: Hyperparameter): string => matters[name] ?? label;

/** A cause, and what it does alone. */
export interface Attributed {
  readonly cause: Cause;
  readonly alone: Differences;
}
/** Causes that make at least this share of the largest one are named. */
const worthNaming = 0.1;
/** "3e-4", as one would say it: one digit, two where the first is a 1. */
export const sayDifference = (x: number): string => {
  if (x === 0) return "0";
  const digits = /^1/.test(x.toExponential()) ? 2 : 1;
  const rounded = Number(x.toPrecision(digits));
  return rounded >= 0.01 ? String(rounded) : rounded.toExponential().replace("e+", "e");
};

/** By size, those alone worth naming; all of them where none does anything alone. */
export function worthSaying(attributed: readonly Attributed[]): Attributed[] {
  const sorted = [...attributed].sort((x, y) => y.alone.largest.difference - x.alone.largest.difference);
  const most = sorted[0]?.alone.largest.difference ?? 0;
  return sorted.filter(({ alone }) => !alone.same && alone.largest.difference >= worthNaming * most);
}

/**
 * "PyTorch AdamW and Keras AdamW here differ by epsilon placement: 3e-4 at step 1, under 1e-8 after step 900." Numbers
 * stand between double asterisks.
 */
export function verdict(
  a: string,
  b: string,
  found: Differences,
  attributed: readonly Attributed[],
  where: (coordinate: number) => string | undefined = () => undefined,
): string {
  const { largest, relative, same } = found;
  if (largest.step === 0) return `${a} and ${b} cannot be compared: one of them leaves for infinity in its first step.`;
  if (same) {
    // Another library's name for the same is no difference to speak of.
    const spoken = attributed.filter(({ cause }) => cause.name !== "schedule" && cause.name !== "optimizer");
    const idle = [...new Set(spoken.map(({ cause }) => cause.words))];
    const makes = idle.length === 1 ? "makes" : "make";
    const but = idle.length > 0 ? `: ${listOf(idle)} ${makes} no difference` : "";
    return `${a} and ${b} make the same steps here, to rounding${but}.`;
  }
  const named = worthSaying(attributed).map(({ cause }) =>
    cause.from !== undefined && cause.to !== undefined && !cause.arithmetic
      ? `${cause.words} (${cause.from} and ${cause.to})`
      : cause.words,
  );
  const by = named.length > 0 ? ` by ${listOf([...new Set(named)])}` : "";
  const place = where(largest.coordinate);
  const at = `**${sayDifference(largest.difference)}** at step **${count(largest.step)}**${place === undefined ? "" : ` (${place})`}`;
  const tail = tailOf(found);
  const last = relative[relative.length - 1];
  const then = tail
    ? `, under ${tail.below.toExponential().replace("e+", "e")} after step ${count(tail.after)}`
    : Number.isNaN(last) || largest.step === relative.length
      ? ""
      : `, ${sayDifference(last)} at the last`;
  return `${a} and ${b} here differ${by}: ${at}${then}.`;
}
export const listOf = (items: readonly string[]): string =>
  items.length <= 1 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)!}`;
