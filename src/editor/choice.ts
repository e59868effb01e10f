import type { Detection } from "../documents/document.ts";
import type { Knob } from "../protocol/index.ts";
import { buildKnobs, plan, type Choosing, type Compared, type Plan, type Setting } from "../view/index.ts";
import { follow, type TextChange } from "./source.ts";
import { anchorOf, digestOf, findAgain, pickAt, type Anchor, type Followed, type Subject } from "./subject.ts";

/** What somebody has chosen to see: a construction of the document at hand, a lab, a problem, knobs moved. */
export class Choice {
  detections: readonly Detection[] = [];
  anchor: Anchor | undefined;
  /** Of parameters: the one whose knobs are shown. */
  group = 0;
  settings: readonly Setting[] = [];
  /** What it is compared with; constructions of this document are found again by where they stand. */
  private others: readonly Followed[] = [];
  private lab: string | undefined;
  private problem: string | undefined;
  /** Texts of the problem that were typed over the document's. */
  private texts: Readonly<Record<string, string>> = {};

  /** `seed` is the setting's; an experiment file has its own. */
  constructor(private readonly seed: () => number) {}

  get detection(): Detection | undefined {
    return this.anchor && this.detections.at(this.anchor.index);
  }
  /** Everything filled in, or undefined where there is nothing to run. Throws a sentence for a lab that does not exist. */
  plan(over: Partial<Choosing> = {}, more: readonly Setting[] = []): Plan | undefined {
    const { detections, anchor, lab, problem, settings, texts, detection, compared } = this;
    if (!anchor || !detection) return undefined;
    return plan({
      detections,
      chosen: anchor.index,
      settings: [...settings, ...more],
      texts,
      compared,
      ...(lab !== undefined && { lab }),
      ...(problem !== undefined && { problem }),
      ...(!detection.experiment && { seed: this.seed() }),
      ...over,
    });
  }

  get compared(): readonly Compared[] {
    return this.others.map(({ compared }) => compared);
  }
  compareWith(all: readonly Compared[]): void {
    this.others = all.map((compared) => {
      const anchor = compared.kind === "here" ? anchorOf(this.detections, compared.index) : undefined;
      return anchor ? { compared, anchor } : { compared };
    });
  }

  /** Another document: nothing is chosen yet. */
  clear(): void {
    this.detections = [];
    this.anchor = undefined;
    this.lab = undefined;
    this.problem = undefined;
    this.settings = [];
    this.texts = {};
    this.others = [];
    this.group = 0;
  }
  chooseLab(name: string): void {
    this.lab = name;
    this.settings = this.settings.filter(({ of }) => of !== "lab");
  }
  chooseProblem(name: string): void {
    this.problem = name;
    this.settings = this.settings.filter(({ of }) => of !== "problem");
    this.texts = {};
  }
  /** Another construction of the same document; false where it is the one at hand. */
  pick(detections: readonly Detection[], index: number): boolean {
    const same = detections === this.detections && index === this.anchor?.index;
    if (same || !detections.at(index)) return false;
    this.detections = detections;
    this.anchor = anchorOf(detections, index);
    this.settings = [];
    this.texts = {};
    this.group = 0;
    return true;
  }
  /** Turns a knob; without a value, or with the code's own, it is as the code has it. */
  set(of: Knob["of"], name: string, value?: number): void {
    const group = of === "optimizer" || of === "schedule" ? this.group : 0;
    const others = this.settings.filter((it) => it.of !== of || it.group !== group || it.name !== name);
    const original = this.originals().get(`${group} ${of} ${name}`);
    this.settings = value === undefined || value === original ? others : [...others, { of, group, name, value }];
  }

  /** Types over a text of the problem; with the document's own it is as the document has it. */
  write(name: string, text: string): void {
    const others = Object.entries(this.texts).filter(([known]) => known !== name);
    const original = this.plan()?.originalTexts[name];
    this.texts = Object.fromEntries(text === original ? others : [...others, [name, text]]);
  }

  edited(changes: readonly TextChange[]): void {
    const moved = (anchor: Anchor): Anchor => ({ ...anchor, offset: follow(anchor.offset, changes) });
    if (this.anchor) this.anchor = moved(this.anchor);
    this.others = this.others.map((it) => (it.anchor ? { ...it, anchor: moved(it.anchor) } : it));
  }
  /** Index of the construction followed so far among newly read ones; the most likely where there was none. */
  again(detections: readonly Detection[]): number | undefined {
    return this.anchor ? findAgain(detections, this.anchor) : pickAt(detections, undefined);
  }
  /** The document was read. Settings the code has caught up with, or whose number was changed there, give way to it. */
  read(detections: readonly Detection[], index: number): void {
    const before = this.originals();
    this.detections = detections;
    this.anchor = anchorOf(detections, index);
    this.others = this.others.flatMap((it): Followed[] => {
      if (!it.anchor) return [it];
      const again = findAgain(detections, it.anchor);
      const anchor = again === undefined ? undefined : anchorOf(detections, again);
      // One that is being typed may read again; until then it stands where it stood.
      return anchor
        ? [{ compared: { kind: "here", index: anchor.index }, anchor }]
        : [{ ...it, compared: { kind: "here", index: -1 } }];
    });
    const after = this.originals();
    this.group = Math.min(this.group, Math.max(0, (this.detection?.configuration.groups.length ?? 1) - 1));
    this.settings = this.settings.filter(({ of, group, name, value }) => {
      const key = `${group} ${of} ${name}`;
      const now = after.get(key);
      const unmoved = of === "lab" || !before.has(key) || before.get(key) === now;
      return now !== undefined && now !== value && unmoved;
    });
  }

  /** For after a reload of the window. */
  subject(uri: string, now: Plan): Subject | undefined {
    const { anchor, lab, problem, group, settings, texts, others } = this;
    return (
      anchor && {
        uri,
        anchor,
        group,
        settings,
        ...(Object.keys(texts).length > 0 && { texts }),
        ...(others.length > 0 && { others }),
        ...(lab !== undefined && { lab }),
        ...(problem !== undefined && { problem }),
        digest: digestOf(now),
      }
    );
  }
  restore({ anchor, lab, problem, group, settings, texts = {}, others = [] }: Subject): void {
    this.clear();
    Object.assign(this, { anchor, lab, problem, group, settings, texts, others });
  }

  /** What the document says, or its library, of every knob: by group, kind and name. */
  private originals(): ReadonlyMap<string, number> {
    const now = this.plan();
    const all = (now?.configuration.groups ?? []).flatMap((_, group) =>
      (now ? buildKnobs(now, group) : []).map((knob) => [`${group} ${knob.of} ${knob.name}`, knob.original] as const),
    );
    return new Map(all);
  }
}

/** As papers print it. `name` as a document's changes have it: "learningRate", "schedule.length". */
export function symbolOf(plan: Plan, group: number, name: string): string {
  const of = name.startsWith("schedule.") ? "schedule" : "optimizer";
  const own = of === "schedule" ? name.slice("schedule.".length) : name;
  const descriptor = buildKnobs(plan, group).find((knob) => knob.of === of && knob.name === own)?.hyperparameter;
  return descriptor?.symbol ?? own;
}
