import { count, spellRate } from "../../protocol/index.ts";
import { spanOf, endOf } from "../scheduleLength.ts";
import { findSchedule } from "../schedules/index.ts";
import { inWords, plural, remark, updatesOf, warning, type Said, type Scheduled } from "./situation.ts";

// A schedule and a run that are not of one length.

export function lengths(it: Scheduled): Said[] {
  const { steps } = it.run;
  const span = spanOf(it.schedule);
  const warmUp = warmUpTooLong(it);
  if (warmUp.length > 0) return warmUp;
  if (span !== undefined) {
    const own = updatesOf(it, span);
    return own > steps ? longer(it, span) : own < steps ? shorter(it, span) : [];
  }
  return neverReached(it);
}

function warmUpTooLong(it: Scheduled): Said[] {
  const { warmup = 0 } = it.schedule.values as Readonly<Partial<Record<string, number>>>;
  const { steps } = it.run;
  if (warmup <= 0 || updatesOf(it, warmup) < steps) return [];
  const text = `The warm-up of ${it.schedule.name} takes ${inWords(it, warmup)}, the whole run ${plural(steps, "step")}: the rate reaches only ${spellRate(top(it.rate))}.`;
  return [warning(text, "schedule.warmup", "schedule.name")];
}

function longer(it: Scheduled, span: number): Said[] {
  const { configuration, rate, run, schedule } = it;
  const planned = configuration.steps ?? (configuration.epochs ?? 0) * run.stepsPerEpoch;
  if (planned >= updatesOf(it, span))
    return [remark(`The code's run takes ${count(planned)} steps; the first ${count(run.steps)} are looked at here.`)];
  const end = findSchedule(schedule.name)?.prepare(it.values["learningRate"], schedule, span).rate(span);
  const last = rate[rate.length - 1];
  const instead = end === undefined || end === last ? "" : `, not at ${spellRate(end)}`;
  const text = `${schedule.name} is ${inWords(it, span)} long, the run ${plural(run.steps, "step")}: the rate ends at ${spellRate(last)}${instead}.`;
  return [warning(text, ...lengthNames)];
}

function shorter(it: Scheduled, span: number): Said[] {
  const { configuration, rate, run, schedule } = it;
  const own = Math.ceil(updatesOf(it, span));
  const start = `${schedule.name} is ${inWords(it, span)} long, the run ${plural(run.steps, "step")}`;
  if (schedule.name === "OneCycleLR" && configuration.framework === "torch") {
    const text = `${start}: PyTorch raises an error at call ${count(span + 1)} of its step().`;
    return [warning(text, ...lengthNames)];
  }
  const row = it.steps.findIndex((step) => step > own);
  const low = rate[row];
  const after = rate.subarray(row);
  const high = top(after);
  if (high > low + 0.01 * top(rate)) {
    const at = it.steps[row + after.indexOf(high)];
    const text = `${start}: past its end the rate rises again, to ${spellRate(high)} at step ${count(at)}.`;
    return [warning(text, ...lengthNames)];
  }
  const left = plural(run.steps - own, "step");
  const rest =
    low === 0 ? `the last ${left} change nothing, at a rate of 0` : `the last ${left} run at ${spellRate(low)}`;
  return [warning(`${start}: ${rest}.`, ...lengthNames)];
}
const lengthNames = ["schedule.length", "schedule.points", "schedule.name"];

function neverReached(it: Scheduled): Said[] {
  const { schedule, run, rate } = it;
  const { steps } = run;
  const { stepSize } = schedule.values as Readonly<Partial<Record<string, number>>>;
  const whole = `the run takes ${plural(steps, "step")}`;
  if (stepSize !== undefined)
    return updatesOf(it, stepSize) < steps
      ? []
      : [
          warning(
            `${schedule.name} drops first after ${inWords(it, stepSize)}; ${whole}: the rate stays at ${spellRate(rate[0])}.`,
            "schedule.stepSize",
            "schedule.name",
          ),
        ];
  if (schedule.points) {
    const beyond = schedule.points.filter((point) => updatesOf(it, point) >= steps);
    if (beyond.length === 0) return [];
    const [which, lie] = beyond.length === 1 ? ["The milestone", "is"] : ["The milestones", "are"];
    const unit = schedule.interval === "epoch" ? " (in epochs)" : "";
    return [
      warning(
        `${which} ${beyond.map(count).join(" and ")} of ${schedule.name}${unit} ${lie} never reached: ${whole}.`,
        "schedule.points",
        "schedule.name",
      ),
    ];
  }
  const end = endOf(schedule, it.values["learningRate"]);
  if (updatesOf(it, end) <= steps) return [];
  const text = `${schedule.name} comes to rest after ${inWords(it, end)}; ${whole}: the rate ends at ${spellRate(rate[rate.length - 1])}.`;
  return [warning(text, "schedule.length", "schedule.name")];
}

const top = (rate: Float64Array): number => rate.reduce((a, b) => Math.max(a, b), -Infinity);
