import { compileBlock, type BlockFormula } from "../blockFormula.ts";
import { derivative } from "../derivative.ts";
import { compile, type Closure, type Expression } from "../expression.ts";
import { parseExpression } from "../formula.ts";
import type { Rng } from "../rng.ts";
import { zeros, type Vector } from "../vector.ts";
import { normalNoise } from "./normalNoise.ts";
import { checkVariance, noise, smoothOf, watched } from "./oneCoordinate.ts";
import { quarticOf, type Quartic } from "./polynomial.ts";
import { problem, type Batch, type ProblemData } from "./problem.ts";
import { survey, type Landscape, type Survey } from "./survey.ts";

/** A loss of one coordinate that somebody has typed, and how its noise grows with the place. */
export interface TypedLoss extends Survey {
  readonly formula: string;
  readonly landscape: Landscape;
  /** Where it is a polynomial of at most the fourth degree. */
  readonly coefficients?: Quartic;
  /** L′ at n places. */
  slopes(n: number): BlockFormula;
  /** What multiplies σ²; absent where it is 1 everywhere. */
  readonly spread?: {
    readonly formula: string;
    readonly at: Closure;
    readonly slope: Closure;
    readonly block: (n: number) => BlockFormula;
  };
}

const texts = {
  loss: {
    symbol: "L(θ)",
    label: "loss",
    meaning: "The loss as a formula in θ (or x), as Python or papers write it: (x^2 - 1)^2 / 4 + 0.1*sin(3*x).",
    default: "(x^2 - 1)^2 / 4 + 0.1*sin(3*x)",
  },
  spread: {
    symbol: "σ²(θ)/σ²",
    label: "noise",
    meaning: "What multiplies the noise's variance at θ, a formula above 0: 1 + x^2. 1 where the noise is constant.",
    default: "1",
  },
} as const;

/** Longer formulas are no losses of one coordinate. */
const longest = 500;

function read(name: keyof typeof texts, given: ProblemData["given"]): { text: string; tree: Expression } {
  const written = given?.[name] ?? texts[name].default;
  if (typeof written !== "string")
    throw new Error(`"${name}" must be a formula in quotes, such as "${texts[name].default}".`);
  const text = written.trim();
  if (text.length > longest)
    throw new Error(`The formula of "${name}" has ${text.length} characters; ${longest} are read.`);
  try {
    return { text, tree: parseExpression(text, "θ", { also: ["x", "theta"], caret: true }) };
  } catch (error) {
    throw new Error(`The formula of the ${texts[name].label} does not read. ${(error as Error).message}`, {
      cause: error,
    });
  }
}

let latest: { readonly key: string; readonly typed: TypedLoss } | undefined;
/** What `data` says: `loss` and `spread`. Throws a sentence where one of them is no formula, or the loss has no minimum. */
export function typedLoss(given: ProblemData["given"]): TypedLoss {
  const unknown = Object.keys(given ?? {}).find((name) => !(name in texts));
  if (unknown !== undefined)
    throw new Error(`The problem "formula" has no "${unknown}"; it has "loss", "spread" and "noise".`);
  const [loss, spread] = [read("loss", given), read("spread", given)];
  const key = `${loss.text}\n${spread.text}`;
  // Every unit of a run asks for the same.
  if (latest?.key !== key) latest = { key, typed: make(loss, spread) };
  return latest.typed;
}
function make(loss: ReturnType<typeof read>, spread: ReturnType<typeof read>): TypedLoss {
  const slope = derivative(loss.tree);
  const landscape = { height: compile(loss.tree), slope: compile(slope), curvature: compile(derivative(slope)) };
  const found = survey(landscape, loss.text);
  const coefficients = quarticOf(loss.tree);
  const constant = spread.tree.kind === "number" && spread.tree.value === 1;
  const at = compile(spread.tree);
  if (!constant) checkSpread(at, spread.text, found);
  return {
    formula: loss.text,
    landscape,
    ...found,
    ...(coefficients && { coefficients }),
    slopes: (n) => compileBlock(slope, n),
    ...(!constant && {
      spread: {
        formula: spread.text,
        at,
        slope: compile(derivative(spread.tree)),
        block: (n: number) => compileBlock(spread.tree, n),
      },
    }),
  };
}
/** A variance is above 0: looked at near the minima and far out. */
function checkSpread(at: Closure, text: string, { minima }: Survey): void {
  const [first, last] = [minima[0], minima[minima.length - 1]];
  for (let k = -1000; k <= 1000; k++) {
    const x = (first + last) / 2 + (k * k * k * (last - first + 2)) / 1e7;
    if (!(at(x) > 0))
      throw new Error(
        `The noise ${text} is ${Number(at(x).toPrecision(3))} at θ = ${Number(x.toPrecision(3))}; a variance must be above 0.`,
      );
  }
}

/** A loss of one coordinate by its formula, with normal gradient noise. */
export const formulaLoss = problem({
  name: "formula",
  title: "A formula of your own",
  source: "The theory of stationary densities holds for any loss that confines θ",
  texts,
  hyperparameters: { noise },
  loss: "exact",
  unbounded: true, // its minimum may lie below 0
  watched,
  describe: (_, data) => `L = ${read("loss", data?.given).text}, one coordinate.`,
  carriesOver: "Carries over where one direction is independent of the others.",
  prepare({ noise: variance }, { given }) {
    checkVariance(variance);
    const { landscape, minima, spread } = typedLoss(given);
    const smooth = smoothOf(landscape);
    const sigma = Math.sqrt(variance);
    const [first, last] = [minima[0], minima[minima.length - 1]];
    return (rng) => {
      const start = zeros(1);
      start[0] = (first + last) / 2 + Math.max(1.5, 0.75 * (last - first)) * (2 * rng.uniform() - 1);
      return {
        dimension: 1,
        start,
        minimum: Math.min(...minima.map(landscape.height)),
        ...(!spread && { noiseVariance: Float64Array.of(variance) }),
        watched: watched(),
        loss: (theta) => smooth.loss(theta),
        draw: spread ? withSpread(landscape, spread, sigma) : normalNoise(smooth, Float64Array.of(sigma)),
      };
    };
  },
});

/** Draws of L′(θ) + √(v(θ)) σ z. */
function withSpread(
  { height, slope, curvature }: Landscape,
  { at, slope: slopeOf }: NonNullable<TypedLoss["spread"]>,
  sigma: number,
): (z: Rng, batchSize: number) => Batch {
  const nothing = (_: Vector, out: Vector) => void out.fill(0);
  const noiseAlone = normalNoise(
    { loss: () => 0, gradient: nothing, hessianVector: (_, __, out) => void out.fill(0) },
    Float64Array.of(sigma),
  );
  const mean = zeros(1);
  const meanSquare = zeros(1);
  return (z, batchSize) => {
    const batch = noiseAlone(z, batchSize);
    return {
      loss: (theta) => height(theta[0]),
      gradient(theta) {
        const drawn = batch.gradient(theta);
        const v = at(theta[0]);
        mean[0] = slope(theta[0]) + Math.sqrt(v) * drawn.mean[0];
        return {
          mean,
          get meanSquare() {
            meanSquare[0] = mean[0] ** 2 + v * (drawn.meanSquare[0] - drawn.mean[0] ** 2);
            return meanSquare;
          },
        };
      },
      hessianVector(theta, v, out) {
        const x = theta[0];
        const grows = (slopeOf(x) / (2 * Math.sqrt(at(x)))) * batch.gradient(theta).mean[0];
        out[0] = (curvature(x) + grows) * v[0];
        return out;
      },
    };
  };
}
