import type { NumberArray } from "../protocol/index.ts";

/**
 * Parts on their way from a computing thread to the lead, through memory that both see. The computing thread writes records
 * one behind the other, round and round; a message says up to where; the lead reads views of that memory and frees it.
 * Nothing is cloned and no memory is made for the values. A full ring makes the writer wait, so that a computing thread never
 * runs ahead of a busy lead by more than the ring holds.
 *
 * All is in words of eight bytes. A record is its length, the unit, the part's index in it, its form, then the part itself
 * as its form tells: a number is a word, an array its length and its bytes. A form is a part with every number 0 and every
 * array empty; it travels once, by clone, before the first part of that form.
 */
export interface Forms {
  /** By id, those not told before; ids start anew with every run. */
  readonly forms?: readonly (readonly [id: number, form: unknown])[];
}
/** A record of this form stands for a part that travels otherwise; it keeps its place, and its turn. */
const elsewhere = -1;
const record = 4;
/** Words of the ring: four megabytes. With half of that, whoever sends large parts waits for the lead at every other one. */
const capacity = 2 ** 19;
const control = 8;
const freed = 0;
/** More forms than that are no forms: strings or lists that differ from part to part. */
const most = 64;

export const ringMemory = (): SharedArrayBuffer => new SharedArrayBuffer(8 * (control + capacity));
const viewsOf = (memory: SharedArrayBuffer) => ({
  counts: new Int32Array(memory, 0, 1),
  words: new Float64Array(memory, 8 * control, capacity),
});
const bytesFrom = (word: number): number => 8 * (control + word);
type ArrayMaker = new (memory: SharedArrayBuffer, byteOffset: number, length: number) => NumberArray;

export class RingWriter {
  readonly #memory: SharedArrayBuffer;
  readonly #counts: Int32Array;
  readonly #words: Float64Array;
  readonly #known = new Map<string, number>();
  #fresh: [number, unknown][] = [];
  /** Words written so far, in 32 bits; the place is this modulo the capacity. */
  #written = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#memory = memory;
    ({ counts: this.#counts, words: this.#words } = viewsOf(memory));
  }
  get written(): number {
    return this.#written;
  }
  /** Forgets the forms of the run before. */
  begin(): void {
    this.#known.clear();
    this.#fresh = [];
  }
  /** Forms of what was put since this was last asked. */
  takeForms(): Forms {
    const forms = this.#fresh;
    this.#fresh = [];
    return forms.length > 0 ? { forms } : {};
  }
  /** "full": wait and put it again. "large": it does not go through the ring; `stand` in for it. */
  put(unit: number, index: number, part: unknown): "put" | "full" | "large" {
    const form = { signature: "", words: record };
    measure(part, form);
    let id = this.#known.get(form.signature);
    if (form.words > capacity / 2 || (id === undefined && this.#known.size >= most)) return "large";
    const at = this.#room(form.words);
    if (at === undefined) return "full";
    if (id === undefined) {
      id = this.#known.size;
      this.#known.set(form.signature, id);
      this.#fresh.push([id, emptied(part)]);
    }
    this.#head(at, form.words, unit, index, id);
    this.#write(part, at + record);
    return "put";
  }
  /** A record in place of a part that travels otherwise; false while the lead has not caught up, so that one is under way at most. */
  stand(unit: number, index: number): boolean {
    const at = Atomics.load(this.#counts, freed) === this.#written ? this.#room(record) : undefined;
    if (at !== undefined) this.#head(at, record, unit, index, elsewhere);
    return at !== undefined;
  }
  /** Sleeps until the lead frees something, `milliseconds` at most. */
  wait(milliseconds: number): void {
    const now = Atomics.load(this.#counts, freed);
    if (now !== this.#written) Atomics.wait(this.#counts, freed, now, milliseconds);
  }

  /** Where as many words are free in one piece. */
  #room(words: number): number | undefined {
    const at = this.#written & (capacity - 1);
    const skipped = at + words > capacity ? capacity - at : 0;
    const used = (this.#written - Atomics.load(this.#counts, freed)) | 0;
    if (used + skipped + words > capacity) return undefined;
    if (skipped > 0) this.#words[at] = -skipped;
    this.#written = (this.#written + skipped + words) | 0;
    return skipped > 0 ? 0 : at;
  }
  #head(at: number, words: number, unit: number, index: number, form: number): void {
    this.#words[at] = words;
    this.#words[at + 1] = unit;
    this.#words[at + 2] = index;
    this.#words[at + 3] = form;
  }
  /** Returns where the next value goes. */
  #write(value: unknown, at: number): number {
    if (typeof value === "number") this.#words[at++] = value;
    else if (typeof value !== "object" || value === null) return at;
    else if (ArrayBuffer.isView(value)) {
      const array = value as NumberArray;
      this.#words[at++] = array.length;
      if (array instanceof Float64Array) this.#words.set(array, at);
      else new (array.constructor as ArrayMaker)(this.#memory, bytesFrom(at), array.length).set(array);
      at += wordsOf(array);
    } else for (const inside of Array.isArray(value) ? value : Object.values(value)) at = this.#write(inside, at);
    return at;
  }
}

export class RingReader {
  readonly #memory: SharedArrayBuffer;
  readonly #counts: Int32Array;
  readonly #words: Float64Array;
  #forms: unknown[] = [];
  #read = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#memory = memory;
    ({ counts: this.#counts, words: this.#words } = viewsOf(memory));
  }
  /** Another run begins; its forms are numbered anew. */
  forget(): void {
    this.#forms = [];
  }
  learn({ forms }: Forms): void {
    for (const [id, form] of forms ?? []) this.#forms[id] = form;
  }
  /**
   * Every part up to `until`, as views that last as long as the call; undefined for one that travels otherwise. Then the memory is
   * free, whatever became of the calls.
   */
  read(until: number, take: (unit: number, index: number, part: unknown) => void): void {
    try {
      while (this.#read !== until) {
        const at = this.#read & (capacity - 1);
        const words = this.#words[at];
        this.#read = (this.#read + Math.abs(words)) | 0;
        if (words < 0) continue;
        const form = this.#words[at + 3];
        const part = form === elsewhere ? undefined : this.#part(this.#forms[form], at + record);
        take(this.#words[at + 1], this.#words[at + 2], part);
      }
    } finally {
      this.free(until);
    }
  }
  /** Passes over what nobody wants any more. */
  free(until: number): void {
    this.#read = until;
    Atomics.store(this.#counts, freed, until);
    Atomics.notify(this.#counts, freed);
  }

  #part(form: unknown, from: number): unknown {
    let at = from;
    const make = (like: unknown): unknown => {
      if (typeof like === "number") return this.#words[at++];
      if (typeof like !== "object" || like === null) return like;
      if (ArrayBuffer.isView(like)) {
        const length = this.#words[at++];
        const array = new (like.constructor as ArrayMaker)(this.#memory, bytesFrom(at), length);
        at += wordsOf(array);
        return array;
      }
      if (Array.isArray(like)) return like.map(make);
      const made: Record<string, unknown> = {};
      for (const name of Object.keys(like)) made[name] = make((like as Record<string, unknown>)[name]);
      return made;
    };
    return make(form);
  }
}

const wordsOf = ({ byteLength }: NumberArray): number => Math.ceil(byteLength / 8);

/** Adds the words that a value takes, and writes down all of it that its form holds; names with their lengths, so that no two forms look alike. */
function measure(value: unknown, into: { signature: string; words: number }): void {
  if (typeof value === "number") {
    into.words++;
    into.signature += "#";
  } else if (typeof value === "string") into.signature += `"${value.length}:${value}`;
  else if (typeof value !== "object" || value === null) into.signature += `${String(value)};`;
  else if (ArrayBuffer.isView(value)) {
    into.words += 1 + wordsOf(value as NumberArray);
    into.signature += `${value.constructor.name};`;
  } else if (Array.isArray(value)) {
    into.signature += `[${value.length}:`;
    for (const inside of value) measure(inside, into);
  } else {
    into.signature += "{";
    for (const name of Object.keys(value)) {
      into.signature += `${name.length}:${name}`;
      measure((value as Record<string, unknown>)[name], into);
    }
    into.signature += "}";
  }
}
function emptied(value: unknown): unknown {
  if (typeof value === "number") return 0;
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) return new (value.constructor as new (length: number) => NumberArray)(0);
  if (Array.isArray(value)) return value.map(emptied);
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, emptied(inside)]));
}
