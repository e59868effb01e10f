import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import type { MessagePort } from "node:worker_threads";
import type { Gathering, Job, Lab } from "../core/labs/lab.ts";
import type { ProblemData } from "../core/problems/problem.ts";
import type { FromWorker, Order, Progress, ToWorker } from "../protocol/index.ts";
import { Pool } from "./pool.ts";
import { look, Rest } from "./rest.ts";
import type { Computing } from "./serveUnits.ts";
import type { SharedCode } from "./sharedCode.ts";
import { signal } from "./signals.ts";
import { failureOf, type Fault, faultOf, parcel } from "./thread.ts";

/** What the lead is started with. */
export interface LeadData {
  /** Where unit.js and the data files stand. */
  readonly folder: string;
  /** As many as the machine has, at most eight, where absent or 0. */
  readonly threads?: number;
  /** Whether runs wait for their first picture. */
  readonly watched?: boolean;
  readonly signals: Int32Array;
}
/** What the lead needs to know of labs. */
export interface Knowledge {
  /** Name of the data file that an order's problem reads. */
  dataset(order: Order): string | undefined;
  /** Throws a sentence where the order cannot be run. */
  prepare(order: Order, data: ProblemData): { readonly lab: Lab; readonly job: Job };
  /** What computing threads need to know of labs, where they wait for it; and the same for a thread that is not there yet. */
  readonly code?: SharedCode;
  readonly computing: Computing;
}
interface Run {
  readonly order: Order;
  readonly gathering: Gathering;
  readonly began: number;
  fresh: boolean;
  /** Units that have not ended. */
  left: number;
  /** When frames may next be posted. */
  due: number;
  timer?: NodeJS.Timeout | undefined;
}
/** Milliseconds between two posts of frames. */
const pace = 50;
/** Before this many milliseconds nothing can be said of what is left. */
const settled = 500;

/**
 * The life of the lead thread: takes orders, spreads their units, gathers the parts and posts what they show. Its knowledge is loaded
 * while the computing threads start.
 */
export function serveLead(port: MessagePort, data: LeadData, load: () => Knowledge): void {
  const { folder, signals, watched = false } = data;
  const threads = data.threads && data.threads > 0 ? data.threads : Math.max(1, Math.min(8, availableParallelism()));
  const pool = new Pool({ folder, threads, signals, add, moved, failed: (fault) => fail(fault) });
  const rest = new Rest(signals);
  const knowledge = load();
  pool.teach(knowledge.code, knowledge.computing);
  const files = new Map<string, Uint8Array>();
  let current: Run | undefined;
  /** Words taken so far; the last one's number. */
  let words = 0;

  const post = (message: FromWorker): void => {
    const { body, transfer } = parcel(message);
    port.postMessage(body, transfer);
  };
  const end = (): void => {
    clearTimeout(current?.timer);
    current = undefined;
  };
  const fail = (fault: Fault, run = current?.order.run): void => {
    // The threads see at their next step that nobody wants it any more, unless a later word has told them already.
    Atomics.compareExchange(signals, signal.wanted, words, -words);
    pool.rest();
    const progress = current?.gathering.progress();
    end();
    if (run !== undefined) post({ type: "failed", run, ...failureOf(fault, progress) });
  };
  /** Whatever a lab throws here is the run's failure. */
  const attempt = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      fail(faultOf(error));
    }
  };

  function start(order: Order): void {
    end();
    const began = performance.now();
    knowledge.computing.clearRooms(); // what the run before laid out there is over
    try {
      const dataset = knowledge.dataset(order);
      const { lab, job } = knowledge.prepare(order, {
        ...(dataset !== undefined && { dataset: fileOf(dataset) }),
        ...(order.problem.data && { given: order.problem.data }),
      });
      const units = lab.units(job);
      current = { order, gathering: lab.gather(job), began, fresh: false, left: units, due: 0 };
      rest.begin(words, watched);
      pool.share({ run: words, lab: lab.name, seed: order.seed, job, watched }, units);
      if (units === 0) finish(current);
    } catch (error) {
      current = undefined;
      fail(faultOf(error), order.run);
    }
  }
  /** In memory that all threads share, so that no run copies it. */
  function fileOf(dataset: string): Uint8Array {
    const known = files.get(dataset);
    if (known) return known;
    try {
      const bytes = readFileSync(path.join(folder, dataset));
      const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
      shared.set(bytes);
      files.set(dataset, shared);
      return shared;
    } catch {
      throw new Error(`The data file ${dataset} is missing from Optimizer Lab's folder; install it again.`);
    }
  }

  function add(unit: number, part: unknown): void {
    const run = current;
    if (run)
      attempt(() => {
        run.gathering.add(unit, part);
        run.fresh = true;
      });
  }
  function moved(left: number): void {
    const run = current;
    if (!run) return;
    run.left = left;
    if (left === 0 || (run.fresh && !run.timer)) say(run);
  }
  /** Posts what there is: frames at a pace, the end at once; neither while the threads rest, since the panel would have to draw it. */
  function say(run: Run): void {
    clearTimeout(run.timer);
    const over = run.left === 0;
    const wait = rest.due() ? look : over ? 0 : run.due - performance.now();
    run.timer = wait > 0 ? setTimeout(() => say(run), wait) : undefined;
    if (!run.timer) attempt(() => (over ? finish(run) : show(run)));
  }
  function show(run: Run): void {
    run.fresh = false;
    const frames = run.gathering.frames();
    const report = run.gathering.report("running");
    post({ type: "frames", run: run.order.run, frames, report, progress: progressOf(run) });
    run.due = performance.now() + pace;
    if (frames.length > 0) Atomics.store(signals, signal.shown, words);
  }
  function finish(run: Run): void {
    const frames = run.gathering.frames();
    const report = run.gathering.report("done");
    const findings = run.gathering.findings();
    end();
    if (frames.length > 0) post({ type: "frames", run: run.order.run, frames, report, progress: progressOf(run) });
    post({ type: "done", run: run.order.run, findings, report, seconds: (performance.now() - run.began) / 1000 });
  }
  function progressOf(run: Run): Progress {
    const progress = run.gathering.progress();
    const passed = performance.now() - run.began;
    if (progress.done <= 0 || progress.done >= progress.total || passed < settled) return progress;
    return { ...progress, secondsLeft: (passed / 1000) * (progress.total / progress.done - 1) };
  }
  function stop(): void {
    const run = current;
    if (!run) return;
    pool.rest();
    attempt(() => {
      if (run.fresh) show(run);
      const report = run.gathering.report("stopped");
      end();
      post({ type: "stopped", run: run.order.run, report, progress: run.gathering.progress() });
    });
  }

  Atomics.store(signals, signal.taken, words);
  port.on("message", (message: ToWorker) => {
    Atomics.store(signals, signal.taken, ++words);
    if (Atomics.load(signals, signal.wanted) !== words) {
      // A later word is on its way: this one is not worth beginning.
      end();
      pool.rest();
    } else if (message.type === "run") start(message);
    else stop();
  });
}
