/** A search that is told what it asks for, so that whoever asks may take breath. */
export interface Search {
  /** Where the function is to be asked next. */
  readonly at: number;
  tell(value: number): void;
  /** The lowest place so far. */
  readonly least: { readonly at: number; readonly value: number };
}

const golden = (Math.sqrt(5) - 1) / 2;

/** For the least of a function with one valley between two places (Kiefer 1953). What is not finite is above all else. */
export function goldenSection(lo: number, hi: number): Search {
  const inner = (left: boolean) => (left ? hi - golden * (hi - lo) : lo + golden * (hi - lo));
  let [a, b] = [inner(true), inner(false)];
  let [fa, fb] = [NaN, NaN];
  let left = true;
  let first = true;
  let least = { at: a, value: Infinity };
  return {
    get at() {
      return left ? a : b;
    },
    get least() {
      return least;
    },
    tell(value) {
      if (value < least.value) least = { at: left ? a : b, value };
      if (left) fa = value;
      else fb = value;
      if (first) {
        first = left = false;
        return;
      }
      left = fa < fb || !(fb < Infinity);
      if (left) {
        [hi, b, fb] = [b, a, fa];
        a = inner(true);
      } else {
        [lo, a, fa] = [a, b, fb];
        b = inner(false);
      }
    },
  };
}
/** The least of a function that is quick, asked so often. */
export function leastOf(f: (x: number) => number, lo: number, hi: number, times: number): Search["least"] {
  const search = goldenSection(lo, hi);
  for (let k = 0; k < times; k++) search.tell(f(search.at));
  return search.least;
}
