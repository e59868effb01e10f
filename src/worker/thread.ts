import type { Progress } from "../protocol/index.ts";
import { count } from "../protocol/index.ts";

/** What threads of this room say when something breaks; plain data, so that it crosses threads. */
export interface Fault {
  readonly message: string;
  readonly details: string;
  /** The message is a sentence written for the reader: thrown as a plain Error by a lab, a problem or a schedule. */
  readonly said: boolean;
}
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { message: String(error), details: String(error), said: false };
  return { message: error.message, details: error.stack ?? error.message, said: error.name === "Error" };
}

/** What the panel says of a run that broke: the sentence thrown before anything was computed, else how far it came. */
export function failureOf(fault: Fault, progress: Progress | undefined): { message: string; details: string } {
  const { message, details } = fault;
  if (progress && progress.done > 0) {
    const one = progress.unit.replace(/s$/, "");
    return { message: `The simulation stopped working at ${one} ${count(progress.done)}.`, details };
  }
  return { message: fault.said ? message : "The simulation stopped working before its first step.", details };
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
  const seen = new Map<object, unknown>();
  const copy = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const known = seen.get(value);
    if (known !== undefined) return known;
    const made = copyObject(value, copy, transfer);
    seen.set(value, made);
    return made;
  };
  return { body: copy(data) as T, transfer };
}
function copyObject(value: object, copy: (value: unknown) => unknown, transfer: ArrayBuffer[]): unknown {
  if (ArrayBuffer.isView(value)) {
    const own = (value as Float64Array).slice();
    transfer.push(own.buffer);
    return own;
  }
  if (Array.isArray(value)) return value.map(copy);
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, copy(inside)]));
}
