import { findOptimizer } from "../../optimizers/index.ts";
import { invalidValues } from "../../invalidValues.ts";
import { findProblem } from "../../problems/index.ts";
import { lab } from "../lab.ts";
import { charts } from "./charts.ts";
import { controls, lists, suggest, wrongControl } from "./controls.ts";
import { gather } from "./gathering.ts";
import { ruleOf } from "./rule.ts";
import { unitsOf, work } from "./work.ts";

/** SGD at several rates against the gradient flow: the sum of learning rates is time. */
export const gradientFlow = lab({
  name: "gradient flow",
  title: "Gradient flow",
  page: "gradient-flow",
  question: "Does SGD follow the gradient flow, and how far from it does it stray at this learning rate?",
  source:
    "D. McAllester, TTIC 31230 Fundamentals of Deep Learning 2020, Gradient Flow and Langevin Dynamics; Kushner and Yin 2003, Stochastic Approximation and Recursive Algorithms, ch. 8",
  about:
    "The flow dΦ/dt = −∇L(Φ) is where SGD goes as η → 0, if a step counts as the time η: the sum of learning rates is time. " +
    "SGD is run at the configuration's rate and at halvings of it, and compared with the flow at t = Σ η. Without noise the " +
    "largest distance is of order η; with noise it is of order √η. Different schedules of the same sum end near the same " +
    "point of the flow, apart by ½ h² Σ η². In N steps of the rate t/N, cut into √N blocks, the mean gradient of a block is " +
    "off by σN^(−1/4) and the whole path by tσN^(−1/2). The flow is a closed form on quadratics and a Runge–Kutta solution elsewhere.",
  controls,
  lists,
  problems: ["single well", "flat well", "double well", "tilted well", "noisy quadratic", "least squares", "logistic"],
  suggest,
  refuse(configuration, problem, values, beside = {}) {
    const optimizer = findOptimizer(configuration.optimizer);
    if (!optimizer) return `${configuration.optimizer} is read, but not simulated yet.`;
    if (optimizer.name !== "SGD")
      return `${optimizer.name} is not covered: it does not multiply the gradient by η alone, so that Σ η is no time along the gradient flow. Choose SGD.`;
    const wrong = invalidValues(configuration).at(0)?.text;
    if (wrong !== undefined) return wrong;
    const given: Readonly<Partial<Record<string, number>>> = configuration.groups.at(0)?.values ?? {};
    const { learningRate: eta, momentum, gain, decay } = ruleOf(configuration);
    if (!(eta > 0 && Number.isFinite(eta))) return `Time along the flow needs a learning rate above 0, not ${eta}.`;
    if (!(momentum >= 0 && momentum < 1)) return `The flow needs a momentum from 0 to below 1, not ${momentum}.`;
    if (!(gain > 0)) return "With a dampening of 1 only the first gradient counts; lower it to follow the flow.";
    if ((given["maximize"] ?? 0) !== 0) return "With maximize set SGD climbs; the flow is shown for descent.";
    if (decay > 0 && momentum > 0 && (given["decoupledWeightDecay"] ?? 0) !== 0)
      return "Decoupled weight decay beside momentum takes from θ at another rate than the gradient does, so that both share no flow. Set one of them to 0.";
    if (configuration.clip)
      return "Clipped gradients follow another flow than −∇L; take the clipping away to compare with it.";
    if (configuration.around?.sam ?? configuration.around?.lookahead)
      return "What is put around SGD here (SAM or Lookahead) changes the flow that it follows; take it away to compare.";
    const noise = (problem.values as Readonly<Partial<Record<string, number>>> | undefined)?.["noise"];
    const variance = noise ?? findProblem(problem.name)?.hyperparameters["noise"]?.default ?? 1;
    if (!(variance > 0))
      return `Without gradient noise SGD is gradient descent: the noise must be above 0, not ${variance}.`;
    return wrongControl(values, eta, gain, beside.lists);
  },
  charts,
  units: unitsOf,
  work,
  gather,
});
