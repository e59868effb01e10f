import type { Detection, DocumentReading } from "../documents/document.ts";
import { editsFor, previewFor } from "../documents/edit.ts";
import type { Empty, FromWebview, FromWorker, ToWebview } from "../protocol/index.ts";
import {
  buildShow,
  documentChanges,
  type Choosing as Chosen,
  type Compared,
  type Plan,
  type Setting,
} from "../view/index.ts";
import { Choice, symbolOf } from "./choice.ts";
import { Runs, type Clock, type Simulating } from "./runs.ts";
import type { Source, TextChange } from "./source.ts";
import { digestOf, findAgain, pickAt, type Stored, type Subject } from "./subject.ts";
import * as words from "./words.ts";

/** What a session works with. All of it is handed in, so that tests bring their own. */
export interface Collaborators {
  readonly simulator: Simulating;
  /** Off this thread; rejects with a sentence for a text that cannot be read. */
  read(source: Source): Promise<DocumentReading>;
  /** Begins to parse what will be asked for soon. Files that the text names are read then. */
  foresee(source: Source): void;
  /** To the panel, if there is one that listens. */
  post(message: ToWebview): void;
  /** One that does not, or not yet, says `ready` when it does. */
  listening(): boolean;
  settings(): { readonly seed: number; readonly followDelay: number; readonly patterns: boolean };
  readonly clock: Clock;
  log(text: string): void;
}
/** Milliseconds before the end of a pause in the typing at which the text is parsed. */
const ahead = 40;
/** For how long, in ms, what runs leaves the machine to the pause and to what comes of it: it is most likely out of date. */
const quiet = { before: 120, after: 80 };
type Choosing = (detections: readonly Detection[]) => number | undefined;

/** All state of the panel: the document it follows, what is chosen in it, the runs. */
export class Session {
  /** What is followed. */
  source: Source | undefined;
  private readonly choice: Choice;
  private readonly runs: Runs;
  /** Said instead of charts, or over them. */
  private notice: (ToWebview & { readonly type: "empty" | "stale" }) | undefined;
  private readAt = 0;
  private readings = 0;
  private closed = false;
  private callOff: () => void = () => undefined;

  constructor(private readonly its: Collaborators) {
    this.choice = new Choice(() => its.settings().seed);
    this.runs = new Runs(
      its.simulator,
      its.clock,
      () => this.show(),
      (message) => its.post(message),
    );
  }

  /** What a reloaded window needs to show the same again; undefined where nothing is shown. */
  get subject(): Subject | undefined {
    return this.source && this.runs.plan && this.choice.subject(this.source.key, this.runs.plan);
  }
  /** What is shown, for those who save it. */
  get plan(): Plan | undefined {
    return this.runs.plan;
  }

  /** What it is compared with, as chosen. */
  get compared(): readonly Compared[] {
    return this.choice.compared;
  }
  /** Sets the construction beside others; with none, beside what suggests itself. */
  compareWith(all: readonly Compared[]): void {
    this.choice.compareWith(all);
    this.choice.chooseLab("compare");
    this.refresh();
  }
  /** The choice at hand with something else in its place: another lab, a single seed. */
  planWith(over: Partial<Chosen>, more: readonly Setting[] = []): Plan | undefined {
    return this.choice.plan(over, more);
  }

  /** Shows the construction at `offset`; one that was shown when the panel was closed comes back as it was left. */
  async simulate(source: Source, offset?: number): Promise<void> {
    const reopened = this.closed;
    this.closed = false;
    if (this.source?.key !== source.key) this.leave();
    this.source = source;
    await this.readAgain((detections) => {
      const { anchor } = this.choice;
      const again = anchor && findAgain(detections, anchor);
      const chosen = offset === undefined ? (again ?? pickAt(detections, undefined)) : pickAt(detections, offset);
      if (chosen !== undefined && chosen !== again) this.turnTo(detections, chosen);
      else if (reopened) this.runs.bringBack(words.restored(source.name));
      return chosen;
    });
  }

  /** After a reload of the window: the stored run where the file still says the same, else a new one. */
  async restore(source: Source, { subject, frames, ending, run }: Stored): Promise<void> {
    this.leave();
    this.closed = false;
    this.runs.continueFrom(run);
    this.source = source;
    this.choice.restore(subject);
    await this.readAgain((detections) => {
      const chosen = findAgain(detections, subject.anchor) ?? pickAt(detections, undefined);
      if (chosen === undefined) return undefined;
      this.choice.read(detections, chosen);
      const plan = this.choice.plan();
      if (plan && ending && frames.length > 0 && digestOf(plan) === subject.digest)
        this.runs.restore(plan, frames, ending, words.restored(source.name));
      return chosen;
    });
    this.replay(); // the panel may have said `ready` while the file was read
  }

  /** There is nothing to show, for a reason of the editor's. */
  announce(notice: Empty): void {
    this.leave();
    this.closed = false;
    this.source = undefined;
    this.say(notice);
  }
  /** The text changed: `changes` in offsets before it. Reading waits for a pause in the typing. */
  edited(changes: readonly TextChange[]): void {
    this.choice.edited(changes);
    this.runs.touch();
    this.callOff();
    if (this.closed) return; // read when it is opened again
    const { followDelay } = this.its.settings();
    const { source } = this;
    const calls = [
      this.its.clock.after(Math.max(0, followDelay - quiet.before), () =>
        this.its.simulator.hold(quiet.before + quiet.after),
      ),
      this.its.clock.after(Math.max(0, followDelay - ahead), () => source && this.its.foresee(source)),
      this.its.clock.after(followDelay, () => void this.readAgain()),
    ];
    this.callOff = () => calls.forEach((callOff) => callOff());
  }
  deleted(): void {
    if (this.source) this.say(words.deleted(this.source.name));
  }
  /** The same text under another name, or opened again. */
  moved(source: Source): void {
    this.source = source;
    void this.readAgain();
  }
  /** The panel was closed. What it showed is kept for when it is opened again. */
  close(): void {
    this.closed = true;
    this.callOff();
    this.runs.abandon();
  }
  /** Settings of the extension have changed. */
  reconsider(): void {
    if (!this.closed) this.refresh();
  }

  hear(message: FromWorker): void {
    if (message.type === "failed") this.its.log(`${message.message}\n${message.details}`);
    this.runs.hear(message);
  }

  /** Intents of the panel that change what is shown; the others are the editor's. */
  receive(message: FromWebview): void {
    switch (message.type) {
      case "ready":
        this.replay();
        break;
      case "stop":
        this.runs.stop();
        break;
      case "again":
        if (this.runs.plan) this.runs.start(this.runs.plan);
        else void this.readAgain();
        break;
      case "apply":
        void this.apply();
        break;
      case "choose":
        this.choice.chooseLab(message.lab);
        this.refresh();
        break;
      case "problem":
        this.choice.chooseProblem(message.name);
        this.refresh();
        break;
      case "pick":
        this.turnTo(this.choice.detections, message.index);
        this.refresh();
        break;
      case "group":
        this.choice.group = message.index;
        this.show();
        break;
      case "set":
        this.choice.set(message.of, message.name, message.value);
        this.refresh(`${message.of} ${message.name}`, true);
        break;
      case "reset":
        this.choice.set(message.of, message.name);
        this.refresh();
        break;
      case "write":
        this.choice.write(message.name, message.text);
        this.refresh();
        break;
      case "painted":
        this.its.simulator.painted(message.run);
        break;
      case "hide":
        this.runs.hide();
        this.show();
        break;
      case "pin":
        this.runs.pin(message.on);
        this.show();
        break;
      case "insert":
      case "page":
      case "example":
      case "save":
      case "reveal":
      case "copy":
      case "rates":
      case "export":
        break;
    }
  }

  /** Writes the moved knobs into the code, in one undo step. */
  async apply(): Promise<void> {
    const { source } = this;
    if (!source || !(await this.readAgain())) return;
    const { detection } = this.choice;
    const changes = documentChanges(this.choice.settings);
    if (!detection || changes.length === 0) return;
    const { edits, refused } = editsFor(detection, changes);
    const written = edits.length > 0 && (await source.edit(edits));
    if (written) await this.readAgain();
    this.its.post({ type: "said", about: "apply", text: words.applied(written, refused) });
  }

  /** Another construction of the same document, in the same lab. */
  private turnTo(detections: readonly Detection[], index: number): void {
    if (this.choice.pick(detections, index)) this.runs.forget();
  }
  /** Nothing of what was chosen or shown is of use any more. */
  private leave(): void {
    this.choice.clear();
    this.runs.clear();
    this.notice = undefined;
  }

  /** False where there is no construction to follow now, or a later reading follows. */
  private async readAgain(choose: Choosing = (all) => this.choice.again(all)): Promise<boolean> {
    const { source } = this;
    if (!source) return false;
    this.callOff();
    const reading = ++this.readings;
    try {
      await source.open();
      const version = source.version();
      const { detections } = await this.its.read(source);
      if (reading !== this.readings || version !== source.version()) return false;
      return this.take(
        source,
        detections.map((detection) => source.relocate(detection)),
        choose,
      );
    } catch (error) {
      if (reading !== this.readings) return false;
      const why = words.sentence(error).replace(source.fileName, source.name);
      this.its.log(`${source.key}: ${why}`);
      this.say(this.runs.plan ? words.unreadableNow(why) : words.unreadable(source.name, why));
      return false;
    } finally {
      this.its.simulator.hold(0);
    }
  }
  private take(source: Source, detections: readonly Detection[], choose: Choosing): boolean {
    const chosen = choose(detections);
    if (chosen === undefined) {
      const { anchor } = this.choice;
      this.say(this.runs.plan && anchor ? words.stale(anchor.line, this.readAt) : words.nothing(source.name));
      return false;
    }
    this.choice.read(detections, chosen);
    this.readAt = this.its.clock.now();
    this.notice = undefined;
    this.refresh("the code");
    return true;
  }

  /** Runs what is chosen now, unless that is what is shown. */
  private refresh(gesture?: string, hurried = false): void {
    try {
      const plan = this.choice.plan();
      if (plan) this.runs.want(plan, gesture, hurried);
    } catch (error) {
      this.say(words.impossible(words.sentence(error)));
    }
  }

  private show(): void {
    const { source, runs, choice } = this;
    const { plan } = runs;
    if (!source || !plan || !this.its.listening()) return;
    const { group } = choice;
    const before = runs.before();
    this.its.post(
      buildShow(plan, {
        run: runs.number,
        file: source.name,
        group,
        changes: previewFor(plan.detection, documentChanges(choice.settings), source.name, (g, name) =>
          symbolOf(plan, g, name),
        ),
        ...(before && { before }),
        ...(runs.restored !== undefined && { restored: runs.restored }),
        patterns: this.its.settings().patterns,
        subject: this.subject,
      }),
    );
    if (this.notice?.type === "stale") this.its.post(this.notice); // a show takes the banner away
  }
  /** For a panel that has just come up: what a panel that was there all the time has been told. */
  private replay(): void {
    if (this.notice?.type !== "empty") {
      this.show();
      this.runs.replay();
    }
    if (this.notice?.type === "empty") this.its.post(this.notice);
  }
  private say(notice: NonNullable<typeof this.notice>): void {
    this.notice = notice;
    this.its.post(notice);
  }
}
