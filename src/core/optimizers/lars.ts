import { spell, steps, typed } from "../../protocol/index.ts";
import type { Values } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import type { Vector } from "../vector.ts";
import { larsHyperparameters } from "./larsHyperparameters.ts";
import { optimizer, totalSize } from "./optimizer.ts";
import { edgesOf, normWithin } from "./trustRatio.ts";

type H = Values<typeof larsHyperparameters>;

/** The trust ratio of one tensor; 1 where a norm is 0, and where it does not act. */
function trust(g: Vector, theta: Vector, from: number, to: number, h: H): number {
  const { learningRate, weightDecay, trustCoefficient, epsilon } = h;
  const theirs = h.arithmetic === 0;
  if (theirs && weightDecay === 0 && h.alwaysAdapt === 0) return 1;
  const weights = normWithin(theta, from, to);
  const gradient = theirs ? normWithin(g, from, to) : decayedNorm(g, theta, from, to, weightDecay);
  const below = theirs ? gradient + weights * weightDecay + epsilon : gradient + epsilon;
  const ratio = weights > 0 && gradient > 0 ? (trustCoefficient * weights) / below : 1;
  return theirs && h.trustClip !== 0 ? Math.min(ratio / learningRate, 1) : ratio;
}
function decayedNorm(g: Vector, theta: Vector, from: number, to: number, decay: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += (g[i] + decay * theta[i]) ** 2;
  return Math.sqrt(sum);
}

/** SGD with momentum in which every tensor has a rate of its own, in proportion to ‖θ‖/‖ĝ‖. */
export const lars = optimizer({
  name: "LARS",
  source: "You, Gitman & Ginsburg 2017, Algorithm 1, arXiv:1708.03888; arithmetic of timm.optim.Lars (timm 1.0)",
  hyperparameters: larsHyperparameters,
  init: (theta, shapes) => ({
    b: zeros(theta.length),
    started: false,
    edges: edgesOf(shapes),
    ratios: zeros(shapes.length).fill(1),
  }),
  step(f, theta, state, _t, h) {
    const g = f.gradient(theta).mean;
    const { b, edges, ratios } = state;
    const { learningRate, momentum, weightDecay } = h;
    // optax's buffer holds the rate, and is never dampened.
    const inside = h.arithmetic === 0 ? 1 : learningRate;
    const outside = h.arithmetic === 0 ? learningRate : 1;
    const kept = state.started ? momentum : 0;
    const entering = state.started && h.arithmetic === 0 ? 1 - h.dampening : 1;
    if (momentum !== 0) state.started = true;
    for (let k = 0; k < ratios.length; k++) {
      const [from, to] = [edges[k], edges[k + 1]];
      const ratio = (ratios[k] = trust(g, theta, from, to, h));
      const scale = inside * ratio;
      if (momentum === 0) for (let i = from; i < to; i++) theta[i] -= outside * scale * (g[i] + weightDecay * theta[i]);
      else if (h.nesterov === 0)
        for (let i = from; i < to; i++) {
          b[i] = kept * b[i] + entering * scale * (g[i] + weightDecay * theta[i]);
          theta[i] -= outside * b[i];
        }
      else
        for (let i = from; i < to; i++) {
          const d = scale * (g[i] + weightDecay * theta[i]);
          b[i] = kept * b[i] + entering * d;
          theta[i] -= outside * (d + momentum * b[i]);
        }
    }
  },
  couples: true,
  effective: "η r, r = κ‖θ‖ / (‖ĝ‖ + λ‖θ‖) of each tensor",
  effectiveLearningRate({ edges, ratios }, _t, { learningRate }, out) {
    for (let k = 0; k < ratios.length; k++) out.fill(learningRate * ratios[k], edges[k], edges[k + 1]);
    return out;
  },
  stateSize: ({ momentum }, shapes) => (momentum === 0 ? 0 : totalSize(shapes)),
  annotate(h, batchSize) {
    const { learningRate, momentum, dampening, weightDecay, trustCoefficient, epsilon } = h;
    const adapts = weightDecay > 0 || h.alwaysAdapt !== 0 || h.arithmetic !== 0;
    const batch = batchSize > 1 ? ` (here B = ${typed(batchSize)})` : "";
    const notes = [
      {
        hyperparameter: "learningRate",
        text: adapts
          ? `a share of ‖θ‖: at most ηκ = ${spell(learningRate * trustCoefficient)} of its own norm a step in each tensor, whatever the scales of loss and θ`
          : "units of θ²/loss, as in SGD: without weight decay no trust ratio acts, unless it always does",
      },
      {
        hyperparameter: "learningRate",
        text: `batch × k: the length of a step hangs on ‖ĝ‖ and so on its noise; η × √k to × k, with warm-up${batch}`,
      },
      {
        hyperparameter: "trustCoefficient",
        text: adapts ? "coupled to η: only ηκ counts, except where η bounds the rate" : "not in force here",
      },
      {
        hyperparameter: "epsilon",
        text: `units of ‖ĝ‖: a tensor whose gradient is below ${spell(epsilon)} stands still`,
      },
    ];
    if (momentum > 0 && momentum < 1)
      notes.push({
        hyperparameter: "momentum",
        text:
          `averages over N = 1/(1−μ) = ${steps(1 / (1 - momentum))} steps; coupled to η: ` +
          `${spell((learningRate * (1 - dampening)) / (1 - momentum))} in the long run`,
      });
    if (weightDecay > 0)
      notes.push({
        hyperparameter: "weightDecay",
        text: "λθ joins ĝ under the same trust ratio: where it outweighs ĝ, the tensor shrinks by ηκ a step, whatever λ",
      });
    return notes;
  },
});
