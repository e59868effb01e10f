import type { Call, Loop } from "../call.ts";
import type { Reading } from "../document.ts";
import { functionAround, loopsAround } from "./surrounding.ts";
import type { Scheduler } from "./torchSchedules.ts";

/** Calls that make or follow one update of the weights. */
export const updates = (reading: Reading): Call[] =>
  reading.calls.filter(({ written }) =>
    /(?:^|\.)backward$|(?:optim\w*|opt|opt_\w+|scaler|engine)\.step$/.test(written),
  );
const inside = (inner: Loop, outer: Loop): boolean =>
  outer.span.from < inner.span.from && inner.span.to <= outer.span.to;

/** What one count of a scheduler is: where its step() is called, or what Lightning is told. */
export function intervalOf(reading: Reading, { call, of }: Scheduler): "step" | "epoch" {
  if (of.name.startsWith("get_")) return steppedIn(reading, call) ?? "step";
  const told = lightningInterval(reading, call);
  if (told !== undefined) return told;
  const stepped = steppedIn(reading, call);
  if (stepped !== undefined) return stepped;
  return call.blocks?.some((block) => block.kind === "function" && block.name === "configure_optimizers")
    ? "epoch"
    : "step";
}
function lightningInterval(reading: Reading, call: Call): "step" | "epoch" | undefined {
  const method = functionAround(call);
  if (method?.name !== "configure_optimizers") return undefined;
  const text = reading.text.slice(method.span.from, method.span.to);
  const word = /["']?\binterval["']?\s*[:=]\s*["'](step|epoch)["']/.exec(text)?.[1];
  return word === "step" ? "step" : "epoch";
}
function steppedIn(reading: Reading, call: Call): "step" | "epoch" | undefined {
  const name = call.target?.split(".").at(-1);
  const work = updates(reading);
  const working = new Set(work.map(({ written }) => written));
  const all = reading.calls.filter(({ written }) => /\.step$/.test(written) && !working.has(written));
  const own = all.filter(({ written }) => written.split(".").at(-2) === name);
  const [step] = own.length > 0 ? own : all.filter(({ written }) => /sched/i.test(written));
  if (step === undefined) return undefined;
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
  if (/epoch/i.test(`${loop.variable} ${loop.over}`)) return "epoch";
  return "step";
}
