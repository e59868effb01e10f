import { lab } from "../lab.ts";
import { charts } from "./charts.ts";
import { controls, lists, wrongControl } from "./controls.ts";
import { gather } from "./gathering.ts";
import { planOf, windowsOf, work } from "./work.ts";

const covered = ["Adam", "AdamW"];

/** What each of Adam's hyperparameters couples to. */
export const adam = lab({
  name: "adam",
  title: "Adam taken apart",
  page: "adam",
  question: "Which of β, ε and the bias correction can be changed without tuning η again?",
  source:
    "D. McAllester, TTIC 31230 Fundamentals of Deep Learning 2020, RMSProp and Adam and Decoupled Versions; Kingma and Ba 2015, arXiv:1412.6980",
  about:
    "Adam runs on least squares with its batches in file order, so that nothing is random, over a grid of ε and η. Where ε is far " +
    "above √s a step is (η/ε) m, so that η₀ = η/ε is a rate of SGD and one η₀ serves every ε; the notes print η = η₀/ε, which " +
    "couples twice. Where ε is far below √s it does not matter, and η itself is the decoupled one. The price is what one value " +
    "costs, in nats of loss, beside a rate tuned for each ε. The three ways to begin an average weigh the first gradients " +
    "differently: up to 0.139 of the weight, at t = 1.29 N. Momentum with lr = η/N keeps the variance at rest, with lr held it grows.",
  controls,
  lists,
  problems: ["least squares"],
  suggest: ({ batchSize }) => (batchSize !== undefined && batchSize > 1 && batchSize <= 64 ? { batchSize } : {}),
  refuse(configuration, problem, values, beside = {}) {
    if (!covered.includes(configuration.optimizer))
      return `This lab takes Adam apart; ${configuration.optimizer} has other parts. Choose Adam or AdamW.`;
    const { Ng, Ns } = windowsOf(configuration);
    if (![Ng, Ns].every((N) => Number.isFinite(N) && N <= 1e7))
      return "β₁ and β₂ must lie from 0 to below 1, so that their averages have a window.";
    if (problem.name !== "least squares") return `Adam is taken apart on least squares, not on "${problem.name}".`;
    return wrongControl(values, beside.lists);
  },
  charts: (configuration, _problem, values, beside = {}) => charts(configuration, values, beside.lists),
  units: (job) => planOf(job).units,
  work,
  gather,
});
