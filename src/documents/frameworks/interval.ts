import type { Call, Loop } from "../call.ts";
import type { Reading } from "../document.ts";
import { remembered } from "../remembered.ts";
import { preparedPace } from "./accelerate.ts";
import { lightningPace, type Pace } from "./lightning.ts";
import { callsBy, functionAround, loopsAround, nearestOf } from "./surrounding.ts";
import type { Scheduler } from "./torchSchedulers.ts";

/** What all schedulers of a file ask about its calls. */
interface Stepping {
  /** Calls that make or follow one update of the weights, and the innermost loops that they stand in. */
  readonly work: readonly Call[];
  readonly loops: readonly Loop[];
  readonly starts: ReadonlySet<number>;
  /** Calls of `step` nearest to a call: by the name of what is stepped, and of anything named like a scheduler that is no update. */
  readonly byName: ReadonlyMap<string, ReturnType<typeof nearestOf>>;
  readonly ofSchedulers: ReturnType<typeof nearestOf>;
  readonly working: ReadonlySet<string>;
}
const steppingOf = remembered((reading: Reading): Stepping => {
  const work = reading.calls.filter(({ written }) =>
    /(?:^|\.)backward$|(?:optim\w*|opt|opt_\w+|scaler|engine)\.step$/.test(written),
  );
  const working = new Set(work.map(({ written }) => written));
  const loops = work.map((it) => loopsAround(it).at(-1)).filter((it) => it !== undefined);
  const steps = reading.calls.filter(({ written }) => written.endsWith(".step"));
  const byName = callsBy(steps, ({ written }) => [written.split(".").at(-2) ?? ""]);
  const ofSchedulers = steps.filter(({ written }) => !working.has(written) && /sched/i.test(written));
  return {
    ...{ work, loops, working },
    starts: new Set(loops.map(({ span }) => span.from)),
    byName: new Map([...byName].map(([name, those]) => [name, nearestOf(those)])),
    ofSchedulers: nearestOf(ofSchedulers),
  };
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
  return name === undefined ? [] : (steppingOf(reading).byName.get(name)?.(call) ?? []);
}
function steppedIn(reading: Reading, { call, of }: Scheduler): Pace | undefined {
  const { ofSchedulers, working } = steppingOf(reading);
  const step = ownSteps(reading, call).find(({ written }) => !working.has(written)) ?? ofSchedulers(call).at(0);
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
