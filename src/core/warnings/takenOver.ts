import { count, spell, spellRate, typed } from "../../protocol/index.ts";
import { remark, warning, type Said, type Scheduled, type Situation } from "./situation.ts";

// Numbers of the code that something else overrules, or that mean another thing than they seem to.

export const takenOver = (it: Scheduled): Said[] => [
  ...rateOverruled(it),
  ...momentumOverruled(it),
  ...factorOrRate(it),
  ...followsLoss(it),
];

/** Schedulers of PyTorch and of DeepSpeed that bring rates of their own. */
const ownRates = /^(?:OneCycleLR|CyclicLR|OneCycle|Warmup(?:Decay)?LR)$/;

function rateOverruled({ schedule, values, rate }: Scheduled): Said[] {
  const { maximum } = schedule.values as Readonly<Partial<Record<string, number>>>;
  const { learningRate } = values;
  if (!ownRates.test(schedule.name) || maximum === undefined || maximum === 0) return [];
  if (learningRate === maximum || learningRate === rate[0]) return [];
  const text = `${schedule.name} sets the rate itself, from ${spellRate(rate[0])} up to ${spellRate(maximum)}: the optimizer's own ${typed(learningRate)} is not used.`;
  return [warning(text, "learningRate", "schedule.maximum")];
}

function momentumOverruled({ optimizer, schedule, table, values }: Scheduled): Said[] {
  if (!ownRates.test(schedule.name)) return [];
  const moved = table.columns.find(({ name, moves }) => moves && (name === "momentum" || name === "beta1"));
  if (!moved) return [];
  if (!(moved.name in optimizer.hyperparameters)) {
    if (!/LR$/.test(schedule.name)) return [];
    const text = `${schedule.name} moves a momentum, which ${optimizer.name} does not have: PyTorch raises an error unless cycle_momentum is False.`;
    return [warning(text, "schedule.cycleMomentum", "schedule.name")];
  }
  const low = moved.values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = moved.values.reduce((a, b) => Math.max(a, b), -Infinity);
  const text = `${schedule.name} moves ${moved.symbol} between ${typed(round(low))} and ${typed(round(high))}, against the rate: the optimizer's own ${typed(values[moved.name])} is not used.`;
  // A momentum that nobody asked for is a surprise, another course of it is not.
  const say = values[moved.name] === 0 ? warning : remark;
  return [say(text, moved.name, "schedule.cycleMomentum", "schedule.name")];
}
const round = (x: number): number => Number(x.toPrecision(6));

/** A LambdaLR whose function looks as if it gave rates, not factors on the rate. */
function factorOrRate({ schedule: { name }, values: { learningRate }, rate }: Scheduled): Said[] {
  if (name !== "LambdaLR" || learningRate === 0) return [];
  const highest = rate.reduce((a, b) => Math.max(a, b), -Infinity);
  const factor = highest / learningRate;
  if (!(factor < 0.1 || factor > 10)) return [];
  const text = `LambdaLR multiplies the optimizer's rate ${typed(learningRate)} by its function, which is ${spell(factor)} at most: the rate never exceeds ${spellRate(highest)}.`;
  return [warning(text, "learningRate", "schedule.name")];
}

function followsLoss({ schedule: { name }, table }: Scheduled): Said[] {
  if (!table.followsLoss) return [];
  const text = `${name} follows the loss: what stands here is the rate while the loss keeps falling; a training run shows the rates that are reached.`;
  return [remark(text, "schedule.name")];
}

/** What an optimizer does to its rate by itself, beside any schedule. */
export function ownSchedule({ optimizer, values, run }: Situation): Said[] {
  const { rateDecay = 0, warmup = 0 } = values as Readonly<Partial<Record<string, number>>>;
  const said: Said[] = [];
  if (rateDecay > 0) {
    const last = 1 + (run.steps - 1) * rateDecay;
    const text = `${optimizer.name} divides its rate by 1 + (t − 1) × ${typed(rateDecay)} on its own, beside any schedule: by ${spell(last)} in the last step.`;
    said.push(warning(text, "rateDecay"));
  }
  if (warmup > 0) {
    const text = `${optimizer.name} warms up on its own: its rate rises over the first ${count(warmup)} steps, beside any schedule.`;
    said.push(remark(text, "warmup"));
  }
  return said;
}
