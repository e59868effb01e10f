import { count, typed } from "../../../protocol/index.ts";
import type { Note } from "../../../protocol/index.ts";
import type { LbfgsValues } from "./hyperparameters.ts";

export function lbfgsNotes(
  { iterations, evaluations, history, lineSearch, gradientTolerance, torch1 }: LbfgsValues,
  batchSize: number,
): Note[] {
  const searches = lineSearch !== 0;
  const most = evaluations === 0 ? Math.floor((iterations * 5) / 4) : evaluations;
  const notes: Note[] = [
    {
      hyperparameter: "learningRate",
      text: `no units, 1 is Newton's step: the direction is in units of θ once a pair is known${searches ? "; each line search tries this length first" : ""}`,
    },
    {
      hyperparameter: "learningRate",
      text: "the very first direction is the raw gradient, so its step is η/‖ĝ‖₁ ĝ where ‖ĝ‖₁ > 1",
    },
    {
      hyperparameter: "iterations",
      text: searches
        ? `up to ${count(iterations)} iterations, begun while fewer than ${count(most)} evaluations are used`
        : `up to ${count(Math.min(iterations, most))} evaluations a step, all on the same batch${batchSize > 1 ? ` of ${count(batchSize)}` : ""}`,
    },
    {
      hyperparameter: "history",
      text: "a change of batch between steps enters the pairs as if it were curvature: meant for full batches",
    },
    {
      hyperparameter: "gradientTolerance",
      text: `units of ĝ: a step that starts below ${typed(gradientTolerance)} in every coordinate does nothing`,
    },
  ];
  if (searches && torch1 === 0 && most <= iterations)
    notes.push({
      hyperparameter: "evaluations",
      text: `with ${count(most)} evaluations a line search may end before it is done, and θ then stays where it was`,
    });
  if (history > 1)
    notes.push({ hyperparameter: "history", text: `keeps ${count(2 * history)} vectors of the size of θ once full` });
  return notes;
}
