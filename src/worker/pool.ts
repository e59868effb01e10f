import path from "node:path";
import { Worker } from "node:worker_threads";
import { RingReader, ringMemory } from "./ring.ts";
import { Rest } from "./rest.ts";
import type { Computing, FromUnits, Share, UnitData } from "./serveUnits.ts";
import type { SharedCode } from "./sharedCode.ts";
import { desk, newDesk, signal } from "./signals.ts";
import { StandIn } from "./standIn.ts";
import { type Fault, faultOf } from "./thread.ts";

export interface PoolOptions {
  /** Where unit.js stands. */
  readonly folder: string;
  readonly threads: number;
  readonly signals: Int32Array;
  /** A part of the run at hand: parts of one unit in their order, each once. */
  readonly add: (unit: number, part: unknown) => void;
  /** Some parts were added; when `left` is 0, all units have ended. */
  readonly moved: (left: number) => void;
  readonly failed: (fault: Fault) => void;
}
interface Thread {
  readonly number: number;
  readonly worker: Worker;
  readonly desk: Int32Array;
  readonly ring: RingReader;
  /** The run whose forms the ring knows. */
  run: number;
}
interface Run {
  readonly share: Share;
  /** By unit: parts added, and whether it has ended. A unit begun anew repeats those it had yielded. */
  readonly added: Int32Array;
  readonly ended: Uint8Array;
  left: number;
  /** How often each unit was in hand when its thread died; −1 stands for none. */
  readonly deaths: Map<number, number>;
}
/** More threads than these are not replaced in one run. */
const mostDeaths = 8;
/** Milliseconds that a thread may go on with a step of a run that nobody wants any more. */
const patience = 1000;
/** Milliseconds after which the last thread is started: those that were started at once are ready by then, and many a first run is over. */
const standing = 250;

/**
 * Computing threads, kept warm from run to run. One that dies is replaced and its units begin anew, once; one that does not
 * come back from a step after its run has ended is replaced too. Of several the last is started when the others are ready; until then the
 * lead stands in for it.
 */
export class Pool {
  readonly #options: PoolOptions;
  readonly #threads: (Thread | undefined)[];
  /** What threads know of labs, once it is known here. */
  #code: SharedCode | undefined;
  #run: Run | undefined;
  #watch: NodeJS.Timeout | undefined;
  /** Until the last thread is started. */
  #standIn: StandIn | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    const { threads } = options;
    const first = Math.max(1, threads - 1);
    this.#threads = Array.from({ length: threads }, (_, number) => (number < first ? this.#start(number) : undefined));
    Atomics.store(options.signals, signal.standIn, first < threads ? 1 : 0);
    if (first < threads) setTimeout(() => this.#complete(), standing);
  }

  /** Comes before the first run: what computing threads wait for, and what the lead needs to stand in for one. */
  teach(code: SharedCode | undefined, computing: Computing): void {
    this.#code = code;
    if (code) for (const thread of this.#threads) thread?.worker.postMessage(code);
    const { signals, failed } = this.#options;
    if (Atomics.load(signals, signal.standIn) === 0) return;
    this.#standIn = new StandIn({
      computing,
      rest: new Rest(signals),
      superseded: (share) => share !== this.#run?.share || !this.#wants(this.#run),
      add: (unit, index, part) => this.#run && this.#add(this.#run, unit, index, part),
      moved: (ended) => this.#run && this.#moved(this.#run, ended),
      failed: (error) => failed(faultOf(error)),
    });
  }
  /** Whatever the threads were doing is dropped. */
  share(work: Omit<Share, "threads" | "taken">, units: number): void {
    const taken = new Int32Array(new SharedArrayBuffer(4 * units));
    const share = { ...work, threads: this.#threads.length, taken };
    this.#run = {
      share,
      added: new Int32Array(units),
      ended: new Uint8Array(units),
      left: units,
      deaths: new Map(),
    };
    const last = this.#threads.length - 1;
    this.#threads.forEach((thread, number) => {
      if (!thread && this.#standIn && number === last) {
        this.#standIn.begin(share, number);
        return;
      }
      const ready = thread ?? this.#start(number);
      this.#threads[number] = ready;
      ready.worker.postMessage(share);
    });
    this.#expectRest();
  }
  /** Drops the run; threads come to rest when they see that it is not the wanted one. */
  rest(): void {
    this.#run = undefined;
    this.#expectRest();
  }

  #start(number: number): Thread {
    const { folder, signals } = this.#options;
    const memory = ringMemory();
    const data: UnitData = { thread: number, signals, desk: newDesk(), ring: memory };
    const worker = new Worker(path.join(folder, "unit.js"), { execArgv: [], workerData: data });
    if (this.#code) worker.postMessage(this.#code);
    const thread: Thread = { number, worker, desk: data.desk, ring: new RingReader(memory), run: 0 };
    let fault: Fault | undefined;
    worker.on("message", (message: FromUnits) => this.#hear(thread, message));
    worker.on("error", (error: Error & { code?: string }) => {
      const ran = error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "ran out of memory" : "broke";
      fault = { ...faultOf(error), said: false, reason: `a computing thread ${ran} twice in the same place` };
    });
    worker.on("exit", (code) => {
      const message = `A computing thread ended with code ${code}.`;
      const reason = "a computing thread ended twice in the same place";
      this.#lost(thread, fault ?? { message, details: message, said: false, reason });
    });
    return thread;
  }

  #hear(thread: Thread, message: FromUnits): void {
    const run = this.#run;
    const current = run?.share.run === message.run && this.#wants(run);
    if (!current || message.type === "failed") {
      thread.ring.free(message.until);
      if (current && message.type === "failed") this.#options.failed(message.fault);
      return;
    }
    if (thread.run !== message.run) thread.ring.forget();
    thread.run = message.run;
    thread.ring.learn(message);
    thread.ring.read(message.until, (unit, index, part) => {
      this.#add(run, unit, index, part ?? message.large);
    });
    this.#moved(run, message.ended);
  }
  #add(run: Run, unit: number, index: number, part: unknown): void {
    // A later word of the editor's end makes the rest moot; so does a failure on the way.
    if (run.added[unit] !== index || !this.#wants(run)) return;
    run.added[unit]++;
    this.#options.add(unit, part);
  }
  #moved(run: Run, ended: readonly number[]): void {
    for (const unit of ended) {
      if (run.ended[unit] === 1) continue;
      run.ended[unit] = 1;
      run.left--;
    }
    if (this.#wants(run)) this.#options.moved(run.left);
  }
  #wants(run: Run): boolean {
    return run === this.#run && this.#wanted() === run.share.run;
  }
  #wanted(): number {
    return Atomics.load(this.#options.signals, signal.wanted);
  }

  /** All that the thread had posted has arrived. */
  #lost(thread: Thread, fault: Fault): void {
    const { number } = thread;
    if (this.#threads.at(number) !== thread) return;
    this.#threads[number] = undefined; // the next run starts another
    const run = this.#run;
    if (!run || run.left === 0) return;
    const unit = Atomics.load(thread.desk, desk.unit) - 1;
    const deaths = (run.deaths.get(unit) ?? 0) + 1;
    run.deaths.set(unit, deaths);
    if (deaths > 1 || run.deaths.size > mostDeaths) {
      this.#options.failed(fault);
      return;
    }
    this.#release(run, number);
    this.#replace(number);
  }
  /** What that thread has not ended is for any of them to begin anew. */
  #release({ share, ended }: Run, number: number): void {
    for (let u = 0; u < ended.length; u++) if (ended[u] === 0) Atomics.compareExchange(share.taken, u, number + 1, 0);
  }
  #replace(number: number): void {
    const fresh = this.#start(number);
    this.#threads[number] = fresh;
    if (this.#run) fresh.worker.postMessage(this.#run.share);
  }
  /** The last thread takes its place. */
  #complete(): void {
    const last = this.#threads.length - 1;
    this.#standIn?.leave();
    this.#standIn = undefined;
    if (this.#run) this.#release(this.#run, last);
    Atomics.store(this.#options.signals, signal.standIn, 0);
    if (!this.#threads[last]) this.#replace(last);
  }

  /** Looks, after a while, whether a thread still has the same run in hand that it has now. */
  #expectRest(): void {
    if (this.#watch) return;
    const busy = this.#threads.map((thread) => thread && { thread, run: Atomics.load(thread.desk, desk.run) });
    this.#watch = setTimeout(() => {
      this.#watch = undefined;
      const wanted = this.#wanted();
      let stale = false;
      for (const it of busy) {
        if (!it) continue;
        const { thread, run } = it;
        const now = Atomics.load(thread.desk, desk.run);
        if (now === 0 || now === wanted) continue;
        stale = true;
        if (now === run) this.#dismiss(thread);
      }
      if (stale) this.#expectRest();
    }, patience);
  }
  #dismiss(thread: Thread): void {
    if (this.#threads.at(thread.number) !== thread) return;
    this.#replace(thread.number);
    void thread.worker.terminate();
  }
}
