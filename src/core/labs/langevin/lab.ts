import { findOptimizer } from "../../optimizers/index.ts";
import { lab } from "../lab.ts";
import { charts } from "./charts.ts";
import { controls, exactScheme, lists, wrongControl } from "./controls.ts";
import { gather } from "./gathering.ts";
import { isLine, outlineOf } from "./setting.ts";
import { unitsOf, work } from "./work.ts";

const names = [
  "tilted well",
  "double well",
  "single well",
  "flat well",
  "soft well",
  "correlated quadratic",
  "least squares",
];
/** Steps of all chains and their SDE together that a run may take without being asked for. */
const usual = 400;

/** SGD beside the stochastic differential equation that is its model. */
export const langevin = lab({
  name: "langevin",
  title: "Langevin SDE",
  page: "langevin",
  question: "How well does dθ = −∇L dt + √(ηΣ) dW describe SGD, and what does a scheme that integrates it get wrong?",
  source:
    "Li, Tai and E 2017, arXiv:1511.06251; Mandt, Hoffman and Blei 2017, arXiv:1704.04289; Kloeden and Platen 1992, Numerical Solution of Stochastic Differential Equations",
  about:
    "SGD at a constant rate η and the Itô equation dθ = −∇L dt + √(ηΣ) dW are run from the same start, the latter with a much " +
    "smaller step. Time is the sum of learning rates. For a linear drift means and covariances are known exactly, of both; " +
    "elsewhere E θ of SGD, of the SDE, of the gradient flow and of the SDE with the drift −∇(L + η|∇L|²/4) are computed without " +
    "random numbers. The SDE is not nearer to SGD's mean than the flow is, both are off by O(η): what it adds is the variance. The " +
    "corrected drift is nearer at a fixed time, and further away at rest. Schemes are compared on the same Brownian paths. Standard " +
    "errors come from leaving out one group of chains after the other.",
  controls,
  lists,
  problems: names,
  suggest: (configuration, problem) => {
    const longest = usual * (configuration.groups.at(0)?.values["learningRate"] ?? 0.01);
    return isLine(problem)
      ? { time: Math.min(4, longest) }
      : { time: Math.min(8, longest), start: 1, scheme: exactScheme, finer: 4 };
  },
  refuse(configuration, problem, values, beside = {}) {
    const optimizer = findOptimizer(configuration.optimizer);
    if (optimizer?.name !== "SGD")
      return `The Langevin SDE is a model of SGD; ${configuration.optimizer} is another matter. Choose SGD, or look at the stationary density of ${configuration.optimizer}.`;
    const given: Readonly<Partial<Record<string, number>>> = configuration.groups.at(0)?.values ?? {};
    const { learningRate: rate = 0.01, momentum = 0, weightDecay = 0, maximize = 0 } = given;
    if (!(rate > 0 && Number.isFinite(rate))) return `The SDE needs a learning rate above 0, not ${rate}.`;
    if (momentum !== 0) return `The SDE has no memory; set momentum to 0 here, it is ${momentum}.`;
    if (weightDecay !== 0) return `Weight decay is a quadratic of its own; set it to 0 here, it is ${weightDecay}.`;
    if (maximize !== 0) return "With maximize, SGD climbs; the SDE here is that of a descent.";
    if (configuration.clip) return "A clipped gradient is not a gradient of L; the SDE is shown without clipping.";
    if (!names.includes(problem.name)) return `The Langevin SDE is not shown for "${problem.name}".`;
    const wrong = wrongControl(values, beside.lists);
    if (wrong !== undefined) return wrong;
    const line = isLine(problem);
    const variance = (problem.values as Readonly<Partial<Record<string, number>>> | undefined)?.["noise"] ?? 2;
    if (line && !(variance >= 0))
      return `The variance σ² of the noise cannot be negative; it was given as ${variance}.`;
    if (!line && values.scheme !== 0 && values.scheme !== exactScheme)
      return "In several coordinates the SDE is integrated by Euler–Maruyama or the exact OU scheme; choose one of these.";
    const straight = problem.name === "single well" || values.force === 1;
    if (line && values.scheme === exactScheme && !(straight && values.kappa === 0))
      return "The exact OU scheme needs a linear drift and constant noise; choose another scheme here.";
    if (values.time / rate > 10_000_000)
      return `T = ${values.time} takes more than 10,000,000 steps at η = ${rate}; shorten T.`;
    return undefined;
  },
  charts: (configuration, problem, values, beside = {}) =>
    charts(outlineOf(configuration, problem, values, beside.lists)),
  units: unitsOf,
  work,
  gather,
});
