import { correlatedQuadratic } from "./correlatedQuadratic.ts";
import { formulaLoss } from "./formulaLoss.ts";
import { givenNetwork } from "./givenNetwork.ts";
import { gradients } from "./gradients.ts";
import { leastSquares } from "./leastSquares.ts";
import { logisticData } from "./logisticData.ts";
import { logisticRegression } from "./logisticRegression.ts";
import { matrixLeastSquares } from "./matrixLeastSquares.ts";
import { networkDigits } from "./networkDigits.ts";
import { noisyQuadratic } from "./noisyQuadratic.ts";
import type { Problem } from "./problem.ts";
import { quadratic } from "./quadratic.ts";
import { rosenbrock } from "./rosenbrock.ts";
import { softWell } from "./softWell.ts";
import { softmaxDigits } from "./softmaxDigits.ts";
import { softmaxRegression } from "./softmaxRegression.ts";
import { unequalNoise, unequalNoiseQuartic } from "./unequalNoise.ts";
import { wellProblems } from "./wells.ts";

export type { Problem } from "./problem.ts";

/** In the order a reader would learn them; those given by an experiment file's data come last. */
export const problems: readonly Problem[] = [
  noisyQuadratic,
  ...wellProblems,
  softWell,
  formulaLoss,
  unequalNoise,
  unequalNoiseQuartic,
  correlatedQuadratic,
  softmaxDigits,
  networkDigits,
  leastSquares,
  logisticData,
  gradients,
  quadratic,
  rosenbrock,
  softmaxRegression,
  logisticRegression,
  givenNetwork,
  matrixLeastSquares,
] as readonly Problem[];

export const findProblem = (name: string): Problem | undefined => problems.find((problem) => problem.name === name);
