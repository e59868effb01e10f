import { createHash } from "node:crypto";
import type { Detection } from "../documents/document.ts";
import { fromPortable, type Frame, type FromWorker, type PortableFrame } from "../protocol/index.ts";
import { buildOrder, type Compared, type Plan, type Setting } from "../view/index.ts";

/** Which construction is followed, so that it is found again after edits. */
export interface Anchor {
  /** Where it begins, kept up to date through edits. */
  readonly offset: number;
  readonly line: number;
  readonly index: number;
  /** How many there were. */
  readonly among: number;
  readonly optimizer: string;
  readonly target: string | undefined;
}

/** Something to compare with; a construction of the same document by where it stands. */
export interface Followed {
  readonly compared: Compared;
  readonly anchor?: Anchor;
}

export function anchorOf(detections: readonly Detection[], index: number): Anchor | undefined {
  const it = detections.at(index);
  return (
    it && {
      offset: it.span.from,
      line: it.line,
      index,
      among: detections.length,
      optimizer: it.configuration.optimizer,
      target: it.target,
    }
  );
}

/** A statement typed anew leaves its construction's place at its beginning: so many characters the call may stand aside. */
const aside = 200;
/**
 * Where the construction is among the detections of a newer reading; undefined where it no longer reads as one. It is
 * found by its place. By its number only where as many were found as before: what is being typed must not hand its panel
 * to a neighbour.
 */
export function findAgain(detections: readonly Detection[], anchor: Anchor): number | undefined {
  const here = detections.findIndex(({ span }) => span.from <= anchor.offset && anchor.offset < span.to);
  if (here >= 0) return here;
  const near = ({ span, line }: Detection) => line === anchor.line && Math.abs(span.from - anchor.offset) < aside;
  const beside = detections.findIndex(near);
  if (beside >= 0) return beside;
  const alike = (it: Detection) => it.configuration.optimizer === anchor.optimizer && it.target === anchor.target;
  const same = detections.at(anchor.index);
  return same && detections.length === anchor.among && alike(same) ? anchor.index : undefined;
}

/** The one at the cursor, else the nearest above, else the first that the file's own defaults choose. */
export function pickAt(detections: readonly Detection[], offset: number | undefined): number | undefined {
  if (detections.length === 0) return undefined;
  if (offset !== undefined) {
    const at = detections.findIndex(({ span }) => span.from <= offset && offset <= span.to);
    if (at >= 0) return at;
    const above = detections.filter(({ span }) => span.to < offset).length - 1; // they are in document order
    if (above >= 0) return above;
  }
  return Math.max(
    0,
    detections.findIndex(({ active }) => active !== false),
  );
}

/** What the panel hands back after a reload. Plain JSON. */
export interface Subject {
  readonly uri: string;
  readonly anchor: Anchor;
  readonly lab?: string;
  readonly problem?: string;
  readonly group: number;
  readonly settings: readonly Setting[];
  readonly texts?: Readonly<Record<string, string>>;
  readonly others?: readonly Followed[];
  /** Digest of what was run. */
  readonly digest: string;
}
/** What the panel stores: the subject, and the run that was on the screen. */
export interface Stored {
  readonly subject: Subject;
  readonly frames: readonly Frame[];
  readonly ending: Ending | undefined;
  /** The panel's number of that run. */
  readonly run: number;
}
export type Ending = FromWorker & { readonly type: "done" | "stopped" };

/** Equal where order and document are, whatever the run's number. */
export const digestOf = (plan: Plan): string =>
  createHash("sha256")
    .update(JSON.stringify([plan.original, buildOrder(plan, 0)]))
    .digest("hex");

/** What a reloaded window hands over, as far as it is what we stored; undefined otherwise. */
export function parseStored(state: unknown): Stored | undefined {
  if (!isRecord(state) || !isSubject(state["subject"])) return undefined;
  const { subject, frames, ending, show } = state;
  return {
    subject,
    frames: Array.isArray(frames) ? frames.filter(isPortable).map(fromPortable) : [],
    ending: isEnding(ending) ? ending : undefined,
    run: isRecord(show) && typeof show["run"] === "number" ? show["run"] : 0,
  };
}
const isRecord = (x: unknown): x is Readonly<Record<string, unknown>> => typeof x === "object" && x !== null;
const isSubject = (x: unknown): x is Subject =>
  isRecord(x) &&
  typeof x["uri"] === "string" &&
  typeof x["digest"] === "string" &&
  typeof x["group"] === "number" &&
  Array.isArray(x["settings"]) &&
  (x["texts"] === undefined ||
    (isRecord(x["texts"]) && Object.values(x["texts"]).every((it) => typeof it === "string"))) &&
  (x["others"] === undefined || (Array.isArray(x["others"]) && x["others"].every(isFollowed))) &&
  isRecord(x["anchor"]) &&
  typeof x["anchor"]["offset"] === "number";
const isFollowed = (x: unknown): x is Followed => isRecord(x) && isRecord(x["compared"]) && "kind" in x["compared"];
const isPortable = (x: unknown): x is PortableFrame =>
  isRecord(x) && typeof x["chart"] === "string" && typeof x["series"] === "string" && Array.isArray(x["columns"]);
const isEnding = (x: unknown): x is Ending =>
  isRecord(x) && (x["type"] === "done" || x["type"] === "stopped") && isRecord(x["report"]);
