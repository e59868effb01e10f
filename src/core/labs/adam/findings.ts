import { type Finding } from "../../../protocol/index.ts";
import { exp } from "../../kernels/elementary.ts";
import { compare } from "../compared.ts";
import { slopeOf, type Measured } from "../groups.ts";
import { farthest, largestDistance } from "./averages.ts";
import type { coupling } from "./valley.ts";
import { forms } from "./valley.ts";
import type { StreamPart } from "./work.ts";

type Coupling = ReturnType<typeof coupling>;
/** All that the units have handed over, as far as they have. */
export interface Gathered {
  /** Of the rows that are there. */
  readonly lnEps: readonly number[];
  /** ln η* of each. */
  readonly best: readonly number[];
  /** Steps of the second moment's window. */
  readonly N: number;
  /** Variance at rest with momentum as η → 0. */
  readonly limit: number;
  /** d ln η* / d ln ε. */
  readonly slopes: readonly number[];
  /** ln ε at which the slope passes ½. */
  readonly crossing: number;
  /** By form, over the ε below that and above. */
  readonly small: readonly Coupling[] | undefined;
  readonly large: readonly Coupling[] | undefined;
  readonly stream: StreamPart | undefined;
  readonly momentum: readonly {
    readonly N: number;
    readonly decoupled: Measured;
    readonly coupled: Measured;
    readonly exact: { readonly decoupled: number; readonly coupled: number };
  }[];
}

/** Neighbouring ε that a slope is taken over, and how far from 0 or 1 it may be there. */
const few = 3;
const nearly = 0.2;

export function findings(it: Gathered): Finding[] {
  const { crossing, small, large, stream, momentum, lnEps, best, N, limit } = it;
  const all: Finding[] = [];
  const plain = (quantity: string, measured: number, reason?: string): void => {
    if (Number.isFinite(measured))
      all.push({ quantity, measured, verdict: "exact", ...(reason !== undefined && { reason }) });
  };
  /** Of three neighbouring ε: 0 where all lie far below √s, 1 far above; between, it rises. */
  const slope = (from: number, where: string, predicted: number): void => {
    if (lnEps.length < few) return;
    const between = [from, from + 1].some((k) => {
      const step = (best[k + 1] - best[k]) / (lnEps[k + 1] - lnEps[k]);
      return Math.abs(step - predicted) > nearly;
    });
    const measured = slopeOf(lnEps.slice(from, from + few), best.slice(from, from + few));
    all.push({
      ...compare(`Slope d ln η*/d ln ε, ${where} ε`, { value: measured, standardError: NaN }, predicted, {
        slack: nearly,
        reason: "0 where ε ≪ √s, 1 where ε ≫ √s; between them it rises",
        out: between ? `ε is not far ${predicted === 1 ? "above" : "below"} √s here` : undefined,
      }),
    });
    plain(`Slope of ln η₀*, η = η₀ε, ${where} ε`, measured - 1, "decoupled where it is 0");
    plain(`Slope of ln η₀*, η = η₀/ε as printed, ${where} ε`, measured + 1, "decoupled where it is 0");
  };
  slope(lnEps.length - few, "three largest", 1);
  slope(0, "three smallest", 0);
  const prices = (of: readonly Coupling[] | undefined, where: string): void => {
    of?.forEach(({ regret }, k) => plain(`Price of one ${forms[k].name} for all ε, ${where}, nats`, regret));
    of?.forEach(({ angle }, k) => plain(`Angle of the valley in ${forms[k].name}, ${where}, degrees`, angle));
    of?.forEach(({ interaction }, k) =>
      plain(`Interaction of ε and ${forms[k].name}, ${where}`, interaction, "below 0.1 decoupled, above 0.3 coupled"),
    );
  };
  prices(large, "large ε");
  prices(small, "small ε");
  plain("ε at which the slope is ½", exp(crossing), "above, η₀ε is less coupled than η; below, η is");
  const most = largestDistance();
  plain("Largest difference of the corrections' weights", most.tv, "at t = 1.29 N, as N grows");
  if (N <= 2000) {
    const own = farthest(N);
    plain(`Largest difference of the corrections' weights, N = ${N}`, own.tv, `at t = ${own.t}`);
  }
  plain("Published weight over min(N, t), newest input at t = N, N → ∞", 1 / (1 - exp(-1)));
  plain("Published weight over min(N, t), oldest input at t = N, N → ∞", exp(-1) / (1 - exp(-1)));
  if (stream) {
    plain("Largest difference of s on the data", stream.largest, `at step ${stream.at}`);
    plain("Way of θ, min(N, t) to published", stream.minToPublished, "of the way made");
    plain("Way of θ, no correction to published", stream.noneToPublished, "of the way made");
    if (stream.ends[0].length <= 3)
      stream.ends.forEach((end, k) => {
        for (let i = 0; i < end.length; i++)
          plain(`θ${"₁₂₃"[i]} at the end, ${["min(N, t)", "published", "no correction"][k]}`, end[i]);
      });
  }
  for (const { N: window, decoupled, coupled, exact } of momentum) {
    all.push(compare(`Var θ, N = ${window}, lr = η/N`, decoupled, exact.decoupled));
    if (window > 1) all.push(compare(`Var θ, N = ${window}, lr = η`, coupled, exact.coupled));
  }
  plain("Var θ with lr = η/N as η → 0, ησ²/2h", limit);
  return all;
}
