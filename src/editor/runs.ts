import { keep, type Frame, type FromWorker, type Order, type Report, type Show } from "../protocol/index.ts";
import type { Ending } from "./subject.ts";
import { buildOrder, difference, same, withLine, type Plan } from "../view/index.ts";

export interface Clock {
  /** In ms. */
  now(): number;
  /** Returns what calls it off. */
  after(milliseconds: number, act: () => void): () => void;
}
/** The simulating threads' end. */
export interface Simulating {
  order(order: Order): void;
  stop(): void;
  /** The first frames of a run are on the screen. */
  painted(run: number): void;
  /** Another order may come within so many milliseconds. */
  hold(milliseconds: number): void;
}
interface Run {
  readonly number: number;
  /** With newer places in the code, but the same order. */
  readonly plan: Plan;
  readonly frames: readonly Frame[];
  /** The last of its messages that carried frames. */
  readonly latest?: FromWorker & { readonly type: "frames" };
  readonly ending?: Exclude<FromWorker, { readonly type: "frames" }>;
  readonly restored?: string | undefined;
}

/** Changes of one thing that follow each other within this time, in ms, are one: a drag, a number being typed. */
const pause = 1500;
/** A newer order waits this long, in ms, for the first frames of the run at hand: else a drag would show nothing until its end. */
const patience = 100;

/** The run at hand, the one before it, and one that was pinned. */
export class Runs {
  private now: Run | undefined;
  private count = 0;
  private former: Run | undefined;
  private pinned: Run | undefined;
  /** What was changed last, and when. */
  private gesture = { of: "", at: 0 };
  private held: { go(): void; callOff(): void } | undefined;
  /** A run that is no more to be compared with. */
  private passed: number | undefined;

  /** `announce` is told of a new run before anything of it is heard. */
  constructor(
    private readonly simulating: Simulating,
    private readonly clock: Clock,
    private readonly announce: () => void,
    private readonly post: (message: FromWorker) => void,
  ) {}

  get number(): number {
    return this.now?.number ?? 0;
  }
  get plan(): Plan | undefined {
    return this.now?.plan;
  }
  get restored(): string | undefined {
    return this.now?.restored;
  }
  get over(): boolean {
    return this.now?.ending !== undefined;
  }

  /** Runs the plan unless it is what runs or has run. `gesture` names what was changed; `hurried`: one of many in a drag. */
  want(plan: Plan, gesture = "", hurried = false): void {
    this.dropHeld();
    const { now } = this;
    if (now && same(now.plan, plan)) {
      this.now = { ...now, plan };
      this.announce();
      return;
    }
    const at = this.clock.now();
    const goesOn = gesture !== "" && gesture === this.gesture.of && at - this.gesture.at < pause;
    this.gesture = { of: gesture, at };
    if (hurried && now && !now.ending && now.frames.length === 0) {
      const go = () => this.start(plan, goesOn);
      this.held = { go, callOff: this.clock.after(patience, go) };
    } else this.start(plan, goesOn);
  }
  /** Runs it, even if nothing differs from the run at hand, which it is compared with unless a gesture goes on. */
  start(plan: Plan, goesOn = false): void {
    this.dropHeld();
    const { now, former } = this;
    const kept = goesOn && former && comparable(former.plan, plan);
    const finished = now?.ending?.type === "done" && now.number !== this.passed && !same(now.plan, plan);
    if (finished && !kept) this.former = now;
    const number = ++this.count;
    this.now = { number, plan, frames: [] };
    if (plan.refusal === undefined) {
      // The threads begin while the panel is being told: nothing of theirs is heard before this is over.
      this.simulating.order(buildOrder(plan, number));
      this.announce();
    } else {
      this.announce();
      this.simulating.stop();
      const report: Report = { answer: withLine(plan.refusal, plan.refusalLine), status: refused, rules: [] };
      // Frames, though none: they take the former run's curves away.
      this.hear({ type: "frames", run: number, frames: [], report, progress: { done: 0, total: 0, unit: "steps" } });
      this.hear({ type: "done", run: number, findings: [], report, seconds: 0 });
    }
  }
  /** Puts a stored run in the place of a new one. */
  restore(plan: Plan, frames: readonly Frame[], ending: Ending, restored: string): void {
    const number = ++this.count;
    const progress = { done: 0, total: 0, unit: "steps" };
    const latest = { type: "frames", run: number, frames: [], report: ending.report, progress } as const;
    this.now = { number, plan, frames, latest, ending: { ...ending, run: number }, restored };
  }
  /** Runs to come are numbered from here on: the panel may still hold some of before a reload. */
  continueFrom(number: number): void {
    this.count = Math.max(this.count, number);
  }
  /** The finished run at hand is looked at again. */
  bringBack(restored: string): void {
    if (this.now?.ending) this.now = { ...this.now, restored };
  }
  /** What the code says has been read anew: no longer as restored. */
  touch(): void {
    if (this.now) this.now = { ...this.now, restored: undefined };
  }
  stop(): void {
    this.dropHeld();
    this.simulating.stop();
  }
  /** Nothing more is wanted of a run that is not over. */
  abandon(): void {
    this.stop();
    if (!this.now?.ending) this.now = undefined;
  }
  /** Another document or construction: what went before is nothing to compare with, unless it was pinned. */
  clear(): void {
    this.dropHeld();
    if (this.now && !this.now.ending) this.simulating.stop();
    this.now = undefined;
    this.former = undefined;
  }
  /** Another construction follows. */
  forget(): void {
    this.former = undefined;
    this.passed = this.now?.number;
  }

  hear(message: FromWorker): void {
    const { now } = this;
    if (now?.number !== message.run || now.ending) return;
    if (message.type === "frames")
      this.now = { ...now, frames: message.frames.reduce<readonly Frame[]>(keep, now.frames), latest: message };
    else this.now = { ...now, ending: message };
    this.post(message);
    this.held?.go();
  }
  /** Everything since the run was announced, for a panel that has just come up. */
  replay(): void {
    if (!this.now) return;
    const { number, frames, latest, ending } = this.now;
    if (latest) this.post({ ...latest, run: number, frames });
    if (ending) this.post(ending);
  }

  pin(on: boolean): void {
    this.pinned = on && this.over ? this.now : undefined;
  }
  hide(): void {
    this.pinned = undefined;
    this.former = undefined;
  }
  /** What to draw faintly behind the run at hand. */
  before(): Show["before"] {
    const { now } = this;
    const run = this.pinned ?? this.former;
    if (!run || !now || now.plan.refusal !== undefined || !comparable(run.plan, now.plan)) return undefined;
    const label = difference(run.plan, now.plan) ?? (this.pinned ? "pinned run" : undefined);
    return label === undefined ? undefined : { label, frames: run.frames, pinned: run === this.pinned };
  }

  private dropHeld(): void {
    this.held?.callOff();
    this.held = undefined;
  }
}

const refused = "Nothing was run. Change that, or choose another optimizer, lab or problem.";
/** Runs of another lab or problem have nothing in common. */
const comparable = (a: Plan, b: Plan): boolean => a.lab.name === b.lab.name && a.problem.name === b.problem.name;
