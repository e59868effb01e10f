import type { ProblemConfiguration } from "../../../protocol/index.ts";
import type { BlockFormula } from "../../blockFormula.ts";
import { typedLoss } from "../../problems/formulaLoss.ts";
import type { Quartic } from "../../problems/polynomial.ts";
import type { Landscape, Survey } from "../../problems/survey.ts";
import { landscapeOf, slopeOf, wells } from "../../problems/wells.ts";
import { zeros } from "../../vector.ts";

/** A loss of one coordinate and how its noise grows with the place, with all that a run asks of them. */
export interface Relief extends Survey {
  readonly title: string;
  readonly formula: string;
  /** What the picture of it shows: "two wells and a barrier of ¼". */
  readonly shape: string;
  /** With the optimizer's weight decay in it, for that is a well of its own: λθ²/2. */
  readonly landscape: Landscape;
  /** Where it is a polynomial of at most the fourth degree: what the compiled kernel steps on. */
  readonly coefficients?: Quartic;
  /** L′ of the loss alone and with the decay, at n places. */
  slopes(n: number, decay: number): BlockFormula;
  /** v(θ) of the problem's own, where the noise's variance is σ² v(θ). */
  readonly spread?: {
    readonly formula: string;
    readonly at: (x: number) => number;
    readonly block: (n: number) => BlockFormula;
  };
}

/** Names of the problems whose losses these are. */
export const reliefNames: readonly string[] = [...wells.map(({ name }) => name), "formula"];

/** Throws a sentence where the loss is a formula that cannot be run with. */
export function reliefOf(problem: ProblemConfiguration, decay: number): Relief {
  if (problem.name === "formula") return typed(problem, decay);
  const well = wells.find(({ name }) => name === problem.name) ?? wells[0];
  const { title, formula, shape, minima, saddle } = well;
  const coefficients = decayed(well.coefficients, decay);
  return {
    title,
    formula,
    shape,
    minima,
    ...(saddle !== undefined && { saddle }),
    coefficients,
    landscape: landscapeOf(coefficients),
    slopes(n, added) {
      const out = zeros(n);
      const own = decayed(well.coefficients, added);
      return (x) => {
        for (let i = 0; i < n; i++) out[i] = slopeOf(own, x[i]);
        return out;
      };
    },
  };
}
const decayed = ([a0, a1, a2, a3, a4]: Quartic, decay: number): Quartic => [a0, a1, a2 + decay / 2, a3, a4];

const counts = ["no well", "one well", "two wells", "three wells", "four wells"];
function typed({ data }: ProblemConfiguration, decay: number): Relief {
  const typedIn = typedLoss(data);
  const { formula, landscape: own, minima, saddle, coefficients, spread } = typedIn;
  const many = counts.at(minima.length) ?? `${minima.length} wells`;
  return {
    title: "A formula",
    formula,
    shape: many,
    minima,
    ...(saddle !== undefined && { saddle }),
    ...(coefficients && { coefficients: decayed(coefficients, decay) }),
    landscape: {
      height: (x) => own.height(x) + 0.5 * decay * x * x,
      slope: (x) => own.slope(x) + decay * x,
      curvature: (x) => own.curvature(x) + decay,
    },
    slopes(n, added) {
      const gradient = typedIn.slopes(n);
      if (added === 0) return gradient;
      const out = zeros(n);
      return (x) => {
        const g = gradient(x);
        for (let i = 0; i < n; i++) out[i] = g[i] + added * x[i];
        return out;
      };
    },
    ...(spread && { spread }),
  };
}
