import { findProblem, problems } from "../../problems/index.ts";
import { lab } from "../lab.ts";
import { rateLines } from "../rates.ts";
import { charts } from "./charts.ts";
import { controls, suggest, wrongControl } from "./controls.ts";
import { gather } from "./gathering.ts";
import { seedsPerUnit } from "./seeds.ts";
import { work } from "./work.ts";

/** A training run of this configuration on a model problem, repeated over seeds. */
export const training = lab({
  name: "training",
  title: "Training",
  question: "What do this schedule and this optimizer do to a loss, and to each coordinate?",
  source:
    "Exact arithmetic of the library named in the header; second moments of SGD on quadratics as in Bottou, Curtis and Nocedal 2018, arXiv:1606.04838, §4",
  about:
    "Runs the optimizer of the code, its parameter groups and its schedule on a model problem, many times with different " +
    "seeds. The learning rate is exact at every step. Losses are medians over seeds, bands hold the middle 80 % of them, and " +
    "findings carry the standard error over seeds. Effective rates are medians over the first sixteen seeds. A seed counts as diverged from the first step at which its loss is no " +
    "number or a million times what it was at the start. The curve is not the loss of your network: the line under the " +
    "chart says what would have to hold for it to carry over.",
  controls,
  problems: problems.map(({ name }) => name),
  suggest: (configuration, { name }) => suggest(configuration, findProblem(name)?.suggested),
  refuse(configuration, { name }, values) {
    if (!findProblem(name)) return `There is no problem "${name}".`;
    const wrong = wrongControl(values);
    if (wrong !== undefined) return wrong;
    try {
      rateLines(configuration, { ...values, steps: 1 });
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    return undefined;
  },
  charts,
  units: ({ controls: { seeds } }) => Math.ceil(seeds / seedsPerUnit(seeds)),
  work,
  gather,
});
