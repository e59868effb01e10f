import { invalidValues } from "../../invalidValues.ts";
import { lab } from "../lab.ts";
import { charts } from "./charts.ts";
import { controls, lists, suggest, wrongControl } from "./controls.ts";
import { gather } from "./gathering.ts";
import { refuseConfiguration } from "./rule.ts";
import { unitsOf, work } from "./work.ts";

const problems = ["least squares", "logistic"] as const;

/** The loss SGD comes to at a constant rate, as a function of that rate. */
export const convergedLoss = lab({
  name: "converged loss",
  title: "Converged loss",
  page: "converged-loss",
  question: "Which loss does SGD converge to at this learning rate, and what would a smaller one gain?",
  source:
    "D. McAllester, TTIC 31230 Fundamentals of Deep Learning 2020, Gradient Flow and Langevin Dynamics; extrapolation in the rate: Dieuleveut, Durmus and Bach 2017, arXiv:1707.06386; reshuffling: Ying, Yuan, Vlaski and Sayed 2018, arXiv:1803.07964",
  about:
    "At a constant rate η SGD never reaches the minimum: it settles at a loss L(η) above it, whose slope at η = 0 is ¼E|g|²/B, " +
    "g being the gradient of one example at the minimum and B the batch size. This needs rows drawn with replacement: reshuffled " +
    "every epoch, their noise cancels over an epoch and the slope is 0. For least squares the whole of L(η) is known exactly, " +
    "and the largest stable rate with it, which lies below 2/λ. Chains start at the minimum and are averaged after burn-in, by " +
    "their full loss and by (η/4)|ĝ|² of their own steps, which has the same mean on quadratics and scatters less. With " +
    "momentum μ the rate that counts is η/(1−μ). Dropping the rate takes the loss from one such plateau to the next.",
  controls,
  lists,
  problems,
  suggest,
  refuse(configuration, problem, values, beside = {}) {
    if (!(problems as readonly string[]).includes(problem.name))
      return `The converged loss is measured on examples whose minimum can be found; "${problem.name}" is not such a problem.`;
    return (
      refuseConfiguration(configuration) ??
      invalidValues(configuration).at(0)?.text ??
      wrongControl(values, beside.lists)
    );
  },
  charts,
  units: ({ controls: values }) => unitsOf(values),
  work,
  gather,
});
