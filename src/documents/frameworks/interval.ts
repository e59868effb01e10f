import type { Call, Loop } from "../call.ts";
import type { Reading } from "../document.ts";
import { preparedPace } from "./accelerate.ts";
import { lightningPace, type Pace } from "./lightning.ts";
import { functionAround, loopsAround } from "./surrounding.ts";
import type { Scheduler } from "./torchSchedulers.ts";

/** Calls that make or follow one update of the weights. */
export const updates = (reading: Reading): Call[] =>
  reading.calls.filter(({ written }) =>
    /(?:^|\.)backward$|(?:optim\w*|opt|opt_\w+|scaler|engine)\.step$/.test(written),
  );
const inside = (inner: Loop, outer: Loop): boolean =>
  outer.span.from < inner.span.from && inner.span.to <= outer.span.to;

/** What one count of a scheduler is: where its step() is called, what Lightning is told, how accelerate steps it. */
export function paceOf(reading: Reading, scheduler: Scheduler): Pace {
  const { call, of } = scheduler;
  const told = lightningPace(reading, call);
  const hasLightning = /\blightning\b|\bpl\./i.test(reading.text);
  if (told !== undefined && (hasLightning || !of.name.startsWith("get_"))) return told;
  const stepped = steppedIn(reading, scheduler);
  const { notes = [], ...perProcess } = preparedPace(reading, call);
  return {
    interval: stepped?.interval ?? told?.interval ?? "step",
    ...perProcess,
    notes: [...(stepped?.notes ?? []), ...notes],
  };
}
/** Calls that step this scheduler by its name. */
export function ownSteps(reading: Reading, { target }: Call): Call[] {
  const name = target?.split(".").at(-1);
  return name === undefined
    ? []
    : reading.calls.filter(({ written }) => /\.step$/.test(written) && written.split(".").at(-2) === name);
}
function steppedIn(reading: Reading, { call, of }: Scheduler): Pace | undefined {
  const work = updates(reading);
  const working = new Set(work.map(({ written }) => written));
  const all = reading.calls.filter(({ written }) => /\.step$/.test(written) && !working.has(written));
  const own = ownSteps(reading, call).filter(({ written }) => !working.has(written));
  const [step] = own.length > 0 ? own : all.filter(({ written }) => /sched/i.test(written));
  if (step === undefined) return undefined;
  const [given] = of.name === "ReduceLROnPlateau" ? [] : step.args;
  const words = given ? reading.text.slice(given.span.from, given.span.to) : "";
  if (!/^(?:epoch\s*=\s*)?(?:self\.)?\w*epoch/i.test(words)) return { interval: standsIn(step, work) };
  const fraction = words.includes("/"); // scheduler.step(epoch + i / iters)
  const note = "It is stepped by parts of an epoch; here the rate changes with every whole epoch.";
  return { interval: "epoch", ...(fraction && { notes: [note] }) };
}
/** Whether a call stands in the loop of the updates, or around it. */
function standsIn(step: Call, work: readonly Call[]): "step" | "epoch" {
  const loops = loopsAround(step);
  const loop = loops.at(-1);
  if (loop === undefined) {
    const home = functionAround(step);
    const holds = work.some(
      (it) => home && home.span.from <= it.span.from && it.span.to <= home.span.to && loopsAround(it).length > 0,
    );
    return holds ? "epoch" : "step";
  }
  const innermost = work.map((it) => loopsAround(it).at(-1)).filter((it) => it !== undefined);
  if (innermost.some(({ span }) => span.from === loop.span.from)) return "step";
  if (innermost.some((it) => inside(it, loop))) return "epoch";
  return /epoch/i.test(`${loop.variable} ${loop.over}`) ? "epoch" : "step";
}
