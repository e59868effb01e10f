import { spell, steps, typed } from "../../protocol/index.ts";
import type { Note } from "../../protocol/index.ts";
import type { AdamValues } from "./adamStep.ts";

/** Remarks that Adam shares with its relatives: units, the batch, the windows. */
export function momentNotes(
  h: { readonly learningRate: number; readonly beta1: number; readonly beta2: number },
  batchSize: number,
  corrected = ", its start at 0 corrected",
): Note[] {
  const batch = batchSize > 1 ? ` (here B = ${typed(batchSize)})` : "";
  return [
    {
      hyperparameter: "learningRate",
      text: `units of θ: about ${typed(h.learningRate)} a step in each coordinate, whatever the loss's scale`,
    },
    {
      hyperparameter: "learningRate",
      text: `batch × k where noise dominates: η × √k, 1−β₁ and 1−β₂ × k${batch}`,
    },
    {
      hyperparameter: "beta1",
      text: `ĝ averaged over N = 1/(1−β₁) = ${steps(1 / (1 - h.beta1))} steps; not coupled to η`,
    },
    {
      hyperparameter: "beta2",
      text: `ĝ² averaged over N = 1/(1−β₂) = ${steps(1 / (1 - h.beta2))} steps${corrected}`,
    },
  ];
}

/** What ε does: below it the second moment no longer counts. */
export const epsilonNote = (learningRate: number, epsilon: number, root = "√v̂"): Note => ({
  hyperparameter: "epsilon",
  text:
    epsilon > 0
      ? `units of ĝ; where ${root} is below it, SGD at rate η/ε = ${spell(learningRate / epsilon)}`
      : "no floor: a coordinate that never had a gradient is divided by 0",
});

/** What decay does, as a penalty that is divided with the gradient, or taken from θ itself. */
export function decayNotes(learningRate: number, weightDecay: number, decoupled: boolean, by = "√v̂"): Note[] {
  if (weightDecay <= 0) return [];
  const lost = learningRate * weightDecay;
  const text = !decoupled
    ? `λθ joins ĝ and is divided by ${by} with it: small gradients decay fastest`
    : lost > 0
      ? `θ shrinks by ηλ = ${spell(lost)} a step, e-fold in ${steps(1 / lost)} steps`
      : "coupled to η: at a rate of 0 nothing decays";
  return [{ hyperparameter: "weightDecay", text }];
}

/** Adam's own and AdamW's; `decoupled` decides on the one about decay. */
export function adamNotes(h: AdamValues, batchSize: number, decoupled: boolean): Note[] {
  const corrected = h.biasCorrection2 === 0 ? ", its start at 0 left in it" : undefined;
  return [
    ...momentNotes(h, batchSize, corrected),
    epsilonNote(h.learningRate, h.epsilon),
    ...decayNotes(h.learningRate, h.weightDecay, decoupled),
    ...(h.amsgrad === 0
      ? []
      : [{ hyperparameter: "amsgrad", text: "one large gradient lowers the effective rate for the rest of the run" }]),
    ...arithmeticNotes(h),
  ];
}

/** What a library's own form changes; none in PyTorch's. */
function arithmeticNotes(h: AdamValues): Note[] {
  const notes: Note[] = [];
  const first = 1 - h.beta2;
  if (h.epsilonHat !== 0 && h.biasCorrection2 !== 0)
    notes.push({
      hyperparameter: "epsilonHat",
      text: `beside √v̂ it is ε/√(1−β₂ᵗ): ${spell(h.epsilon / Math.sqrt(first))} at the first step, ε after some ${steps(1 / first)}`,
    });
  if (h.epsilonRoot > 0)
    notes.push({
      hyperparameter: "epsilonRoot",
      text: `units of ĝ²; where v̂ is below it, SGD at rate η/(√ε_r + ε) = ${spell(h.learningRate / (Math.sqrt(h.epsilonRoot) + h.epsilon))}`,
    });
  if (h.nesterov !== 0 && h.biasCorrection !== 0)
    notes.push({
      hyperparameter: "nesterov",
      text: `the first step is 1 + β₁/(1+β₁) = ${spell(1 + h.beta1 / (1 + h.beta1))} times η`,
    });
  if (h.biasCorrection === 0) {
    const [formula, times] =
      h.biasCorrection2 === 0 ? ["(1−β₁)/√(1−β₂)", (1 - h.beta1) / Math.sqrt(first)] : ["1−β₁", 1 - h.beta1];
    notes.push({
      hyperparameter: "biasCorrection",
      text: `m starts at 0 and is not corrected: without Nesterov the first step is ${formula} = ${spell(times)} times η`,
    });
  }
  if (h.decayAfterStep !== 0 && h.weightDecay > 0)
    notes.push({ hyperparameter: "decayAfterStep", text: "the step itself shrinks by 1−ηλ, to second order in η" });
  return notes;
}
