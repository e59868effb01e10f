// What shows that a workload did its job.

/** FNV-1a over the bytes: equal hashes mean equal bits. */
export function hash(view) {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let h = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) h = Math.imul(h ^ bytes[i], 0x01000193);
  return (h >>> 0).toString(16).padStart(8, "0");
}
/** Kolmogorov's distance between a sample and the Gibbs law of the double well, and the mean square of the sample. */
export function gibbs(sample, temperature) {
  const cells = 20_000;
  const [from, cell] = [-4, 8 / cells];
  const density = (x) => Math.exp((x ** 2 / 2 - x ** 4 / 4) / temperature);
  const law = new Float64Array(cells + 1);
  for (let i = 1; i <= cells; i++)
    law[i] = law[i - 1] + (density(from + i * cell) + density(from + (i - 1) * cell)) / 2;
  const sorted = Float64Array.from(sample).sort();
  const n = sorted.length;
  let [ks, square] = [0, 0];
  sorted.forEach((x, i) => {
    const place = Math.min(Math.max((x - from) / cell, 0), cells - 1e-9);
    const left = Math.floor(place);
    const below = (law[left] + (place - left) * (law[left + 1] - law[left])) / law[cells];
    ks = Math.max(ks, Math.abs(below - i / n), Math.abs(below - (i + 1) / n));
    square += x * x;
  });
  return { ks: Number(ks.toFixed(5)), m2: Number((square / n).toFixed(5)) };
}
