import type { ScheduleConfiguration } from "../../protocol/index.ts";
import type { Rates, Schedule } from "./schedule.ts";

// Several of PyTorch's schedulers on one parameter group: each reads the rate that it finds there and sets the next one.

export type FindSchedule = (name: string) => Schedule | undefined;

/** What schedulers share: the rate in force, and the first one (initial_lr), which the first scheduler writes down. */
export interface ScheduledGroup {
  rate: number;
  first: number | undefined;
  momentum: number | undefined;
}
/** A scheduler at work; making it makes its first step, as PyTorch's constructors do. */
export interface Stepped {
  step(): void;
  /** Starts over at count 0, at a milestone of SequentialLR. */
  restart(): void;
  /** Takes the step of its construction back. */
  undo(): void;
  /** Counts until it no longer changes the rate, where it has an end. */
  readonly length: number | undefined;
  readonly observe?: (metric: number) => void;
}

export function found(find: FindSchedule, name: string): Schedule {
  const it = find(name);
  if (!it) throw new Error(`${name} is read, but not simulated yet.`);
  return it;
}

/** A schedule set to work on a group. `length` stands in where it has none of its own. */
export function attach(
  find: FindSchedule,
  group: ScheduledGroup,
  configuration: ScheduleConfiguration,
  length: number,
): Stepped {
  const { name } = configuration;
  if (name === "SequentialLR") return sequence(find, group, configuration, length);
  if (name === "ChainedScheduler") return chain(find, group, configuration, length);
  const schedule = found(find, name);
  const prepare = () => schedule.prepare(group.first ?? group.rate, configuration, length);
  const opening = prepare();
  if (opening.follow) return following(opening, group);
  const { first } = opening;
  group.first = first && (first.always || group.first === undefined) ? first.rate : (group.first ?? group.rate);
  return plain(first ? opening : prepare(), group);
}

function plain(rates: Rates, group: ScheduledGroup): Stepped {
  const { recursion, length } = rates;
  let count = -1;
  const moved = () => {
    group.momentum = rates.momentum?.(count) ?? group.momentum;
  };
  const step = () => {
    count++;
    group.rate = recursion ? recursion.next(group.rate, count) : rates.rate(count);
    moved();
  };
  step();
  return {
    step,
    restart() {
      count = 0;
      group.rate = recursion?.restart?.(group.rate) ?? rates.rate(0);
      moved();
    },
    undo: () => count--,
    length,
  };
}

/** One that follows a metric changes whatever rate it finds, and only when it is told. */
function following(rates: Rates, group: ScheduledGroup): Stepped {
  const nothing = () => undefined;
  return {
    step: nothing,
    restart: nothing,
    undo: nothing,
    length: undefined,
    observe(metric) {
      group.rate = rates.follow?.(metric, group.rate) ?? group.rate;
    },
  };
}

/** All of them stepped at every count, in order. */
export function chain(
  find: FindSchedule,
  group: ScheduledGroup,
  { parts = [] }: ScheduleConfiguration,
  length: number,
): Stepped {
  if (parts.length === 0) throw new Error("ChainedScheduler needs its schedules (parts), got none.");
  const all = parts.map((part) => attach(find, group, part, length));
  const observers = all.filter(({ observe }) => observe !== undefined);
  const lengths = all.map((it) => it.length ?? Infinity);
  const end = Math.max(...lengths);
  return {
    step() {
      for (const it of all) it.step();
    },
    restart() {
      throw new Error("SequentialLR can start a ChainedScheduler only as its first schedule; so does PyTorch.");
    },
    undo() {
      for (const it of all) it.undo();
    },
    length: end === Infinity ? undefined : end,
    ...(observers.length > 0 && {
      observe(metric: number) {
        for (const it of observers) it.observe?.(metric);
      },
    }),
  };
}

/** One after the other, each counting from 0 at its milestone. */
export function sequence(
  find: FindSchedule,
  group: ScheduledGroup,
  { parts = [], points = [] }: ScheduleConfiguration,
  length: number,
): Stepped {
  if (parts.length === 0) throw new Error("SequentialLR needs its schedules (parts), got none.");
  if (points.length !== parts.length - 1)
    throw new Error(
      `SequentialLR needs ${parts.length - 1} milestones (points) for ${parts.length} schedules, got ${points.length}.`,
    );
  if (points.some((point, i) => !(point > (points[i - 1] ?? 0))))
    throw new Error(`SequentialLR needs milestones (points) that rise from above 0, got ${points.join(", ")}.`);
  const starts = [0, ...points];
  const all = parts.map((part, i) => attach(find, group, part, (points[i] ?? length) - starts[i]));
  if (all.some(({ observe }) => observe)) throw new Error("SequentialLR takes no schedule that follows a loss.");
  group.rate = group.first ?? group.rate;
  for (const it of all) it.undo();
  all[0].step();
  let count = 0;
  const last = all[all.length - 1].length;
  return {
    step() {
      count++;
      let i = points.length;
      while (i > 0 && count < points[i - 1]) i--;
      if (i > 0 && count === points[i - 1]) all[i].restart();
      else all[i].step();
    },
    restart() {
      throw new Error("SequentialLR can start another SequentialLR only as its first schedule; so does PyTorch.");
    },
    undo() {
      for (const it of all) it.undo();
    },
    length: last === undefined ? undefined : starts[starts.length - 1] + last,
  };
}

/** Rates of schedulers that share a group, in any order asked: what was once computed is kept. */
export function together(make: (group: ScheduledGroup) => Stepped, base: number): Rates {
  const group: ScheduledGroup = { rate: base, first: undefined, momentum: undefined };
  const it = make(group);
  const rates = [group.rate];
  const momenta = group.momentum === undefined ? undefined : [group.momentum];
  const upTo = (count: number) => {
    while (rates.length <= count) {
      it.step();
      rates.push(group.rate);
      momenta?.push(group.momentum ?? NaN);
    }
  };
  const { observe, length } = it;
  return {
    rate(count) {
      upTo(count);
      return observe ? group.rate : rates[Math.floor(count)];
    },
    ...(momenta && {
      momentum(count: number) {
        upTo(count);
        return momenta[Math.floor(count)];
      },
    }),
    ...(observe && { observe }),
    ...(length !== undefined && { length }),
  };
}
