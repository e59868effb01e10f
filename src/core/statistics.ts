// Of many replicates, one number and how far to trust it.

export const mean = (xs: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) sum += xs[i];
  return sum / xs.length;
};

/** Standard error of the mean of independent values; NaN for fewer than two. */
export const standardError = (xs: ArrayLike<number>): number => {
  const m = mean(xs);
  let sum = 0;
  for (let i = 0; i < xs.length; i++) sum += (xs[i] - m) ** 2;
  return xs.length < 2 ? NaN : Math.sqrt(sum / (xs.length - 1) / xs.length);
};

/** In place: what is not a number counts as +∞, for it comes from a run that left for there. */
export function nanAsInfinity(xs: Float64Array): Float64Array {
  for (let i = 0; i < xs.length; i++) if (Number.isNaN(xs[i])) xs[i] = Infinity;
  return xs;
}

/**
 * Quantile of values, which it reorders, interpolated between neighbours; an infinite neighbour counts as soon as it is touched. NaN
 * must not occur.
 */
export function quantile(xs: Float64Array, q: number): number {
  const k = (xs.length - 1) * q;
  const i = Math.floor(k);
  const low = select(xs, i);
  if (k === i || low === -Infinity) return low;
  let next = xs[i + 1];
  for (let j = i + 2; j < xs.length; j++) if (xs[j] < next) next = xs[j]; // none of them is below `low`
  return next === low ? low : low + (k - i) * (next - low);
}

/**
 * The k-th smallest (from 0) of xs, which it reorders: some three times as fast as sorting them.
 * Hoare 1961, Algorithm 65: Find. NaN must not occur.
 */
export function select(xs: Float64Array, k: number): number {
  let low = 0;
  let high = xs.length - 1;
  while (low < high) {
    const pivot = xs[(low + high) >> 1];
    let i = low;
    let j = high;
    while (i <= j) {
      while (xs[i] < pivot) i++;
      while (pivot < xs[j]) j--;
      if (i > j) break;
      const x = xs[i];
      xs[i++] = xs[j];
      xs[j--] = x;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return xs[k];
}

export interface Line {
  readonly slope: number;
  readonly intercept: number;
  /** Share of the weighted variance of y that the line explains. */
  readonly R2: number;
}
/** Weighted least squares of y on x. NaN where the x do not differ. */
export function fitLine(x: ArrayLike<number>, y: ArrayLike<number>, weight: ArrayLike<number>): Line {
  let S = 0;
  let Sx = 0;
  let Sy = 0;
  for (let i = 0; i < x.length; i++) {
    S += weight[i];
    Sx += weight[i] * x[i];
    Sy += weight[i] * y[i];
  }
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i++) {
    const dx = x[i] - Sx / S;
    const dy = y[i] - Sy / S;
    xx += weight[i] * dx * dx;
    xy += weight[i] * dx * dy;
    yy += weight[i] * dy * dy;
  }
  const slope = xy / xx;
  return { slope, intercept: (Sy - slope * Sx) / S, R2: (xy * xy) / (xx * yy) };
}

/** Standard error of a statistic by leaving each of the groups out in turn: `without[j]` is its value without group j. */
export function jackknife(without: ArrayLike<number>): number {
  const n = without.length;
  const m = mean(without);
  let sum = 0;
  for (let j = 0; j < n; j++) sum += (without[j] - m) ** 2;
  return n < 2 ? NaN : Math.sqrt(((n - 1) / n) * sum);
}
