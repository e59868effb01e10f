import path from "node:path";
import { Worker } from "node:worker_threads";
import type { FromWorker, Order, Progress, ToWorker } from "../protocol/index.ts";
import { failureOf, type Fault, faultOf } from "./thread.ts";

export { Reader } from "./readerClient.ts";

export interface SimulatorOptions {
  /** Where lead.js, unit.js and the data files stand. */
  readonly folder: string;
  /** As many as the machine has, at most eight, where absent or 0. */
  readonly threads?: number;
  /** Hears of the latest order only. */
  readonly listen: (message: FromWorker) => void;
}

/** This side's end of the simulating threads. They start with the first order, or `warm`, and are kept. */
export class Simulator {
  readonly #options: SimulatorOptions;
  #lead: Worker | undefined;
  /** The latest order's run, until it has ended. */
  #open: number | undefined;
  #latest = Number.NEGATIVE_INFINITY;
  #progress: Progress | undefined;

  constructor(options: SimulatorOptions) {
    this.#options = options;
  }
  /** Starts the threads, so that the first order finds them ready. */
  warm(): void {
    this.#start();
  }
  /** Takes the place of whatever is running. */
  order(order: Order): void {
    this.#open = order.run;
    this.#latest = order.run;
    this.#progress = undefined;
    this.#start().postMessage(order satisfies ToWorker);
  }
  /** The run answers with `stopped`; nothing happens where nothing is running. */
  stop(): void {
    if (this.#open !== undefined) this.#lead?.postMessage({ type: "stop" } satisfies ToWorker);
  }
  /** Ends the threads. A later order starts them again. */
  async dispose(): Promise<void> {
    const lead = this.#lead;
    this.#lead = undefined;
    this.#open = undefined;
    await lead?.terminate();
  }

  #start(): Worker {
    if (this.#lead) return this.#lead;
    const { folder, threads = 0 } = this.#options;
    const lead = new Worker(path.join(folder, "lead.js"), { execArgv: [], workerData: { folder, threads } });
    this.#lead = lead;
    const lost = (fault: Fault): void => {
      if (this.#lead !== lead) return;
      this.#lead = undefined;
      const run = this.#open;
      this.#open = undefined;
      if (run !== undefined) this.#options.listen({ type: "failed", run, ...failureOf(fault, this.#progress) });
    };
    lead.on("message", (message: FromWorker) => this.#hear(message));
    lead.on("error", (error) => lost({ ...faultOf(error), said: false }));
    lead.on("exit", (code) => {
      const message = `The simulating thread ended with code ${code}.`;
      lost({ message, details: message, said: false });
    });
    return lead;
  }
  #hear(message: FromWorker): void {
    if (message.run !== this.#latest || this.#open === undefined) return;
    if (message.type === "frames") this.#progress = message.progress;
    else this.#open = undefined;
    this.#options.listen(message);
  }
}
