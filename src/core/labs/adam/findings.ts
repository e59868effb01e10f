import { type Finding } from "../../../protocol/index.ts";
import { exp } from "../../kernels/elementary.ts";
import { compare } from "../compared.ts";
import type { Measured } from "../groups.ts";
import { largestDistance } from "./averages.ts";
import type { coupling } from "./valley.ts";
import { forms } from "./valley.ts";
import type { StreamPart } from "./work.ts";

type Coupling = ReturnType<typeof coupling>;
/** All that the units have handed over, as far as they have. */
export interface Gathered {
  /** Of the rows that are there. */
  readonly lnEps: readonly number[];
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

export function findings({ crossing, small, large, stream, momentum }: Gathered): Finding[] {
  const all: Finding[] = [];
  const plain = (quantity: string, measured: number, reason?: string): void => {
    if (Number.isFinite(measured))
      all.push({ quantity, measured, verdict: "exact", ...(reason !== undefined && { reason }) });
  };
  const slopes = (of: readonly Coupling[] | undefined, where: string, predicted: number): void => {
    if (!of) return;
    all.push(
      compare(`Slope d ln η*/d ln ε, ${where}`, { value: of[0].slope, standardError: NaN }, predicted, {
        slack: 0.2,
        reason: "0 where ε ≪ √s, 1 where ε ≫ √s; between them it rises",
      }),
    );
    of.forEach(({ regret }, k) => plain(`Price of one ${forms[k].name} for all ε, ${where}, nats`, regret));
    of.forEach(({ angle }, k) => plain(`Angle of the valley in ${forms[k].name}, ${where}, degrees`, angle));
  };
  slopes(large, "large ε", 1);
  slopes(small, "small ε", 0);
  plain("ε at which the slope is ½", exp(crossing), "above, η₀ε is less coupled than η; below, η is");
  const most = largestDistance();
  plain("Largest difference of the corrections' weights", most.tv, "at t = 1.29 N");
  if (stream) {
    plain("Largest difference of s on the data", stream.largest, `at step ${stream.at}`);
    plain("Way of θ, min(N, t) to published", stream.minToPublished, "of the way made");
    plain("Way of θ, no correction to published", stream.noneToPublished, "of the way made");
  }
  for (const { N, decoupled, coupled, exact } of momentum) {
    all.push(compare(`Var θ, N = ${N}, lr = η/N`, decoupled, exact.decoupled));
    if (N > 1) all.push(compare(`Var θ, N = ${N}, lr = η`, coupled, exact.coupled));
  }
  return all;
}
