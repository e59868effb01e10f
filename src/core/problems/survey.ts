/** A loss of one coordinate with its first two derivatives. */
export interface Landscape {
  readonly height: (x: number) => number;
  readonly slope: (x: number) => number;
  readonly curvature: (x: number) => number;
}
/** Where a loss of one coordinate has its minima, from the left, and between the outermost two its highest maximum. */
export interface Survey {
  readonly minima: readonly number[];
  readonly saddle?: number;
}

let known: Float64Array | undefined;
/** Looked at from −10⁶ to 10⁶: evenly where most losses have their wells, ever more thinly beyond. */
const everywhere = (): Float64Array => (known ??= makePlaces());
function makePlaces(): Float64Array {
  const dense = 8;
  const right: number[] = [];
  for (let x = 1.01 * dense; x < 1e6; x *= 1.01) right.push(x);
  right.push(1e6);
  const middle = Array.from({ length: 4001 }, (_, k) => ((k - 2000) * dense) / 2000);
  return Float64Array.from([...right.map((x) => -x).reverse(), ...middle, ...right]);
}
/** A height from which rounding leaves nothing to compare. */
const sky = 1e250;

/**
 * Finds the minima of a loss by the signs of its slope. Throws a sentence where it is no number, falls without end, or has no
 * minimum. Wells narrower than 0.004 near 0, or a hundredth of their distance from it far out, may be missed.
 */
export function survey({ height, slope }: Landscape, formula: string): Survey {
  const minima: number[] = [];
  const maxima: number[] = [];
  const places = everywhere();
  let sign = 0;
  let last = 0;
  for (let i = 0; i < places.length; i++) {
    const x = places[i];
    const h = height(x);
    if (h > sky) continue;
    const g = slope(x);
    if (Number.isNaN(h) || Number.isNaN(g))
      throw new Error(`L = ${formula} is not a number at θ = ${short(x)}; it must be one for every θ.`);
    const now = Math.sign(g);
    if (now === 0) continue;
    if (sign !== 0 && now !== sign) {
      const [from, to] = [places[last], x];
      (now > 0 ? minima : maxima).push(i - last > 1 ? flatPart(slope, last, i) : turn(slope, from, to, sign));
    }
    if (sign === 0 && now > 0) throw new Error(fallsTo("left", formula));
    sign = now;
    last = i;
  }
  if (sign < 0) throw new Error(fallsTo("right", formula));
  if (minima.length === 0) throw new Error(`L = ${formula} has no minimum; without one θ has no place to settle.`);
  const [first, end] = [minima[0], minima[minima.length - 1]];
  const between = maxima.filter((x) => x > first && x < end);
  const saddle = between.reduce((top, x) => (height(x) > height(top) ? x : top), between.at(0) ?? NaN);
  return { minima, ...(between.length > 0 && { saddle }) };
}

/** Where the slope is 0 at one place or more: their middle. */
function flatPart(slope: Landscape["slope"], before: number, after: number): number {
  const places = everywhere();
  const zeros = places.subarray(before + 1, after).filter((x) => slope(x) === 0);
  return zeros.length > 0 ? zeros[zeros.length >> 1] : places[before];
}
/** Where the slope changes its sign between two places, by bisection. */
function turn(slope: Landscape["slope"], from: number, to: number, sign: number): number {
  let [low, high] = [from, to];
  for (let k = 0; k < 200; k++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    const g = slope(middle);
    if (g === 0) return middle;
    if (Math.sign(g) === sign) low = middle;
    else high = middle;
  }
  return high;
}
const fallsTo = (side: "left" | "right", formula: string): string =>
  `L = ${formula} falls without end to the ${side}, so that nothing settles. Add a term that rises on both sides, such as θ^4.`;
const short = (x: number): string => String(Number(x.toPrecision(3)));
