import type { TextEdit } from "../documents/edit.ts";
import type { Detection } from "../documents/document.ts";

/** What is read as one text: a document, or the Python cells of a notebook one after the other. */
export interface Source {
  /** The same for the same document, however often it is opened. */
  readonly key: string;
  /** As the panel's header prints it: "train.py". */
  readonly name: string;
  /** What tells the reader of an experiment file. */
  readonly fileName: string;
  readonly languageId: string;
  /** Brings the document back where the editor has let it go. Rejects where it no longer exists. */
  open(): Promise<void>;
  /** Another one as soon as the text is another. */
  version(): string;
  text(): string;
  /** A detection as this document counts lines; a notebook's cells each begin at 1. */
  relocate(detection: Detection): Detection;
  /** Writes all edits in one undo step; false where the editor refuses. */
  edit(edits: readonly TextEdit[]): Promise<boolean>;
}

/** A change as the editor tells it, in offsets of `Source.text()` before it. */
export interface TextChange {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

/** Where an offset is after changes, told last one in the text first. One inside a replaced stretch goes to its start. */
export function follow(offset: number, changes: readonly TextChange[]): number {
  let at = offset;
  for (const { from, to, length } of changes) {
    if (to <= at) at += length - (to - from);
    else if (from < at) at = from;
  }
  return at;
}
