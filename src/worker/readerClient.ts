import path from "node:path";
import { Worker } from "node:worker_threads";
import type { DocumentReading } from "../documents/document.ts";
import type { Answer, Question } from "./question.ts";

interface Waiting {
  readonly question: Question;
  readonly settle: {
    readonly resolve: (reading: DocumentReading) => void;
    readonly reject: (error: Error) => void;
  }[];
  tries: number;
}
/** Characters; a text beyond is no training script. */
const longest = 20_000_000;
/** Milliseconds after which a reading is given up. */
const patience = 30_000;

/**
 * This side's end of the reading thread: one question at a time, the latest text of each file. It starts with the first
 * question, or `warm`, and starts again after a crash, which is tried once more before it is reported.
 */
export class Reader {
  readonly #folder: string;
  #thread: Worker | undefined;
  #queue: Waiting[] = [];
  #asked: Waiting | undefined;
  #timer: NodeJS.Timeout | undefined;
  #next = 0;

  /** `folder` is where reader.js and the parser's two wasm files stand. */
  constructor(folder: string) {
    this.#folder = folder;
  }
  /** Starts the thread, so that the first question finds it ready. */
  warm(): void {
    this.#start();
  }
  /**
   * `fileName` stands for the document (a URI or a path); its ending tells an experiment file. A reading that a later
   * text of the same file overtakes settles with the later one's result. Rejects with a sentence.
   */
  read(text: string, languageId: string, fileName: string): Promise<DocumentReading> {
    if (text.length > longest) {
      const size = `${(text.length / 1e6).toFixed(0)} million characters`;
      return Promise.reject(new Error(`${nameOf(fileName)} has ${size}; files over 20 million are not read.`));
    }
    return new Promise((resolve, reject) => {
      const overtaken = this.#queue.find(({ question }) => question.fileName === fileName);
      this.#queue = this.#queue.filter((waiting) => waiting !== overtaken);
      const settle = [...(overtaken?.settle ?? []), { resolve, reject }];
      this.#queue.push({ question: { id: this.#next++, text, languageId, fileName }, settle, tries: 0 });
      this.#send();
    });
  }
  /** Ends the thread; what was asked is rejected. */
  async dispose(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    clearTimeout(this.#timer);
    const open = this.#asked ? [this.#asked, ...this.#queue] : this.#queue;
    this.#asked = undefined;
    this.#queue = [];
    for (const waiting of open) reject(waiting, "The reader was closed.");
    await thread?.terminate();
  }

  #send(): void {
    if (this.#asked) return;
    const next = this.#queue.shift();
    if (!next) return;
    this.#asked = next;
    next.tries++;
    const thread = this.#start();
    thread.postMessage(next.question);
    this.#timer = setTimeout(() => {
      next.tries = 2;
      void thread.terminate();
    }, patience);
  }
  #start(): Worker {
    if (this.#thread) return this.#thread;
    const thread = new Worker(path.join(this.#folder, "reader.js"), {
      execArgv: [],
      workerData: { folder: this.#folder },
    });
    this.#thread = thread;
    const lost = (why: string): void => {
      if (this.#thread !== thread) return;
      this.#thread = undefined;
      const asked = this.#close();
      if (!asked) return;
      if (asked.tries < 2) this.#queue.unshift(asked);
      else reject(asked, `${nameOf(asked.question.fileName)} could not be read: ${why}`);
      this.#send();
    };
    thread.on("message", (answer: Answer) => {
      const asked = this.#close();
      if (asked && answer.id === asked.question.id)
        if (answer.error === undefined)
          for (const { resolve } of asked.settle) resolve(answer.result as DocumentReading);
        else reject(asked, `${nameOf(asked.question.fileName)} could not be read: ${answer.error}`);
      this.#send();
    });
    thread.on("error", (error) => lost(error.message));
    thread.on("exit", () => lost("the reading thread ended."));
    return thread;
  }
  #close(): Waiting | undefined {
    clearTimeout(this.#timer);
    const asked = this.#asked;
    this.#asked = undefined;
    return asked;
  }
}
const reject = (waiting: Waiting, why: string): void => {
  for (const { reject } of waiting.settle) reject(new Error(why));
};
/** The last part of a path or a URI. */
const nameOf = (fileName: string): string => fileName.split(/[\\/]/).at(-1) ?? fileName;
