import type { Change } from "../protocol/index.ts";
import type { Detection, Origin, Site, Span } from "./document.ts";
import { fillTemplate, placeholders, spellNumber } from "./spelling.ts";

/** A new value for one hyperparameter of one parameter group; those of a schedule are named "schedule.gamma". */
export interface ValueChange {
  readonly group: number;
  readonly name: string;
  readonly value: number;
}
export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}
export interface Refusal {
  readonly group: number;
  readonly name: string;
  /** One sentence: why it cannot be written back. */
  readonly reason: string;
}
export interface Edits {
  /** In document order; none overlaps another. */
  readonly edits: readonly TextEdit[];
  readonly refused: readonly Refusal[];
}
interface Place {
  readonly site: Site;
  readonly group: number;
  readonly values: Map<string, number>;
}

/** The value in force where the document was read; undefined where it says nothing. */
function currentValue(detection: Detection, group: number, name: string): number | undefined {
  const it = detection.configuration.groups[group];
  const path = name.split(".");
  if (path[0] !== "schedule") return it?.values[name];
  let schedule = it?.schedule;
  let at = 1;
  for (; path[at] === "parts" && at + 2 < path.length; at += 2) schedule = schedule?.parts?.[Number(path[at + 1])];
  return schedule?.values[path.slice(at).join(".")];
}
const originOf = (detection: Detection, change: { group: number; name: string }): Origin | undefined =>
  detection.origins[change.group]?.[change.name];
const sameSite = (a: Site, b: Site): boolean =>
  a.span.from === b.span.from && a.span.to === b.span.to && a.template === b.template;
const isInsertion = (span: Span): boolean => span.from === span.to;

/** Two arguments added at one place: the comma between them is whichever template brings one. */
function joined(first: string, second: string): string {
  if (/,\s*$/.test(first)) return first + second.replace(/^,\s*/, "");
  return /^\s*,/.test(second) ? first + second : `${first.trimEnd()}, ${second.trimStart()}`;
}
const textOf = (edits: readonly TextEdit[]): TextEdit[] => {
  const merged: TextEdit[] = [];
  for (const edit of edits) {
    const last = merged.at(-1);
    if (last && isInsertion(last.span) && isInsertion(edit.span) && last.span.from === edit.span.from)
      merged[merged.length - 1] = { span: last.span, text: joined(last.text, edit.text) };
    else merged.push(edit);
  }
  return merged;
};
function whyNot(origin: Origin | undefined, name: string): string {
  if (origin === undefined) return `Nothing in the file says ${name}, and there is no place to add it.`;
  if (origin.kind === "unresolved") return `${origin.text ?? name} is not known from this file, so it stays as it is.`;
  return origin.text === undefined
    ? `There is no place in the file where ${name} could be written.`
    : `${name} comes from ${origin.text}, which cannot be written from here.`;
}

/**
 * What to write so that the document says these values. Changes that share a site become one edit, in which unchanged
 * placeholders keep the configuration's value. Changes the document cannot take are refused with a reason; the rest stands.
 */
export function editsFor(detection: Detection, changes: readonly ValueChange[]): Edits {
  const refused: Refusal[] = [];
  const places: Place[] = [];
  for (const change of changes) {
    const { group, name, value } = change;
    const refuse = (reason: string) => refused.push({ group, name, reason });
    const origin = originOf(detection, change);
    if (!Number.isFinite(value)) {
      refuse(`${name} needs a finite number.`);
      continue;
    }
    const site = origin?.site;
    if (site === undefined || !placeholders(site.template).includes(name)) {
      refuse(whyNot(origin, name));
      continue;
    }
    const place = places.find((other) => sameSite(other.site, site));
    if (place === undefined) places.push({ site, group, values: new Map([[name, value]]) });
    else if ((place.values.get(name) ?? value) === value) place.values.set(name, value);
    else refuse(`Two groups take ${name} from the same place, which cannot hold two values.`);
  }
  const language = detection.experiment === undefined ? "python" : "json";
  const edits: TextEdit[] = [];
  for (const place of places.sort((a, b) => a.site.span.from - b.site.span.from || a.site.span.to - b.site.span.to)) {
    const missing: string[] = [];
    const text = fillTemplate(
      place.site.template,
      (name) => {
        const value = place.values.get(name) ?? currentValue(detection, place.group, name);
        if (value === undefined) missing.push(name);
        return value ?? 0;
      },
      language,
    );
    const last = edits.at(-1);
    const overlaps = last !== undefined && !isInsertion(last.span) && place.site.span.from < last.span.to;
    if (missing.length > 0 || overlaps)
      for (const name of place.values.keys())
        refused.push({
          group: place.group,
          name,
          reason: overlaps
            ? `${name} stands inside another value that changes too; apply one after the other.`
            : `It is written together with ${missing.join(" and ")}, which is not known from this file.`,
        });
    else edits.push({ span: place.site.span, text });
  }
  return { edits: textOf(edits), refused };
}

/**
 * The same in words, a line for each change: "η 5e-4 → 1e-3 in train.py:48". `file` is the name to print, `symbolOf` the
 * hyperparameter's symbol as papers print it.
 */
export function previewFor(
  detection: Detection,
  changes: readonly ValueChange[],
  file: string,
  symbolOf: (group: number, name: string) => string,
): Change[] {
  const { refused } = editsFor(detection, changes);
  return changes.map((change) => {
    const { group, name, value } = change;
    const origin = originOf(detection, change);
    const refusal = refused.find((it) => it.group === group && it.name === name);
    const line = origin?.line ?? detection.line;
    const notes = refusal
      ? [`not written: ${refusal.reason}`]
      : [origin?.site?.note, alsoChanged(detection, changes, change)];
    const note = notes.filter((it) => it !== undefined).join("; ");
    const from = currentValue(detection, group, name);
    return {
      symbol: symbolOf(group, name),
      from:
        origin?.kind === "unresolved" && origin.text !== undefined
          ? origin.text
          : from === undefined
            ? ""
            : spellNumber(from),
      to: spellNumber(value),
      where: `${file}:${line}`,
      line,
      ...(note === "" ? {} : { note }),
    };
  });
}
/** Groups that read the same place and were not meant: "also changes head". */
function alsoChanged(detection: Detection, changes: readonly ValueChange[], change: ValueChange): string | undefined {
  const site = originOf(detection, change)?.site;
  if (site === undefined) return undefined;
  const others = detection.configuration.groups.flatMap((group, index) => {
    const other = detection.origins[index]?.[change.name]?.site;
    const meant = changes.some((it) => it.group === index && it.name === change.name);
    return !meant && other !== undefined && sameSite(other, site) ? [group.name] : [];
  });
  return others.length === 0 ? undefined : `also changes ${others.join(" and ")}`;
}
