import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import type { MessagePort } from "node:worker_threads";
import type { Gathering, Job, Lab } from "../core/labs/lab.ts";
import type { ProblemData } from "../core/problems/problem.ts";
import type { FromWorker, Order, Progress, ToWorker } from "../protocol/index.ts";
import { Pool } from "./pool.ts";
import type { FromUnits } from "./serveUnits.ts";
import { failureOf, type Fault, faultOf, parcel } from "./thread.ts";

/** What the lead is started with. */
export interface LeadData {
  /** Where unit.js and the data files stand. */
  readonly folder: string;
  /** As many as the machine has, at most eight, where absent or 0. */
  readonly threads?: number;
}
/** What the lead needs to know of labs. */
export interface Knowledge {
  /** Name of the data file that an order's problem reads. */
  dataset(order: Order): string | undefined;
  /** Throws a sentence where the order cannot be run. */
  prepare(order: Order, data: ProblemData): { readonly lab: Lab; readonly job: Job };
}
interface Run {
  readonly order: Order;
  readonly gathering: Gathering;
  readonly began: number;
  left: number;
  fresh: boolean;
  /** When frames may next be posted. */
  due: number;
  timer?: NodeJS.Timeout;
}
/** Milliseconds between two posts of frames. */
const pace = 50;
/** Before this many milliseconds nothing can be said of what is left. */
const settled = 200;

/** The life of the lead thread: takes orders, spreads their units, gathers the parts and posts what they show. */
export function serveLead(port: MessagePort, data: LeadData, knowledge: Knowledge): void {
  const threads = data.threads && data.threads > 0 ? data.threads : Math.max(1, Math.min(8, availableParallelism()));
  const pool = new Pool({ file: path.join(data.folder, "unit.js"), threads, listen: heard });
  const files = new Map<string, Uint8Array>();
  let current: Run | undefined;

  const post = (message: FromWorker): void => {
    const { body, transfer } = parcel(message);
    port.postMessage(body, transfer);
  };
  const end = (): void => {
    clearTimeout(current?.timer);
    current = undefined;
  };
  const fail = (run: number, fault: Fault, progress?: Progress): void => {
    end();
    post({ type: "failed", run, ...failureOf(fault, progress) });
  };

  function start(order: Order): void {
    end();
    const began = performance.now();
    try {
      const dataset = knowledge.dataset(order);
      const { lab, job } = knowledge.prepare(order, {
        ...(dataset !== undefined && { dataset: fileOf(dataset) }),
        ...(order.problem.data && { given: order.problem.data }),
      });
      const left = lab.units(job);
      current = { order, gathering: lab.gather(job), began, left, fresh: false, due: 0 };
      pool.share({ run: order.run, lab: lab.name, seed: order.seed, job }, left);
      if (left === 0) finish(current);
    } catch (error) {
      pool.rest();
      fail(order.run, faultOf(error));
    }
  }
  /** In memory that all threads share, so that no run copies it. */
  function fileOf(dataset: string): Uint8Array {
    const known = files.get(dataset);
    if (known) return known;
    const name = `${dataset}.bin`;
    try {
      const bytes = readFileSync(path.join(data.folder, name));
      const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
      shared.set(bytes);
      files.set(dataset, shared);
      return shared;
    } catch {
      throw new Error(`The data file ${name} is missing from Optimizer Lab's folder; install it again.`);
    }
  }

  function heard(message: FromUnits): void {
    const run = current;
    if (run?.order.run !== message.run) return;
    if (message.type === "failed") {
      pool.rest();
      fail(run.order.run, message.fault, run.gathering.progress());
      return;
    }
    try {
      for (const { unit, part } of message.parts) run.gathering.add(unit, part);
      run.fresh ||= message.parts.length > 0;
      run.left -= message.ended;
      if (run.left === 0) finish(run);
      else if (run.fresh) pacedShow(run);
    } catch (error) {
      pool.rest();
      fail(run.order.run, faultOf(error), run.gathering.progress());
    }
  }
  function pacedShow(run: Run): void {
    if (run.timer) return;
    const wait = run.due - performance.now();
    if (wait <= 0) {
      show(run);
      return;
    }
    run.timer = setTimeout(() => {
      delete run.timer;
      try {
        show(run);
      } catch (error) {
        pool.rest();
        fail(run.order.run, faultOf(error), run.gathering.progress());
      }
    }, wait);
  }
  function show(run: Run): void {
    run.fresh = false;
    const frames = run.gathering.frames();
    const report = run.gathering.report("running");
    post({ type: "frames", run: run.order.run, frames, report, progress: progressOf(run) });
    run.due = performance.now() + pace;
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
    if (run.fresh) show(run);
    const report = run.gathering.report("stopped");
    end();
    post({ type: "stopped", run: run.order.run, report, progress: run.gathering.progress() });
  }

  port.on("message", (message: ToWorker) => {
    if (message.type === "run") start(message);
    else stop();
  });
}
