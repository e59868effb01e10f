import { lab } from "../lab.ts";
import { charts } from "./charts.ts";
import { controls, lists, wrongControl } from "./controls.ts";
import { gather } from "./gathering.ts";
import { baseOf, covered } from "./setting.ts";
import { planOf, work } from "./work.ts";

/** What another batch size asks of the learning rate, and what it gives. */
export const batchSize = lab({
  name: "batch size",
  title: "Batch size",
  page: "batch-size",
  question: "How must η and β change with the batch size, and how far does a larger batch save steps?",
  source:
    "D. McAllester, TTIC 31230 Fundamentals of Deep Learning 2020, on batch size and RMSProp; Zhang et al. 2019, arXiv:1907.04164",
  about:
    "The configuration is taken as tuned at B = 1 and run on a noisy quadratic of two coordinates, the same number of examples at " +
    "every batch size. Adam's second moment is either the mean of the examples' squares, which does not answer to B, or the square " +
    "of their mean, as every framework has it, which is g² + σ²/B. The first asks for ηB; the second for η√B where noise dominates, " +
    "and both for windows of N/B steps. Every rule is run, and its loss set beside that at B = 1. Decay is left out. Steps to target " +
    "are counted on the quadratic of curvatures 1/i from the exact recurrences of E θ², each B with its own best rate; simulated " +
    "runs are set beside them. The critical batch size takes twice the steps that it takes without noise.",
  controls,
  lists,
  problems: ["least squares"],
  suggest: () => ({}),
  refuse(configuration, problem, values, beside = {}) {
    const { optimizer, groups } = configuration;
    if (!covered.some((name) => name === optimizer))
      return `This lab knows how SGD, RMSProp, Adam and AdamW answer to the batch size, not ${optimizer}; choose one of them.`;
    const given: Readonly<Partial<Record<string, number>>> = groups.at(0)?.values ?? {};
    if (optimizer === "RMSProp" && ((given["momentum"] ?? 0) !== 0 || (given["centered"] ?? 0) !== 0))
      return "RMSProp is run here without momentum and not centered; set both to 0, or choose Adam.";
    if (optimizer === "SGD" && ((given["nesterov"] ?? 0) !== 0 || (given["dampening"] ?? 0) !== 0))
      return "SGD is run here with plain momentum; set nesterov and dampening to 0.";
    const { eta, Ng, Ns } = baseOf(configuration);
    if (![Ng, Ns].every((N) => Number.isFinite(N) && N <= 1e9))
      return "Momentum and β must lie from 0 to below 1, so that their averages have a window.";
    if (!(eta > 0 && eta < Infinity)) return "The learning rate must be above 0.";
    if (problem.name !== "least squares")
      return `Second moments are measured on least squares, not on "${problem.name}".`;
    return wrongControl(values, beside.lists);
  },
  charts: (configuration, _problem, values) => charts(configuration, values),
  units: (job) => planOf(job).units,
  work,
  gather,
});
