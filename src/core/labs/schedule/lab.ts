import { count, kept, spellRate, type Frame, type Report } from "../../../protocol/index.ts";
import { invalidValues } from "../../invalidValues.ts";
import { tabulated, truthLine, type TruthLine } from "../../truthLine.ts";
import { cornersOf } from "../corners.ts";
import { lab, type Gathering, type Job } from "../lab.ts";
import { rateInWords } from "../rates.ts";
import { longestRun, runControls, suggestedRun, wrongWholeNumber } from "../runLength.ts";
import { charts } from "./charts.ts";
import { findings } from "./findings.ts";
import { quantities } from "./lines.ts";

type ScheduleJob = Job<typeof runControls>;

/** What the learning rate, the momentum and the decay of every parameter group are at every step. */
export const schedule = lab({
  name: "schedule",
  title: "Learning rate",
  question: "What are the rate, the momentum and the decay of every parameter group at every step?",
  source: "The library named in the header, and the source of each schedule as its own file states it",
  about:
    "Nothing is simulated here: the schedule of every parameter group is followed count by count, as the library does, and " +
    "turned into steps by how often its step() is called. Where a schedule drives the momentum, or the weight decay is " +
    "taken from the weights themselves at every step, those are charted beside the rate. Findings are the steps that one " +
    "would look up: where the rate starts, peaks, drops and ends.",
  controls: runControls,
  problems: [],
  suggest: (configuration) => suggestedRun(configuration),
  refuse(configuration, _problem, run) {
    const wrong = wrongWholeNumber(runControls, run, longestRun) ?? invalidValues(configuration).at(0)?.text;
    if (wrong !== undefined) return wrong;
    try {
      truthLine(configuration, { ...run, steps: 1 });
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    return undefined;
  },
  charts: (configuration, _problem, run) => charts(configuration, run),
  units: () => 1,
  *work({ configuration, controls }) {
    yield yield* tabulated(configuration, controls);
  },
  gather,
});

function gather({ controls }: ScheduleJob): Gathering<TruthLine> {
  const { steps } = controls;
  let line: TruthLine | undefined;
  let framed = false;
  return {
    add(_unit, part) {
      line = kept(part);
    },
    frames() {
      if (!line || framed) return [];
      framed = true;
      return quantities(line).flatMap(({ name, lines }) =>
        lines.map(({ label, column: { values } }): Frame => {
          const corners = cornersOf(values);
          const columns = [Float64Array.from(corners), Float64Array.from(corners, (t) => values[t - 1])];
          return { chart: name === "learningRate" ? "rate" : name, series: label, mode: "replace", columns };
        }),
      );
    },
    progress: () => ({ done: line ? steps : 0, total: steps, unit: "steps" }),
    report: (): Report => ({ answer: line ? answer(line) : "The rates are being followed.", status, rules: [] }),
    findings: () => (line ? findings(line, quantities(line)[0]) : []),
  };
}

const status = "The schedule's own arithmetic, step by step; nothing is simulated.";

/** "Peak η 1.00e-3 at step 300, 2.47e-9 at the end; 2,000 steps, 20 epochs." */
function answer(line: TruthLine): string {
  const { steps, stepsPerEpoch } = line.run;
  const [{ lines }] = quantities(line);
  const said = lines.slice(0, most).map(({ label, group, column: { values } }) => {
    const words = rateInWords([{ label, group, rate: values }]);
    const peaks = words.startsWith("Peak");
    const whole = peaks ? `${words}, **${spellRate(values[steps - 1])}** at the end` : words;
    return lines.length === 1 ? whole : `${label}: ${whole.replace(/^Peak/, "peak")}`;
  });
  const more = lines.length > most ? [`${lines.length - most} more`] : [];
  const epochs = steps / stepsPerEpoch;
  const counted = Number.isInteger(epochs) ? count(epochs) : epochs.toFixed(1);
  const length = `${count(steps)} steps${epochs >= 1 ? `, ${counted} ${epochs === 1 ? "epoch" : "epochs"}` : ""}`;
  const follows = line.groups.some(({ followsLoss }) => followsLoss);
  return `${[...said, ...more, length].join("; ")}.${follows ? " It depends on the loss, which is taken to fall." : ""}`;
}
/** Groups that the answer tells of. */
const most = 3;
