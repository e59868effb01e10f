import { kept, spell, type Finding, type Frame, type Report } from "../../../protocol/index.ts";
import type { Gathering } from "../lab.ts";
import { shownRule } from "./charts.ts";
import { drawMoments, drawRuns, drawTheory, type Put } from "./drawing.ts";
import { looksOf, type EstimatesPart, type FirstPart } from "./estimates.ts";
import { findings, type Gathered } from "./findings.ts";
import { commonOf } from "./rules.ts";
import { advice, answer } from "./words.ts";
import {
  courseOf,
  rulesCount,
  rulesOf,
  streamSteps,
  unitsOf,
  type Part,
  type RmsPropJob,
  type RulePart,
} from "./work.ts";

export function gather(job: RmsPropJob): Gathering<Part> {
  const { configuration, controls } = job;
  const common = commonOf(configuration, controls.gradientWindow);
  const rules = rulesOf(job);
  const units = unitsOf(controls);
  const steps = streamSteps(common, controls);
  const looks = looksOf(steps);
  const parts: (RulePart | undefined)[] = rules.map(() => undefined);
  const estimates: (EstimatesPart | undefined)[] = Array.from({ length: units - rulesCount - 1 }, () => undefined);
  let first: FirstPart | undefined;
  let done = 0;
  /** Parts drawn: of rules, of first steps, of chains. */
  const seen = { rules: 0, first: false, chains: 0 };
  let announced = false;

  const gathered = (): Gathered => ({
    common,
    controls,
    rules: rules.map((rule, i) => ({ rule, part: parts[i] })),
    first,
    sums: estimates.flatMap((it) => (it ? [it.sums] : [])),
  });

  return {
    add(unit, part) {
      if (part.kind === "rule") parts[unit] = kept(part);
      else if (part.kind === "first") first = kept(part);
      else estimates[unit - rulesCount - 1] = kept(part);
      done++;
    },
    frames() {
      const frames: Frame[] = [];
      const put: Put = (chart, series, ...of) => frames.push({ chart, series, mode: "replace", columns: of });
      if (!announced) {
        announced = true;
        drawTheory(put, controls, common);
      }
      const there = parts.filter((it) => it !== undefined).length;
      if (there > seen.rules) {
        seen.rules = there;
        drawRuns(put, job, parts);
      }
      if (first && !seen.first) {
        seen.first = true;
        put("first", "÷ √s", first.t.slice(), first.plain.slice());
        put("first", "centered", first.t.slice(), first.centered.slice());
      }
      const chains = estimates.filter((it) => it !== undefined).length;
      // Quantiles of all looks are drawn when there are twice as many chains, and at the end.
      if (chains >= 2 * seen.chains || (chains > seen.chains && chains === estimates.length)) {
        if (chains > 0) drawMoments(put, looks, estimates);
        seen.chains = chains;
      }
      return frames;
    },
    progress: () => ({ done, total: units, unit: "parts" }),
    report(state): Report {
      const status = `Least squares in file order, ${controls.steps} steps of ${controls.batchSize} ${controls.batchSize === 1 ? "row" : "rows"} at η ${spell(common.eta)}; a model problem, not your network.`;
      if (state !== "done")
        return {
          answer: `${state === "stopped" ? "Stopped after" : "After"} **${done} of ${units}** parts.`,
          status,
          rules: [],
        };
      const shown = shownRule(configuration, controls);
      const part = parts[controls.rule];
      if (!part) return { answer: "Nothing was computed.", status, rules: [] };
      const course = courseOf(job);
      const lost = part.base.findIndex((x) => !(Math.abs(x) < 1e12));
      if (lost < 0) return { answer: answer(shown, part, controls), status, rules: [] };
      const step = Math.floor(lost / course.rows.d) + 1;
      return {
        answer: `${shown.title} diverged at step **${step}**, as it would in any units.`,
        status,
        diverged: true,
        ...advice(shown, course, common.eta),
        rules: ["apart", "trajectory"].map((chart) => ({ chart, x: step, text: "diverged" })),
      };
    },
    findings: (): Finding[] => findings(gathered()),
  };
}
