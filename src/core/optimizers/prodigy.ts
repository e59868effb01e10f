import { typed } from "../../protocol/index.ts";
import type { Values } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import type { Vector } from "../vector.ts";
import { optimizer, sizeOf, totalSize, type Part, type Shape } from "./optimizer.ts";
import { prodigyHyperparameters } from "./prodigyHyperparameters.ts";
import { prodigyNotes } from "./prodigyNotes.ts";

type H = Values<typeof prodigyHyperparameters>;
interface State {
  readonly m: Vector;
  readonly v: Vector;
  /** Coordinates the distance is estimated from, and where they started. */
  readonly sample: Uint32Array;
  readonly start: Vector;
  /** Weighted sum of gradients, at those coordinates. */
  readonly s: Vector;
  /** ⟨g, θ₀ − θ⟩, weighted and summed. */
  numerator: number;
  distance: number;
  largest: number;
  /** The distance that the newest gradient entered the moments with. */
  former: number;
  /** Steps in which something moved. */
  steps: number;
}

function init(theta: Vector, shapes: readonly Shape[], { sliceEvery, initialDistance }: H): State {
  const sample: number[] = [];
  let from = 0;
  for (const shape of shapes) {
    const to = from + sizeOf(shape);
    for (let i = from; i < to; i += sliceEvery) sample.push(i);
    from = to;
  }
  return {
    m: zeros(theta.length),
    v: zeros(theta.length),
    sample: Uint32Array.from(sample),
    start: Float64Array.from(sample, (i) => theta[i]),
    s: zeros(sample.length),
    numerator: 0,
    distance: initialDistance,
    largest: initialDistance,
    former: initialDistance,
    steps: 0,
  };
}
const correction = (steps: number, { biasCorrection, beta1, beta2 }: H): number =>
  biasCorrection === 0 ? 1 : Math.sqrt(1 - beta2 ** steps) / (1 - beta1 ** steps);

/** What one group adds to both sums behind the distance d; its moments move on the way. `lead` is the first group's h. */
function gather({ f, theta, state, h }: Part<H, State>, lead: H, d: number, rate: number, beta3: number) {
  const { m, v, s, sample, start } = state;
  const { beta1, beta2 } = lead;
  const g = f.gradient(theta).mean;
  const decay = lead.decoupledWeightDecay === 0 ? h.weightDecay : 0;
  const weight = (d / h.initialDistance) * rate;
  const entering = h.safeguardWarmup === 0 ? weight : (d / h.initialDistance) * d;
  let [along, sum] = [0, 0];
  for (let k = 0; k < sample.length; k++) {
    const i = sample[k];
    const gradient = g[i] + decay * theta[i];
    along += gradient * (start[k] - theta[i]);
    s[k] = beta3 * s[k] + entering * gradient;
    sum += Math.abs(s[k]);
  }
  const [entering1, entering2] = [d * (1 - beta1), d * d * (1 - beta2)];
  for (let i = 0; i < theta.length; i++) {
    const gradient = g[i] + decay * theta[i];
    m[i] = beta1 * m[i] + entering1 * gradient;
    v[i] = beta2 * v[i] + entering2 * gradient * gradient;
  }
  return [weight * along, sum] as const;
}

/**
 * Algorithm 4. The distance is that of all groups together; betas and the rules for d are the first group's. It must be
 * known before anything moves, and two more vectors stand behind it: about three times the time of Adam.
 */
function stepTogether(parts: readonly Part<H, State>[]): void {
  const { state: first, h: lead } = parts[0];
  let eta = 0;
  for (const { h } of parts) eta = Math.max(eta, h.learningRate);
  const odd = parts.find(({ h }) => h.learningRate !== eta && h.learningRate !== 0);
  if (odd)
    throw new Error(
      `Prodigy needs one learning rate for all groups, or 0 for some; got ${typed(odd.h.learningRate)} beside ${typed(eta)}.`,
    );
  const beta3 = lead.beta3 === 0 ? Math.sqrt(lead.beta2) : lead.beta3;
  const former = first.distance;
  const rate = former * eta * correction(first.steps + 1, lead);
  let numerator = beta3 * first.numerator;
  let denominator = 0;
  for (const part of parts) {
    if (part.h.learningRate === 0) continue;
    const [along, sum] = gather(part, lead, former, rate, beta3);
    numerator += along;
    denominator += sum;
  }
  if (denominator === 0) return; // no gradient so far, or a rate of 0
  const estimate = (lead.distanceFactor * numerator) / denominator;
  const { initialDistance } = parts[parts.length - 1].h;
  const raised = former === initialDistance ? Math.max(former, estimate) : former;
  const largest = Math.max(first.largest, estimate);
  const d = Math.min(largest, lead.growthRate === 0 ? Infinity : raised * lead.growthRate);
  for (const { f, theta, state, h } of parts) {
    state.numerator = numerator;
    state.distance = d;
    state.largest = largest;
    state.former = former;
    state.steps++;
    const { m, v } = state;
    const floor = d * h.epsilon;
    const decoupled = lead.decoupledWeightDecay !== 0;
    const keep = decoupled ? 1 - h.weightDecay * rate : 1;
    if (lead.beta1 > 0) {
      for (let i = 0; i < theta.length; i++) theta[i] = keep * theta[i] - (rate * m[i]) / (Math.sqrt(v[i]) + floor);
      continue;
    }
    // Without momentum the newest gradient itself is the step, scaled by the new distance.
    const g = f.gradient(theta).mean;
    const coupled = decoupled ? 0 : h.weightDecay;
    for (let i = 0; i < theta.length; i++) {
      const gradient = d * (g[i] + coupled * theta[i]);
      theta[i] = keep * theta[i] - (rate * gradient) / (Math.sqrt(v[i]) + floor);
    }
  }
}

/** Adam whose rate is an estimate of the distance from the start to the solution. */
export const prodigy = optimizer({
  name: "Prodigy",
  source: "Mishchenko & Defazio 2024, Algorithm 4, arXiv:2306.06101; arithmetic of the authors' prodigyopt",
  hyperparameters: prodigyHyperparameters,
  init,
  step: (f, theta, state, _t, h) => stepTogether([{ f, theta, state, h }]),
  stepTogether,
  couples: true,
  effective: "η d² / (√v + d ε), v the mean of (dĝ)²",
  effectiveLearningRate({ v, former, distance, steps: made }, _t, h, out) {
    const rate = former * h.learningRate * correction(Math.max(1, made), h) * distance;
    for (let i = 0; i < out.length; i++) out[i] = rate / (Math.sqrt(v[i]) + distance * h.epsilon);
    return out;
  },
  watch: ({ distance }) => ({ distance }),
  stateSize: ({ beta1, sliceEvery }, shapes) =>
    (beta1 > 0 ? 2 : 1) * totalSize(shapes) +
    2 * shapes.reduce((sum, shape) => sum + Math.ceil(sizeOf(shape) / sliceEvery), 0),
  annotate: prodigyNotes,
});
