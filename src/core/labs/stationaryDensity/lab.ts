import { findOptimizer } from "../../optimizers/index.ts";
import { findProblem } from "../../problems/index.ts";
import { lab } from "../lab.ts";
import { charts } from "./charts.ts";
import { controls, wrongControl } from "./controls.ts";
import { gather } from "./gathering.ts";
import { reliefNames } from "./relief.ts";
import { setting } from "./setting.ts";
import { tasks, work } from "./work.ts";

/** The law of one parameter after a long time at a constant rate, against Gibbs. */
export const stationaryDensity = lab({
  name: "stationary density",
  title: "Stationary density",
  page: "stationary-density",
  question: "Into which law does one parameter settle, and at which temperature?",
  source:
    "D. McAllester, TTIC 31230 Fundamentals of Deep Learning 2020, Gradient Flow and Langevin Dynamics; Mandt, Hoffman and Blei 2017, " +
    "arXiv:1704.04289; H. A. Kramers, Brownian motion in a field of force, Physica 1940",
  about:
    "With gradient noise of constant variance σ², SGD at a small constant rate η settles into Gibbs, p ∝ exp(−L/(α η σ²)) " +
    "with α = ½: the temperature is ησ²/2, whatever the shape of the noise. The notes print α ≈ 1/10; no derivation leads " +
    "there, and the measurement shows both. Thousands of independent chains are run, half of them from each well, and looked " +
    "at after they have settled, at this η and at others. α is one over the slope of −ln p on L/(ησ²); standard errors come " +
    "from leaving out one group of chains after the other. At a finite η the chain's own law, solved for directly, says what α " +
    "should be. Where the noise depends on θ, the limit is Itô's law and no Gibbs. Chains that start in one well are timed as " +
    "they leave it, against Fokker–Planck and Kramers. The loss may be any formula.",
  controls,
  problems: reliefNames,
  suggest: () => ({}),
  refuse(configuration, problem, values) {
    const optimizer = findOptimizer(configuration.optimizer);
    if (!optimizer) return `${configuration.optimizer} is read, but not simulated yet.`;
    if (optimizer.couples)
      return `${optimizer.name} moves each parameter by what the others do; the stationary density is shown for one.`;
    if (optimizer.curvature)
      return `${optimizer.name} asks for second derivatives, which this lab's chains do not have.`;
    if (!optimizer.effectiveLearningRate)
      return `${optimizer.name} has no rate that multiplies the gradient, from which a density could be predicted.`;
    if (!reliefNames.includes(problem.name))
      return `The stationary density is shown for one parameter; "${problem.name}" is not a problem of one.`;
    const given: Readonly<Partial<Record<string, number>>> = configuration.groups.at(0)?.values ?? {};
    const rate = given["learningRate"] ?? optimizer.hyperparameters["learningRate"].default;
    if (!(rate > 0 && Number.isFinite(rate))) return `A stationary density needs a learning rate above 0, not ${rate}.`;
    if ((given["momentum"] ?? 0) >= 1 || (given["momentum"] ?? 0) < 0)
      return `A stationary density needs a momentum from 0 to below 1, not ${given["momentum"] ?? 0}.`;
    const noise = (problem.values as Readonly<Partial<Record<string, number>>> | undefined)?.["noise"];
    const variance = noise ?? findProblem(problem.name)?.hyperparameters["noise"].default ?? NaN;
    if (!(variance > 0)) return `Without gradient noise nothing spreads: σ² must be above 0, not ${variance}.`;
    const wrong = wrongControl(values);
    if (wrong !== undefined) return wrong;
    try {
      const it = setting(configuration, problem, values);
      return it.spread && values.walkers > 0
        ? "The Metropolis chains sample Gibbs, which needs noise of constant variance: set them to 0 or the growth κ to 0."
        : undefined;
    } catch (error) {
      return (error as Error).message; // a formula that cannot be run with says why
    }
  },
  charts,
  units: ({ configuration, problem, controls: values }) =>
    tasks(values, setting(configuration, problem, values)).length,
  work,
  gather,
});
