import { setImmediate } from "node:timers/promises";
import type { Detection, DocumentReading, Origin } from "../../src/documents/document.ts";
import type { TextEdit } from "../../src/documents/edit.ts";
import { Readings } from "../../src/editor/readings.ts";
import type { Clock } from "../../src/editor/runs.ts";
import { Session } from "../../src/editor/session.ts";
import type { Source } from "../../src/editor/source.ts";
import type { FromWorker, Order, Report, Show, ToWebview } from "../../src/protocol/index.ts";

/** A document in memory. Every change tells the session, as the editor would. */
export class Script implements Source {
  readonly languageId = "python";
  /** One undo step each. */
  readonly undo: string[] = [];
  readonly = false;
  gone = false;
  private count = 0;

  constructor(
    readonly name: string,
    private now: string,
    private readonly heard: (script: Script, from: number, to: number, length: number) => void = () => undefined,
  ) {}
  get key(): string {
    return `file:///project/${this.name}`;
  }
  get fileName(): string {
    return this.key;
  }
  open(): Promise<void> {
    return this.gone ? Promise.reject(new Error("The file is no longer there")) : Promise.resolve();
  }
  version(): string {
    return String(this.count);
  }
  text(): string {
    return this.now;
  }
  relocate(detection: Detection): Detection {
    return detection;
  }
  /** Types over the first occurrence of `what`. */
  type(what: string, text: string): void {
    const from = this.now.indexOf(what);
    if (from < 0) throw new Error(`"${what}" does not stand in the script.`);
    this.replace(from, from + what.length, text);
  }
  edit(edits: readonly TextEdit[]): Promise<boolean> {
    if (this.readonly) return Promise.resolve(false);
    this.undo.push(this.now);
    for (const { span, text } of [...edits].reverse()) this.replace(span.from, span.to, text);
    return Promise.resolve(true);
  }
  private replace(from: number, to: number, text: string): void {
    this.now = this.now.slice(0, from) + text + this.now.slice(to);
    this.count++;
    this.heard(this, from, to, text.length);
  }
}

/** Reads `name = AdamW(params, lr=1e-3)` and nothing else; a name in place of the number stays unresolved. */
export function readScript(text: string): DocumentReading {
  const detections = [...text.matchAll(/(\w+) = (AdamW|SGD|Hunter)\(params, lr=([\w.+-]+)\)/g)].map(
    (match): Detection => {
      const [whole, target = "", optimizer = "", rate = ""] = match;
      const to = match.index + whole.length;
      const from = match.index + `${target} = `.length;
      const line = text.slice(0, from).split("\n").length;
      const span = { from: to - 1 - rate.length, to: to - 1 };
      const known = Number.isFinite(Number(rate));
      const origin: Origin = known
        ? { kind: "written", span, line, site: { span, template: "{learningRate}" } }
        : { kind: "unresolved", span, line, text: rate };
      return {
        framework: "torch",
        frameworkTitle: "PyTorch 2.x",
        span: { from, to },
        line,
        configuration: {
          framework: "torch",
          optimizer,
          groups: [{ name: "all parameters", values: { learningRate: known ? Number(rate) : 1e-3 } }],
        },
        origins: [{ learningRate: origin }],
        spelled: { optimizer, hyperparameters: { lr: known ? Number(rate) : { unresolved: rate } } },
        target,
        notes: [],
      };
    },
  );
  return { detections, facts: {} };
}

/** Time that passes when it is told to. */
export class FakeClock implements Clock {
  private time = 1_000_000;
  private waiting: { readonly at: number; readonly act: () => void }[] = [];
  now(): number {
    return this.time;
  }
  after(milliseconds: number, act: () => void): () => void {
    const entry = { at: this.time + milliseconds, act };
    this.waiting.push(entry);
    return () => {
      this.waiting = this.waiting.filter((other) => other !== entry);
    };
  }
  async pass(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    const due = this.waiting.filter(({ at }) => at <= this.time);
    this.waiting = this.waiting.filter(({ at }) => at > this.time);
    for (const { act } of due) act();
    await setImmediate();
  }
}

const report: Report = { answer: "Loss **0.03**.", status: "A model problem.", rules: [] };
const progress = { done: 10, total: 100, unit: "steps" };

/** A session with everything around it played by the test. */
export class Scene {
  readonly orders: Order[] = [];
  readonly posts: ToWebview[] = [];
  readonly logged: string[] = [];
  readonly clock = new FakeClock();
  readonly settings = { seed: 1, followDelay: 120, patterns: false };
  /** Runs whose first picture the simulator was told of. */
  readonly painted: number[] = [];
  /** For how long it is to hold back: every word of it. */
  readonly held: number[] = [];
  /** Whether the panel hears what is posted. */
  listening = true;
  stops = 0;
  /** Texts parsed, and readings asked for with the files they name. */
  reads = 0;
  asked = 0;
  /** What the panel stores at the end of a run. */
  failing: string | undefined;
  readonly session: Session;

  constructor() {
    const readings = new Readings({
      read: async (text) => {
        this.reads++;
        await setImmediate();
        if (this.failing !== undefined) throw new Error(this.failing);
        return readScript(text);
      },
    });
    this.session = new Session({
      simulator: {
        order: (order) => this.orders.push(order),
        stop: () => this.stops++,
        painted: (run) => this.painted.push(run),
        hold: (milliseconds) => this.held.push(milliseconds),
      },
      read: (source) => {
        this.asked++;
        return readings.of(source);
      },
      foresee: (source) => void readings.of(source),
      post: (message) => this.listening && this.posts.push(message),
      listening: () => this.listening,
      settings: () => this.settings,
      clock: this.clock,
      log: (text) => this.logged.push(text),
    });
  }
  script(name: string, text: string): Script {
    return new Script(name, text, (script, from, to, length) => {
      if (this.session.source?.key === script.key) this.session.edited([{ from, to, length }]);
    });
  }
  /** Until the charts would have followed an edit. */
  async pause(): Promise<void> {
    await this.clock.pass(this.settings.followDelay);
    for (let i = 0; i < 4; i++) await setImmediate();
  }
  get order(): Order {
    const last = this.orders.at(-1);
    if (!last) throw new Error("Nothing was ordered.");
    return last;
  }
  get rate(): number | undefined {
    return this.order.configuration.groups.at(0)?.values["learningRate"];
  }
  get show(): Show {
    const last = this.told("show").at(-1);
    if (!last) throw new Error("Nothing was shown.");
    return last;
  }
  /** Everything of one kind that the panel was told. */
  told<T extends ToWebview["type"]>(type: T): (ToWebview & { readonly type: T })[] {
    return this.posts.filter((message): message is ToWebview & { readonly type: T } => message.type === type);
  }
  frames(run: number, values: readonly number[]): FromWorker {
    const columns = [Float64Array.from(values, (_, i) => i), Float64Array.from(values)];
    const frame = { chart: "loss", series: "median", mode: "append", columns } as const;
    return { type: "frames", run, frames: [frame], report, progress };
  }
  done(run: number): FromWorker {
    return { type: "done", run, findings: [], report, seconds: 0.1 };
  }
  stopped(run: number): FromWorker {
    return { type: "stopped", run, report, progress };
  }
  /** The latest order runs to its end and stays on the screen for a while. */
  async finish(values: readonly number[] = [3, 2, 1]): Promise<void> {
    this.session.hear(this.frames(this.order.run, values));
    this.session.hear(this.done(this.order.run));
    await this.clock.pass(2000);
  }
}
