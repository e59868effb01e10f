import { spell, steps, typed } from "../../protocol/index.ts";
import type { Note } from "../../protocol/index.ts";
import { decayNotes } from "./adamNotes.ts";
import type { RmsPropValues } from "./rmsPropHyperparameters.ts";

/** Units, windows, couplings. */
export function rmsPropNotes(h: RmsPropValues, batchSize: number): Note[] {
  const { learningRate: eta, beta2, epsilon, momentum: mu } = h;
  const window = 1 / (1 - beta2);
  const averaged = `ĝ² averaged over N = 1/(1−β₂) = ${steps(window)} steps`;
  const start =
    h.biasCorrection !== 0
      ? ", its start corrected"
      : h.initialSecondMoment > 0
        ? `; starts at ${typed(h.initialSecondMoment)}, so where ĝ² is less the first steps are small`
        : `; starts at 0, so the first step is η√N = ${spell(eta * Math.sqrt(window))}`;
  const notes: Note[] = [
    {
      hyperparameter: "learningRate",
      text: "units of θ: about η a step in each coordinate, whatever the loss's scale",
    },
    {
      hyperparameter: "learningRate",
      text: `batch × k where noise dominates: η × √k, 1−β₂ × k${batchSize > 1 ? ` (here B = ${typed(batchSize)})` : ""}`,
    },
    { hyperparameter: "beta2", text: averaged + start },
    {
      hyperparameter: "epsilon",
      text:
        epsilon === 0
          ? "no floor: a coordinate that never had a gradient is divided by 0"
          : h.epsilonInRoot === 0
            ? `units of ĝ; where √v is below it, SGD at rate η/ε = ${spell(eta / epsilon)}`
            : `units of ĝ²; where v is below it, SGD at rate η/√ε = ${spell(eta / Math.sqrt(epsilon))}`,
    },
  ];
  if (mu > 0 && mu < 1)
    notes.push({
      hyperparameter: "momentum",
      text: `averages over N = 1/(1−μ) = ${steps(1 / (1 - mu))} steps; coupled to η: η/(1−μ) = ${spell(eta / (1 - mu))} in the long run`,
    });
  if (h.nesterov !== 0 && mu > 0)
    notes.push({
      hyperparameter: "nesterov",
      text: `the newest divided gradient counts 1 + μ = ${spell(1 + mu)} times at once`,
    });
  if (h.rateInMomentum !== 0 && mu > 0)
    notes.push({
      hyperparameter: "rateInMomentum",
      text: "the buffer holds η: after a change of rate, old gradients still count at the rate of their day",
    });
  if (h.caution !== 0 && mu > 0)
    notes.push({
      hyperparameter: "caution",
      text: "couples the coordinates of a tensor: where half of them agree with ĝ, those step twice as far",
    });
  notes.push(...decayNotes(eta, h.weightDecay, h.decoupledWeightDecay !== 0, "√v"));
  if (h.centered !== 0)
    notes.push({
      hyperparameter: "centered",
      text: "where the gradient hardly varies, v − m² falls towards 0 and only ε bounds the step",
    });
  return notes;
}
