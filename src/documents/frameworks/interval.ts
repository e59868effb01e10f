import type { Call, Loop } from "../call.ts";
import type { Reading } from "../document.ts";
import { remembered } from "../remembered.ts";
import { preparedPace } from "./accelerate.ts";
import { lightningPace, type Pace } from "./lightning.ts";
import { functionAround, loopsAround, sharedScopes } from "./surrounding.ts";
import type { Scheduler } from "./torchSchedulers.ts";

/** What all schedulers of a file ask about its calls. */
interface Stepping {
  /** Calls that make or follow one update of the weights, and the innermost loops that they stand in. */
  readonly work: readonly Call[];
  readonly loops: readonly Loop[];
  readonly starts: ReadonlySet<number>;
  /** Calls of `step`, by the name of what is stepped; and those that are not updates. */
  readonly byName: ReadonlyMap<string, readonly Call[]>;
  readonly others: readonly Call[];
  readonly working: ReadonlySet<string>;
}
const steppingOf = remembered((reading: Reading): Stepping => {
  const work = reading.calls.filter(({ written }) =>
    /(?:^|\.)backward$|(?:optim\w*|opt|opt_\w+|scaler|engine)\.step$/.test(written),
  );
  const working = new Set(work.map(({ written }) => written));
  const loops = work.map((it) => loopsAround(it).at(-1)).filter((it) => it !== undefined);
  const steps = reading.calls.filter(({ written }) => written.endsWith(".step"));
  const byName = new Map<string, Call[]>();
  for (const call of steps) {
    const name = call.written.split(".").at(-2) ?? "";
    const those = byName.get(name);
    if (those) those.push(call);
    else byName.set(name, [call]);
  }
  const others = steps.filter(({ written }) => !working.has(written));
  return { work, loops, starts: new Set(loops.map(({ span }) => span.from)), byName, others, working };
});
/** Where the innermost loops begin around calls that make or follow one update of the weights. */
export const updateLoops = (reading: Reading): ReadonlySet<number> => steppingOf(reading).starts;

const inside = (inner: Loop, outer: Loop): boolean =>
  outer.span.from < inner.span.from && inner.span.to <= outer.span.to;

/** What one count of a scheduler is: where its step() is called, what Lightning is told, how accelerate steps it. */
export function paceOf(reading: Reading, scheduler: Scheduler): Pace {
  const { call, of } = scheduler;
  const told = lightningPace(reading, call);
  const hasLightning = (): boolean => /\blightning\b|\bpl\./i.test(reading.text);
  if (told !== undefined && (!of.name.startsWith("get_") || hasLightning())) return told;
  const stepped = steppedIn(reading, scheduler);
  const { notes = [], ...perProcess } = preparedPace(reading, call);
  return {
    interval: stepped?.interval ?? told?.interval ?? "step",
    ...perProcess,
    notes: [...(stepped?.notes ?? []), ...notes],
  };
}
/** Calls that step this scheduler by its name: where several have that name, those that stand nearest to it. */
export function ownSteps(reading: Reading, call: Call): readonly Call[] {
  const name = call.target?.split(".").at(-1);
  return name === undefined ? [] : nearest(call, steppingOf(reading).byName.get(name) ?? []);
}
/** Of these calls, those that share the most functions and classes with this one. */
function nearest(call: Call, others: readonly Call[]): readonly Call[] {
  const shared = others.map((it) => sharedScopes(call, it));
  const most = Math.max(...shared);
  return others.filter((_, k) => shared[k] === most);
}
function steppedIn(reading: Reading, { call, of }: Scheduler): Pace | undefined {
  const { others, working } = steppingOf(reading);
  const step =
    ownSteps(reading, call).find(({ written }) => !working.has(written)) ??
    nearest(
      call,
      others.filter(({ written }) => /sched/i.test(written)),
    ).at(0);
  if (step === undefined) return undefined;
  const [given] = of.name === "ReduceLROnPlateau" ? [] : step.args;
  const words = given ? reading.text.slice(given.span.from, given.span.to) : "";
  if (!/^(?:epoch\s*=\s*)?(?:self\.)?\w*epoch/i.test(words)) return { interval: standsIn(reading, step) };
  const fraction = words.includes("/"); // scheduler.step(epoch + i / iters)
  const note = "It is stepped by parts of an epoch; here the rate changes with every whole epoch.";
  return { interval: "epoch", ...(fraction && { notes: [note] }) };
}
/** Whether a call stands in the loop of the updates, or around it. */
function standsIn(reading: Reading, step: Call): "step" | "epoch" {
  const { work, loops: innermost, starts } = steppingOf(reading);
  const loops = loopsAround(step);
  const loop = loops.at(-1);
  if (loop === undefined) {
    const home = functionAround(step);
    const holds = work.some(
      (it) => home && home.span.from <= it.span.from && it.span.to <= home.span.to && loopsAround(it).length > 0,
    );
    return holds ? "epoch" : "step";
  }
  if (starts.has(loop.span.from)) return "step";
  if (innermost.some((it) => inside(it, loop))) return "epoch";
  return /epoch/i.test(`${loop.variable} ${loop.over}`) ? "epoch" : "step";
}
