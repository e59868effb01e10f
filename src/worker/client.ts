import path from "node:path";
import { Worker } from "node:worker_threads";
import type { FromWorker, Order, Progress, Report, ToWorker } from "../protocol/index.ts";
import { newSignals, signal } from "./signals.ts";
import { failureOf, type Fault, faultOf } from "./thread.ts";

export { Reader } from "./readerClient.ts";

export interface SimulatorOptions {
  /** Where lead.js, unit.js and the data files stand. */
  readonly folder: string;
  /** As many as the machine has, at most eight, where absent or 0. */
  readonly threads?: number;
  /** Whether somebody looks, who will say what is `painted`: threads then leave the processor to the first picture of a run. */
  readonly watched?: boolean;
  /** Hears of the latest order only. */
  readonly listen: (message: FromWorker) => void;
}
/** The lead thread, what it shares, and how many words were sent to it. */
interface Lead {
  readonly worker: Worker;
  readonly signals: Int32Array;
  words: number;
  watch?: NodeJS.Timeout;
}
/** An order until it has ended, and what was last heard of it. */
interface Open {
  readonly order: Order;
  report?: Report;
  progress?: Progress;
  /** Once a stop was asked for: runs out where the lead does not answer. */
  stopping?: NodeJS.Timeout;
  died: boolean;
}
/** Milliseconds after which a stop that the lead has not answered is answered here. */
const promptly = 40;
/** Milliseconds after which a lead that has not taken a word is given up. */
const patience = 1000;

/** This side's end of the simulating threads. They start with the first order, or `warm`, and are kept. */
export class Simulator {
  readonly #options: SimulatorOptions;
  #lead: Lead | undefined;
  /** The latest order, until it has ended. */
  #open: Open | undefined;

  constructor(options: SimulatorOptions) {
    this.#options = options;
  }
  /** Starts the threads, so that the first order finds them ready. */
  warm(): void {
    this.#lead ??= this.#start();
  }
  /** Takes the place of whatever is running. */
  order(order: Order): void {
    clearTimeout(this.#open?.stopping);
    this.#open = { order, died: false };
    this.#send(order);
  }
  /** The first frames of a run are on the screen. */
  painted(run: number): void {
    if (this.#lead && this.#open?.order.run === run)
      Atomics.store(this.#lead.signals, signal.painted, this.#lead.words);
  }
  /** For so many milliseconds leaves the processors and the panel to what may be about to take the place of what is running. */
  hold(milliseconds: number): void {
    const { signals } = this.#lead ?? {};
    if (!signals) return;
    Atomics.store(signals, signal.holdFor, milliseconds);
    Atomics.add(signals, signal.holds, 1);
  }
  /** The run answers with `stopped`; nothing happens where nothing is running. */
  stop(): void {
    const open = this.#open;
    if (!open || open.stopping) return;
    this.#send({ type: "stop" });
    open.stopping = setTimeout(() => {
      if (this.#open !== open) return;
      const { order, report = nothing, progress = { done: 0, total: 0, unit: "steps" } } = open;
      this.#say({ type: "stopped", run: order.run, report, progress });
    }, promptly);
  }
  /** Ends the threads. A later order starts them again. */
  async dispose(): Promise<void> {
    const lead = this.#lead;
    clearTimeout(this.#open?.stopping);
    this.#open = undefined;
    if (lead) await this.#dismiss(lead);
  }

  #send(message: ToWorker): void {
    const lead = (this.#lead ??= this.#start());
    lead.words++;
    // Threads in the middle of an earlier run see this at their next step, before any message is read.
    Atomics.store(lead.signals, signal.wanted, lead.words);
    lead.worker.postMessage(message);
    this.#expectTaken(lead);
  }
  /** A lead that is held up in a lab takes no words: it is replaced, and another given the order. */
  #expectTaken(lead: Lead): void {
    if (lead.watch) return;
    const { words } = lead;
    lead.watch = setTimeout(() => {
      delete lead.watch;
      if (this.#lead !== lead) return;
      const taken = Atomics.load(lead.signals, signal.taken);
      if (taken >= lead.words) return;
      if (taken < 0 || taken >= words) {
        this.#expectTaken(lead); // it is still starting, or later words have come
        return;
      }
      void this.#dismiss(lead);
      const open = this.#open;
      if (open && !open.stopping) this.#send(open.order);
    }, patience);
  }
  async #dismiss(lead: Lead): Promise<void> {
    if (this.#lead === lead) this.#lead = undefined;
    clearTimeout(lead.watch);
    await lead.worker.terminate();
  }

  #start(): Lead {
    const { folder, threads = 0, watched = false } = this.#options;
    const signals = newSignals();
    const worker = new Worker(path.join(folder, "lead.js"), {
      execArgv: [],
      workerData: { folder, threads, watched, signals },
    });
    const lead: Lead = { worker, signals, words: 0 };
    const lost = (fault: Fault): void => {
      if (this.#lead !== lead) return;
      clearTimeout(lead.watch);
      this.#lead = undefined;
      const open = this.#open;
      if (!open) return;
      if (open.died || open.stopping) {
        const reason = "the thread that leads the others ended twice";
        this.#say({ type: "failed", run: open.order.run, ...failureOf({ reason, ...fault }, open.progress) });
        return;
      }
      open.died = true;
      this.#send(open.order);
    };
    worker.on("message", (message: FromWorker) => {
      if (this.#lead === lead) this.#hear(message);
    });
    worker.on("error", (error) => lost({ ...faultOf(error), said: false }));
    worker.on("exit", (code) => {
      const message = `The simulating thread ended with code ${code}.`;
      lost({ message, details: message, said: false });
    });
    return lead;
  }
  #hear(message: FromWorker): void {
    const open = this.#open;
    if (message.run !== open?.order.run) return;
    if (message.type !== "frames") {
      this.#say(message);
      return;
    }
    open.report = message.report;
    open.progress = message.progress;
    this.#options.listen(message);
  }
  /** How the open run ends. */
  #say(ending: FromWorker): void {
    clearTimeout(this.#open?.stopping);
    this.#open = undefined;
    this.#options.listen(ending);
  }
}
/** The report of a run that was stopped before it could say anything. */
const nothing: Report = { answer: "Stopped before the first curve.", status: "", rules: [] };
