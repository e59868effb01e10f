import { setImmediate } from "node:timers/promises";

/** Does work a piece in each turn of the event loop, so that the extension host, and every other extension in it, is never held up long. */
export async function inTurns(work: Iterator<unknown>): Promise<void> {
  while (!work.next().done) await setImmediate();
}
