import { spell, steps } from "../../protocol/index.ts";
import type { Note, Values } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import { adamHyperparameters, epsilonRoot, nesterovMoment } from "./adamHyperparameters.ts";
import { decayNotes, epsilonNote, momentNotes } from "./adamNotes.ts";
import { decoupledDecay, maximize, weightDecay } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";

const hyperparameters = {
  ...adamHyperparameters,
  weightDecay: weightDecay({ meaning: "Adds λθ to the gradient, before both moments.", default: 0, unit: "ĝ/θ" }),
  decoupledWeightDecay: decoupledDecay,
  maximize,
  arithmetic: {
    symbol: "lib",
    label: "arithmetic",
    meaning: "Whose: PyTorch adds ε beside √v and rectifies above the threshold; optax adds it beside √v̂, from it on.",
    default: 0,
    range: [0, 1],
    scale: "choice",
    choices: ["torch", "optax"],
    arithmetic: true,
  },
  epsilonRoot,
  threshold: {
    symbol: "ρ₀",
    label: "threshold of ρ",
    meaning:
      "Length of the average of ĝ² in steps from which the second moment is trusted; until then m̂ is not divided.",
    default: 5,
    range: [4, 20],
    scale: "linear",
    unit: "steps",
    // Below 4 the rectification is the root of a negative number.
    valid: { least: 4 },
    arithmetic: true,
  },
  nesterov: nesterovMoment,
} as const;
type RAdamValues = Values<typeof hyperparameters>;

/** ρ_∞, the longest that the average of ĝ² becomes, in steps of a plain average. */
const longest = (beta2: number): number => 2 / (1 - beta2) - 1;
/** ρ_t, its length after t steps. */
const lengthAt = (t: number, beta2: number): number => longest(beta2) - (2 * t * beta2 ** t) / (1 - beta2 ** t);
/** Whether step t divides by √v̂. */
function rectifies(t: number, { beta2, threshold, arithmetic }: RAdamValues): boolean {
  const length = lengthAt(t, beta2);
  return arithmetic === 0 ? length > threshold : length >= threshold;
}
/** r_t: by how much the variance of 1/√v̂ exceeds that of the full average. */
function rectification(t: number, beta2: number): number {
  const [now, full] = [lengthAt(t, beta2), longest(beta2)];
  return Math.sqrt(((now - 4) * (now - 2) * full) / ((full - 4) * (full - 2) * now));
}
/** The ε that stands beside √v̂: PyTorch's stands beside √v, so that the correction divides it too. */
const floorOf = ({ epsilon, arithmetic }: RAdamValues, rootCorrection: number): number =>
  arithmetic === 0 ? epsilon * rootCorrection : epsilon;

/** Adam that walks without dividing until its second moment is an average of enough steps, and rectifies it from then on. */
export const rAdam = optimizer({
  name: "RAdam",
  source: "Liu et al. 2020, Algorithm 2, arXiv:1908.03265; arithmetic of torch.optim.RAdam (PyTorch 2)",
  hyperparameters,
  init: (theta) => ({ m: zeros(theta.length), v: zeros(theta.length) }),
  step(f, theta, { m, v }, t, h) {
    const g = f.gradient(theta).mean;
    const { learningRate, beta1, beta2, epsilonRoot: floorOfSquare } = h;
    const sign = h.maximize === 0 ? 1 : -1;
    const decoupled = h.decoupledWeightDecay !== 0;
    const decay = decoupled ? 0 : h.weightDecay;
    const keep = decoupled ? 1 - learningRate * h.weightDecay : 1;
    const divides = rectifies(t, h);
    const eta = divides ? learningRate * rectification(t, beta2) : learningRate;
    const ahead = h.nesterov !== 0;
    const ofM = ahead ? (eta * beta1) / (1 - beta1 ** (t + 1)) : eta / (1 - beta1 ** t);
    const ofG = ahead ? (eta * (1 - beta1)) / (1 - beta1 ** t) : 0;
    const correction = 1 / (1 - beta2 ** t);
    const root = divides ? 1 : 0;
    const floor = divides ? floorOf(h, Math.sqrt(correction)) : 1;
    for (let i = 0; i < theta.length; i++) {
      const d = sign * g[i] + decay * theta[i];
      m[i] += (1 - beta1) * (d - m[i]);
      v[i] = beta2 * v[i] + (1 - beta2) * d * d;
      const divisor = root * Math.sqrt(correction * v[i] + floorOfSquare) + floor;
      theta[i] = keep * theta[i] - (ofM * m[i] + ofG * d) / divisor;
    }
  },
  effective: "η until ρ reaches its threshold, then η r / (√v̂ + ε)",
  effectiveLearningRate({ v }, t, h, out) {
    if (!rectifies(t, h)) return out.fill(h.learningRate);
    const eta = h.learningRate * rectification(t, h.beta2);
    const correction = 1 / (1 - h.beta2 ** t);
    const floor = floorOf(h, Math.sqrt(correction));
    for (let i = 0; i < out.length; i++) out[i] = eta / (Math.sqrt(correction * v[i] + h.epsilonRoot) + floor);
    return out;
  },
  stateSize: (_h, shapes) => 2 * totalSize(shapes),
  annotate: (h, batchSize): Note[] => [
    ...momentNotes(h, batchSize),
    { hyperparameter: "beta2", text: warmUp(h) },
    epsilonNote(h.learningRate, h.epsilon),
    ...decayNotes(h.learningRate, h.weightDecay, h.decoupledWeightDecay !== 0),
  ],
});

/** ρ_t grows with t, to ρ_∞. */
function warmUp(h: RAdamValues): string {
  if (longest(h.beta2) <= h.threshold)
    return `ρ grows to ${spell(longest(h.beta2))}, within its threshold: SGD with momentum throughout, η in units of θ²/loss`;
  let t = 1;
  while (!rectifies(t, h)) t++;
  return `the first ${steps(t - 1)} steps are SGD with momentum at η, the next is Adam's times r = ${spell(rectification(t, h.beta2))}`;
}
