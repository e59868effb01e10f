import { findOptimizer } from "../../optimizers/index.ts";
import { wrongHyperparameter } from "../../invalidValues.ts";
import { lab } from "../lab.ts";
import { charts } from "./charts.ts";
import { controls, lists, wrongControl } from "./controls.ts";
import { gather } from "./gathering.ts";
import { commonOf, covered } from "./rules.ts";
import { streamSteps, unitsOf, work } from "./work.ts";

/** Steps of chains that a run takes without being asked for. */
const usual = 3e7;

/** What RMSProp estimates, and in which units its rate is. */
export const rmsProp = lab({
  name: "rmsprop",
  title: "RMSProp and units",
  page: "rmsprop",
  question: "Does the optimizer stay the same in other units of the parameters and of the loss, and how must η change?",
  source:
    "D. McAllester, TTIC 31230 Fundamentals of Deep Learning 2020, RMSProp and Adam and Decoupled Versions; Tieleman and Hinton 2012, lecture 6.5; centered: Graves 2013, arXiv:1308.0850",
  about:
    "One run on least squares, its batches in file order, is made again with parameters c times and a loss a times as large. If η " +
    "becomes c^p a^q η and ε becomes (a/c)^r ε it is the same run: (p, q) is (2, −1) for SGD and momentum, (1, 0) for RMSProp and " +
    "Adam, (0, 1) for ĝ/σ², whose η has units of loss and which alone stands a unit of its own for each parameter. Powers of two " +
    "round nothing, so that the runs then agree in every bit. Beside it, s of drawn gradients is compared with their second moment: " +
    "from s = 0 the first step is √N_s times too large, and under a constant gradient the centered form grows like exp(t/2N_s).",
  controls,
  lists,
  problems: ["least squares"],
  suggest: (configuration) => {
    const { batchSize } = configuration;
    const batch = batchSize !== undefined && batchSize >= 1 && batchSize <= 64 ? { batchSize } : {};
    if (!findOptimizer(configuration.optimizer)) return batch;
    const { Ns } = commonOf(configuration, controls.gradientWindow.default);
    if (!(Ns < 1e7)) return batch;
    const windows = controls.time.default;
    const chains = Math.min(controls.chains.default, Math.max(1024, Math.floor(usual / (windows * Ns))));
    return { ...batch, chains, time: Math.min(windows, usual / (chains * Ns)) };
  },
  refuse(configuration, problem, values, beside = {}) {
    const { optimizer: name, groups, framework } = configuration;
    if (!covered.includes(name))
      return `The units of RMSProp, Adam, AdamW and SGD are known here; those of ${name} are not. Choose one of these.`;
    const optimizer = findOptimizer(name)!;
    for (const [key, value] of Object.entries(groups.at(0)?.values ?? {})) {
      const wrong = wrongHyperparameter(framework, optimizer, key, value);
      if (wrong !== undefined) return wrong;
    }
    const common = commonOf(configuration, values.gradientWindow);
    if (!(common.Ns >= 1 && common.Ns <= 1e7))
      return "β₂ must lie from 0 to below 1, so that the average of ĝ² has a window.";
    if (!Number.isFinite(common.Ng)) return "Momentum must lie from 0 to below 1, so that it has a window.";
    if (problem.name !== "least squares") return `Units are shown on least squares, not on "${problem.name}".`;
    const wrong = wrongControl(values, beside.lists);
    if (wrong !== undefined) return wrong;
    if (streamSteps(common, values) * values.chains > 1e11)
      return "So many chains over so many windows take more than 1e11 steps; take fewer of either.";
    return undefined;
  },
  charts: (configuration, _problem, values) => charts(configuration, values),
  units: ({ controls: values }) => unitsOf(values),
  work,
  gather,
});
