// What becomes of measured times.

/** The value below which a share of the sample lies. */
export function quantile(sample, share) {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
/** The middle one of a sample, or the mean of the two in the middle. */
export function median(sample) {
  const sorted = [...sample].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(half)] : (sorted[half - 1] + sorted[half]) / 2;
}
const rounded = (value) => Number(value.toPrecision(3));

/** Median, 95th percentile and size of a sample of milliseconds. */
export const spread = (sample) => ({
  p50: rounded(quantile(sample, 0.5)),
  p95: rounded(quantile(sample, 0.95)),
  of: sample.length,
});

/** Milliseconds that a piece of work takes, again and again; the first few warm it up. */
export async function times(count, work, warm = 2) {
  const sample = [];
  for (let i = -warm; i < count; i++) {
    const from = performance.now();
    await work(i);
    if (i >= 0) sample.push(performance.now() - from);
  }
  return sample;
}
