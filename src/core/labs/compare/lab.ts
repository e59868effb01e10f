import { findProblem, problems } from "../../problems/index.ts";
import { lab } from "../lab.ts";
import { charts } from "./charts.ts";
import { controls, suggest, wrongControl } from "./controls.ts";
import { gather } from "./gathering.ts";
import { rateLines, sidesOf, workloadOf } from "./sides.ts";
import { work } from "./work.ts";

/** Several configurations in one run: are they the same, by how much not, and because of what? */
export const compare = lab({
  name: "compare",
  title: "Compare",
  question: "Are these the same, and if not, where do their steps differ and why?",
  source: "Exact arithmetic of the libraries whose configurations are compared",
  about:
    "Runs the configuration of the code beside others: another optimizer of the same file, another file, another revision, " +
    "the library's defaults, another library's optimizer of the same name. Losses come from the same problems and draws, " +
    "seed by seed. The difference of the steps is taken from the same weights and the same mini-batch: both take their step " +
    "from where the first one stands, each with its own moments and schedule, so that it shows the arithmetic and not where " +
    "earlier differences have led. Each thing in which the two differ is then tried alone, to say what it is that does it. " +
    "Differences within the rounding of 64-bit numbers count as none. “Optimizer Lab: Compare with…” chooses what is compared.",
  controls,
  compares: true,
  problems: problems.map(({ name }) => name),
  suggest: (configuration, { name }) => suggest(configuration, findProblem(name)?.suggested),
  refuse(configuration, { name }, values, beside = {}) {
    if (!findProblem(name)) return `There is no problem "${name}".`;
    const wrong = wrongControl(values);
    if (wrong !== undefined) return wrong;
    for (const [k, side] of sidesOf(configuration, beside).entries()) {
      try {
        rateLines([side], { ...values, steps: 1 });
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return k === 0 ? why : `${side.label} cannot be compared with: ${why}`;
      }
    }
    return undefined;
  },
  charts,
  units: (job) => workloadOf(job).units.length,
  work,
  gather,
});
