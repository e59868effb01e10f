/**
 * What must be heard in the middle of work, where no message is: words of memory that the editor's end, the lead and the
 * computing threads share. Every word the editor's end sends to a lead (an order, a stop) has a number, counted from 1.
 */
export const signal = {
  /** Number of the latest word sent; what belongs to an earlier one is dropped wherever it is. Negative: its run has failed. */
  wanted: 0,
  /** Number of the latest word that the lead has taken; −1 until it has started. */
  taken: 1,
  /** Number of the latest word whose run has posted frames, and of the latest whose first frames are on the screen. */
  shown: 2,
  painted: 3,
  /** How often what runs was to hold back, and for how many milliseconds the last time. */
  holds: 4,
  holdFor: 5,
  /** 1 while the lead stands in for a computing thread. */
  standIn: 6,
} as const;
export function newSignals(): Int32Array {
  const words = new Int32Array(new SharedArrayBuffer(28));
  words[signal.taken] = -1;
  return words;
}

/** What a computing thread has on its desk; the lead looks at it when the thread hangs or dies. */
export const desk = {
  /** Number of the run in hand, 0 at rest. */
  run: 0,
  /** The unit in hand plus 1, 0 between two. */
  unit: 1,
} as const;
export const newDesk = (): Int32Array => new Int32Array(new SharedArrayBuffer(8));
