import { typed, type Configuration, type Lists } from "../../../protocol/index.ts";
import { findOptimizer } from "../../optimizers/index.ts";
import { sgd } from "../../optimizers/sgd.ts";

/** SGD as the chains take its steps. */
export interface Rule {
  readonly learningRate: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly nesterov: boolean;
}
/** What multiplies a lasting gradient, over η: 1, or (1 − τ)/(1 − μ) with momentum. */
export const gainOf = ({ momentum, dampening }: Omit<Rule, "learningRate">): number =>
  momentum === 0 ? 1 : (1 - dampening) / (1 - momentum);

/** The rule of a configuration, its weight decay λ, and the rates it is measured at, from the configuration's own down. */
export function ruleOf({ groups }: Configuration) {
  const given: Readonly<Partial<Record<string, number>>> = groups.at(0)?.values ?? {};
  const of = (name: keyof typeof sgd.hyperparameters) => given[name] ?? sgd.hyperparameters[name].default;
  const rule: Rule = {
    learningRate: of("learningRate"),
    momentum: of("momentum"),
    dampening: of("dampening"),
    nesterov: of("nesterov") !== 0,
  };
  return { rule, decay: of("weightDecay"), rateInBuffer: of("rateInMomentum") !== 0 && rule.momentum !== 0 };
}
/** In the order they are charted: the smallest first. Each is half of the next, unless a file lists others. */
export const ratesOf = (learningRate: number, rates: number, lists: Lists = {}): Float64Array =>
  lists["rates"]
    ? Float64Array.from(lists["rates"]).sort()
    : Float64Array.from({ length: rates }, (_, k) => learningRate / 2 ** (rates - 1 - k));

/** A sentence where what a configuration asks for is not SGD with one constant rate. */
export function refuseConfiguration(configuration: Configuration): string | undefined {
  const { optimizer: name, groups, clip, around } = configuration;
  const optimizer = findOptimizer(name);
  if (!optimizer) return `${name} is read, but not simulated yet.`;
  if (optimizer.name !== "SGD")
    return `The law of the converged loss is one of SGD; ${optimizer.name} does not step along the plain gradient of its batch. Choose SGD, with or without momentum.`;
  const { rule, decay } = ruleOf(configuration);
  const values: Readonly<Partial<Record<string, number>>> = groups.at(0)?.values ?? {};
  const same = groups.every((group) =>
    Object.keys(sgd.hyperparameters).every(
      (key) => (group.values as Readonly<Partial<Record<string, number>>>)[key] === values[key],
    ),
  );
  if (!same)
    return "Parameter groups of different values have no one learning rate; give them the same, or keep one group.";
  if (!(rule.learningRate > 0 && Number.isFinite(rule.learningRate)))
    return `A converged loss needs a learning rate above 0, not ${typed(rule.learningRate)}.`;
  if (!(rule.momentum >= 0 && rule.momentum < 1))
    return `A converged loss needs a momentum from 0 to below 1, not ${typed(rule.momentum)}.`;
  if (rule.momentum !== 0 && !(rule.dampening >= 0 && rule.dampening < 1))
    return `A converged loss needs a dampening from 0 to below 1, not ${typed(rule.dampening)}.`;
  if (!(decay >= 0)) return `A converged loss needs a weight decay of 0 or more, not ${typed(decay)}.`;
  if (values["maximize"]) return "With maximize the loss grows without end; there is none to converge to.";
  if (decay > 0 && rule.momentum > 0 && values["decoupledWeightDecay"])
    return "Decoupled weight decay with momentum minimises no one loss, so that there is no L(0); couple it, or set it to 0.";
  if (clip)
    return "Clipped gradients are biased, so that the law of the converged loss does not hold; take the clipping away.";
  if (around?.sam)
    return "SAM takes its gradients beside θ and converges elsewhere; take it away to see the converged loss of SGD.";
  if (around?.lookahead || around?.average)
    return "Averaged weights converge to another loss than SGD's own; take the averaging away to see it.";
  return undefined;
}
