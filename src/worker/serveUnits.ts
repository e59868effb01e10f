import type { MessagePort } from "node:worker_threads";
import type { Job, Lab } from "../core/labs/lab.ts";
import type { Rng } from "../core/rng.ts";
import { advance, OpenUnits } from "./openUnits.ts";
import { look, Rest } from "./rest.ts";
import { type Forms, RingWriter } from "./ring.ts";
import { desk, signal } from "./signals.ts";
import { type Fault, faultOf, parcel } from "./thread.ts";

/** What a computing thread is started with. */
export interface UnitData {
  /** Which of the pool's threads it is, from 0. */
  readonly thread: number;
  readonly signals: Int32Array;
  readonly desk: Int32Array;
  readonly ring: SharedArrayBuffer;
}
/** A run for all threads to share; it takes the place of whatever a thread was doing. */
export interface Share {
  /** Number of the word that began it. */
  readonly run: number;
  readonly lab: string;
  readonly seed: number;
  readonly job: Job;
  readonly threads: number;
  /** Whether somebody looks, so that the first picture comes first. */
  readonly watched: boolean;
  /** By unit, in memory that all threads see: 0, or 1 more than the thread that took it. */
  readonly taken: Int32Array;
}
export type FromUnits =
  | (Forms & {
      readonly type: "parts";
      readonly run: number;
      /** Parts stand in the ring up to here. */
      readonly until: number;
      /** The one part that does not. */
      readonly large?: unknown;
      /** Units. */
      readonly ended: readonly number[];
    })
  | { readonly type: "failed"; readonly run: number; readonly until: number; readonly fault: Fault };

/** Milliseconds of work between two posts; the first is short, so that something shows at once. */
const slice = { first: 6, later: 20 };
/** Threads that rest for a first picture: as many processors as the editor and its panel need. */
const resting = 2;
/** Milliseconds between two looks at whether the run is still wanted, while the lead is behind. */
const patience = 10;

/**
 * What a computing thread has of core, all of it from one file: noise and rooms must be those whose kernels are compiled, not
 * copies of them.
 */
export interface Computing {
  readonly findLab: (name: string) => Lab | undefined;
  readonly clearRooms: () => void;
  readonly rng: (seed: number) => Rng;
}

/** The life of a computing thread: takes units, advances them in turns and hands over what they yield. */
export function serveUnits(port: MessagePort, data: UnitData, { findLab: find, clearRooms, rng }: Computing): void {
  const ring = new RingWriter(data.ring);
  const rest = new Rest(data.signals);
  let posted = ring.written;
  let ended: number[] = [];
  let units: OpenUnits | undefined;
  let run = 0;
  let budget = slice.first;
  let scheduled = false;

  /** While the lead stands in, whose units are begun anew when it leaves: then nobody waits for a thread that has begun too many. */
  const oneByOne = (): boolean => Atomics.load(data.signals, signal.standIn) === 1;
  const superseded = (): boolean => Atomics.load(data.signals, signal.wanted) !== run;
  const say = (message: FromUnits, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  /** What is no longer wanted is posted too: the lead frees its memory. */
  const post = (): void => {
    if (ring.written === posted && ended.length === 0) return;
    say({ type: "parts", run, until: ring.written, ...ring.takeForms(), ended });
    posted = ring.written;
    ended = [];
  };
  const fail = (fault: Fault): void => {
    say({ type: "failed", run, until: ring.written, fault });
    posted = ring.written;
    ended = [];
  };
  const send = (unit: number, index: number, part: unknown): void => {
    let how = ring.put(unit, index, part); // now: the generator may go on writing into its arrays
    while (how !== "put") {
      post();
      if (how === "large" && ring.stand(unit, index)) {
        const { body, transfer } = parcel(part);
        say({ type: "parts", run, until: ring.written, large: body, ended: [] }, transfer);
        posted = ring.written;
        return;
      }
      ring.wait(patience);
      if (superseded()) return;
      how = ring.put(unit, index, part);
    }
  };
  /** Some milliseconds of work. Returns whether there is more to do. */
  const work = (open: OpenUnits): boolean => {
    const until = performance.now() + budget;
    budget = rest.ahead ? slice.first : slice.later;
    do {
      const it = superseded() ? undefined : open.next();
      if (!it) return false;
      Atomics.store(data.desk, desk.unit, it.unit + 1);
      const result = advance(it, superseded);
      Atomics.store(data.desk, desk.unit, 0);
      if (result?.done) {
        open.close(it);
        ended.push(it.unit);
      } else if (result) send(it.unit, it.parts++, result.value);
    } while (performance.now() < until);
    return true;
  };
  const turn = (): void => {
    scheduled = false;
    if (!units) return;
    Atomics.store(data.desk, desk.run, run);
    let more = false;
    try {
      more = work(units);
      post();
    } catch (error) {
      fail(faultOf(error));
    }
    if (!more) units = undefined;
    Atomics.store(data.desk, desk.run, 0);
    Atomics.store(data.desk, desk.unit, 0);
    schedule();
  };
  const schedule = (): void => {
    if (scheduled || !units) return;
    scheduled = true;
    if (rest.due() && !superseded())
      setTimeout(() => {
        scheduled = false;
        schedule();
      }, look);
    else setImmediate(turn);
  };

  port.on("message", (share: Share) => {
    run = share.run;
    budget = slice.first;
    units = undefined;
    rest.begin(run, share.watched && data.thread >= share.threads - resting);
    ring.begin();
    clearRooms(); // the run before is over: none of its units goes on
    const { job, seed } = share;
    const lab = find(share.lab);
    if (lab) units = new OpenUnits(share, data.thread, (unit) => lab.work(job, unit, rng(seed)), { oneByOne });
    else {
      const message = `There is no lab "${share.lab}".`;
      fail({ message, details: message, said: true });
    }
    schedule();
  });
}
