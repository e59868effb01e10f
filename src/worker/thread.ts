import type { Progress } from "../protocol/index.ts";
import { copied, count } from "../protocol/index.ts";

/** What threads of this room say when something breaks; plain data, so that it crosses threads. */
export interface Fault {
  readonly message: string;
  readonly details: string;
  /** The message is a sentence written for the reader: thrown as a plain Error by a lab, a problem or a schedule. */
  readonly said: boolean;
  /** Ends a sentence about the whole: "a computing thread ran out of memory". */
  readonly reason?: string;
}
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { message: String(error), details: String(error), said: false };
  return { message: error.message, details: error.stack ?? error.message, said: error.name === "Error" };
}

/** What the panel says of a run that broke: the sentence thrown before anything was computed, else how far it came. */
export function failureOf(fault: Fault, progress: Progress | undefined): { message: string; details: string } {
  const { message, details, said, reason } = fault;
  const begun = progress !== undefined && progress.done > 0;
  if (said && !begun) return { message, details };
  const where = begun ? `at ${progress.unit.replace(/s$/, "")} ${count(progress.done)}` : "before its first step";
  return { message: `The simulation stopped working ${where}${reason === undefined ? "" : `: ${reason}`}.`, details };
}

/** A message's body ready to leave this thread, and the buffers that leave with it. */
export interface Parcel<T> {
  readonly body: T;
  readonly transfer: ArrayBuffer[];
}
/**
 * Copies plain data so that its typed arrays can be transferred: whoever made them may go on writing into theirs. A
 * copy costs a fraction of what cloning does, and a view of a large buffer does not drag all of it along.
 */
export function parcel<T>(data: T): Parcel<T> {
  const transfer: ArrayBuffer[] = [];
  const body = copied(data, (array) => {
    const own = array.slice();
    transfer.push(own.buffer);
    return own;
  });
  return { body, transfer };
}
