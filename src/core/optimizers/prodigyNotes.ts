import { spell, steps, typed, type Note, type Values } from "../../protocol/index.ts";
import type { prodigyHyperparameters } from "./prodigyHyperparameters.ts";

export function prodigyNotes(
  {
    beta1,
    beta2,
    beta3,
    weightDecay,
    decoupledWeightDecay,
    growthRate,
    learningRate,
  }: Values<typeof prodigyHyperparameters>,
  batchSize: number,
): Note[] {
  const memory = 1 / (1 - (beta3 === 0 ? Math.sqrt(beta2) : beta3));
  const notes = [
    {
      hyperparameter: "learningRate",
      text: `no unit: a step is about dη = ${spell(learningRate)} d in each coordinate, d found from the gradients`,
    },
    {
      hyperparameter: "learningRate",
      text: `batch × k: d answers to the noise by itself; 1−β₁ and 1−β₂ × k${batchSize > 1 ? ` (here B = ${typed(batchSize)})` : ""}`,
    },
    {
      hyperparameter: "beta1",
      text: `ĝ averaged over N = 1/(1−β₁) = ${steps(1 / (1 - beta1))} steps, weighted by d`,
    },
    {
      hyperparameter: "beta2",
      text: `ĝ² averaged over N = 1/(1−β₂) = ${steps(1 / (1 - beta2))} steps, weighted by d²`,
    },
    {
      hyperparameter: "beta3",
      text: `the distance is estimated from the last N = 1/(1−β₃) = ${steps(memory)} steps; it never falls`,
    },
    { hyperparameter: "epsilon", text: "units of ĝ: multiplied by d, since the moments are those of dĝ" },
    {
      hyperparameter: "initialDistance",
      text: "units of θ; what the estimate starts from, forgotten once it has grown",
    },
  ];
  if (weightDecay > 0)
    notes.push({
      hyperparameter: "weightDecay",
      text:
        decoupledWeightDecay !== 0
          ? `θ shrinks by dηλ = ${spell(learningRate * weightDecay)} d a step, so its strength follows d`
          : "λθ joins ĝ, is divided by √v with it, and enters the estimate of the distance",
    });
  if (growthRate > 0)
    notes.push({
      hyperparameter: "growthRate",
      text: `d grows at most ${spell(growthRate)}-fold a step, a warm-up of its own`,
    });
  return notes;
}
