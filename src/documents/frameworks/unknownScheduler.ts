import type { Reading } from "../document.ts";
import type { Construction } from "./constructions.ts";
import { wordsOf } from "./readValues.ts";
import { schedulerMade } from "./scheduleWords.ts";
import type { Scheduler } from "./torchSchedulers.ts";

/** Classes that are called like schedulers. */
const sounds = /(?:^|\.)([A-Z]\w*(?:LR|LRScheduler|Scheduler|WarmUp|Warmup|Annealing|Restarts))$/;

/**
 * A scheduler of a class that is not known here, told by its name and by the optimizer that it is given first. Nothing is
 * made of its arguments.
 */
export function unknownScheduler(reading: Reading, { call: { target } }: Construction): Scheduler | undefined {
  const last = (name: string) => name.split(".").at(-1) ?? name;
  if (target === undefined) return undefined;
  for (const call of reading.calls) {
    const name = sounds.exec(call.callee)?.[1];
    if (name === undefined || schedulerMade(call.callee) !== undefined) continue;
    const words = wordsOf(call, ["optimizer"]);
    const given = words.get("optimizer");
    if (!given || last(reading.text.slice(given.span.from, given.span.to)) !== last(target)) continue;
    if (call.blocks?.some((block) => block.kind === "branch" && block.taken === false)) continue;
    return { call, of: { name, signature: [], arguments: [] }, spelled: name, words };
  }
  return undefined;
}
