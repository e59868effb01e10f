import { spell, steps, typed } from "../../../protocol/index.ts";
import type { Note } from "../../../protocol/index.ts";
import { keras, optax, torch, transformers } from "./hyperparameters.ts";
import type { AdafactorValues } from "./hyperparameters.ts";

/** Units of the rate, and what bounds it. */
function rateNotes(h: AdafactorValues, batchSize: number): Note[] {
  const { learningRate, relativeStep, scaleParameter, warmupInit, epsilon2, arithmetic } = h;
  const about = (hyperparameter: string, text: string) => ({ hyperparameter, text });
  const notes: Note[] = [];
  const alone = arithmetic === transformers && relativeStep !== 0;
  if (alone)
    notes.push(
      about("learningRate", `not used: the rate is the lesser of ${warmupInit === 0 ? "10⁻²" : "10⁻⁶t"} and 1/√t`),
    );
  if (scaleParameter !== 0 || arithmetic === keras) {
    const rate = alone ? "that rate" : `a share ${typed(learningRate)}`;
    notes.push(about("learningRate", `relative to θ: ${rate} of a tensor's RMS in each coordinate a step`));
    notes.push(
      about("epsilon2", `units of θ: a tensor smaller than ${spell(epsilon2)} moves as if it were that large`),
    );
  } else if (!alone)
    notes.push(about("learningRate", `units of θ: about ${typed(learningRate)} a step, whatever the loss's scale`));
  const falls = arithmetic === torch ? relativeStep !== 0 : arithmetic === keras;
  if (falls && learningRate > 0 && learningRate < 1)
    notes.push(about("learningRate", `1/√t is less after 1/η² = ${steps(learningRate ** -2)} steps: η stops counting`));
  const batch = batchSize > 1 ? ` (here B = ${typed(batchSize)})` : "";
  if (!alone) notes.push(about("learningRate", `batch × k where noise dominates: η × √k${batch}`));
  return notes;
}

function decayNote(h: AdafactorValues): Note[] {
  const { learningRate, weightDecay, arithmetic } = h;
  if (weightDecay <= 0) return [];
  if (arithmetic === transformers)
    return [{ hyperparameter: "weightDecay", text: "coupled to the step: θ shrinks by λ times the step's own rate" }];
  const shrink = arithmetic === optax ? weightDecay : learningRate * weightDecay;
  const name = arithmetic === optax ? "λ (not ηλ)" : "ηλ";
  const fold = shrink > 0 ? `, e-fold in ${steps(1 / shrink)} steps` : "";
  return [{ hyperparameter: "weightDecay", text: `θ shrinks by ${name} = ${spell(shrink)} a step${fold}` }];
}

export function adafactorNotes(h: AdafactorValues, batchSize: number): Note[] {
  const { decayExponent, epsilon1, clipThreshold, beta1, factored, arithmetic } = h;
  const power = arithmetic === optax ? decayExponent : -decayExponent;
  const notes = rateNotes(h, batchSize);
  notes.push({
    hyperparameter: "decayExponent",
    text: `ĝ² averaged over N = t^${typed(power)} steps: ${steps(1000 ** power)} at t = 1,000`,
  });
  notes.push({
    hyperparameter: "epsilon1",
    text:
      arithmetic === torch
        ? `units of ĝ: √V̂ is at least ${spell(epsilon1)}`
        : `units of ĝ²: √V̂ is at least √ε₁ = ${spell(Math.sqrt(epsilon1))}`,
  });
  if (arithmetic !== optax || clipThreshold > 0)
    notes.push({
      hyperparameter: "clipThreshold",
      text: `no units: after a jump in ĝ a tensor's step is held to ${typed(clipThreshold)} times the rate, in RMS`,
    });
  if (beta1 > 0)
    notes.push({
      hyperparameter: "beta1",
      text: `steps averaged over N = 1/(1−β₁) = ${steps(1 / (1 - beta1))}, from 0 without correction; not coupled to η`,
    });
  if (factored !== 0)
    notes.push({
      hyperparameter: "factored",
      text: "keeps n + m numbers for V̂ of an n × m matrix, exact where V has rank 1",
    });
  return [...notes, ...decayNote(h)];
}
