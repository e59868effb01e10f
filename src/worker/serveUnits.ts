import type { MessagePort } from "node:worker_threads";
import type { Job, Lab } from "../core/labs/lab.ts";
import { rng } from "../core/rng.ts";
import { type Fault, faultOf, parcel } from "./thread.ts";

/** A thread's share of a run; it takes the place of whatever the thread was doing. No units: come to rest. */
export interface Share {
  readonly run: number;
  readonly lab: string;
  readonly seed: number;
  readonly job: Job | undefined;
  readonly units: readonly number[];
}
export type FromUnits =
  | {
      readonly type: "parts";
      readonly run: number;
      readonly parts: readonly { readonly unit: number; readonly part: unknown }[];
      readonly ended: number;
    }
  | { readonly type: "failed"; readonly run: number; readonly fault: Fault };

/** Milliseconds of work between two looks at the messages; the first is short, so that something shows at once. */
const slice = { first: 6, later: 20 };

/** The life of a computing thread: advances its units in turn, one part each, and hands over what they yield. */
export function serveUnits(port: MessagePort, find: (name: string) => Lab | undefined): void {
  let share: Share | undefined;
  let active: { readonly unit: number; readonly steps: Generator<unknown, void> }[] = [];
  let budget = slice.first;
  let scheduled = false;

  const turn = (): void => {
    scheduled = false;
    if (!share || active.length === 0) return;
    const { run } = share;
    const parts: { unit: number; part: unknown }[] = [];
    const transfer: ArrayBuffer[] = [];
    let ended = 0;
    try {
      const until = performance.now() + budget;
      do {
        const next = active.shift();
        if (!next) break;
        const { done, value } = next.steps.next();
        if (done) ended++;
        else active.push(next);
        if (done || value === undefined) continue;
        const { body, transfer: buffers } = parcel(value); // now: the generator may go on writing into its arrays
        parts.push({ unit: next.unit, part: body });
        for (const buffer of buffers) transfer.push(buffer);
      } while (performance.now() < until);
    } catch (error) {
      active = [];
      port.postMessage({ type: "failed", run, fault: faultOf(error) } satisfies FromUnits);
      return;
    }
    budget = slice.later;
    if (parts.length > 0 || ended > 0)
      port.postMessage({ type: "parts", run, parts, ended } satisfies FromUnits, transfer);
    schedule();
  };
  const schedule = (): void => {
    if (scheduled || active.length === 0) return;
    scheduled = true;
    setImmediate(turn);
  };

  port.on("message", (next: Share) => {
    share = next;
    active = [];
    budget = slice.first;
    const { job, seed, units, run } = next;
    if (!job || units.length === 0) return;
    try {
      const lab = find(next.lab);
      if (!lab) throw new Error(`There is no lab "${next.lab}".`);
      active = units.map((unit) => ({ unit, steps: lab.work(job, unit, rng(seed)) }));
    } catch (error) {
      port.postMessage({ type: "failed", run, fault: faultOf(error) } satisfies FromUnits);
    }
    schedule();
  });
}
