import type { Configuration } from "../../../protocol/index.ts";
import { sgd } from "../../optimizers/sgd.ts";
import type { Vector } from "../../vector.ts";

/** SGD as it is set, and how far it goes along the flow. */
export interface Rule {
  readonly learningRate: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly nesterov: boolean;
  readonly rateInMomentum: boolean;
  /** λ of a penalty ½λ|θ|². */
  readonly decay: number;
  /** A lasting gradient moves θ by η times this a step: 1/(1−μ) with momentum. */
  readonly gain: number;
}

export function ruleOf({ groups }: Configuration): Rule {
  const given: Readonly<Partial<Record<string, number>>> = groups.at(0)?.values ?? {};
  const value = (name: keyof typeof sgd.hyperparameters) => given[name] ?? sgd.hyperparameters[name].default;
  const [momentum, dampening] = [value("momentum"), value("dampening")];
  const nesterov = value("nesterov") !== 0 && momentum !== 0;
  const lasting = (1 - dampening) / (1 - momentum);
  return {
    learningRate: value("learningRate"),
    momentum,
    dampening,
    nesterov,
    rateInMomentum: value("rateInMomentum") !== 0,
    decay: value("weightDecay"),
    gain: momentum === 0 ? 1 : nesterov ? 1 + momentum * lasting : lasting,
  };
}

/** One step of the chain whose coordinates begin at `at`, with the gradient g, as PyTorch and Keras make it. */
export function advance(
  { momentum, dampening, nesterov, rateInMomentum }: Rule,
  theta: Vector,
  buffer: Vector,
  at: number,
  g: Vector,
  eta: number,
  first: boolean,
): void {
  const d = g.length;
  if (momentum === 0) {
    for (let i = 0; i < d; i++) theta[at + i] -= eta * g[i];
    return;
  }
  const inside = rateInMomentum ? eta : 1;
  const outside = rateInMomentum ? 1 : eta;
  const entering = inside * (first ? 1 : 1 - dampening); // the first buffer is g itself
  for (let i = 0; i < d; i++) {
    const b = (buffer[at + i] = momentum * buffer[at + i] + entering * g[i]);
    theta[at + i] -= outside * (nesterov ? inside * g[i] + momentum * b : b);
  }
}
