// Are the normal variates normal? Moments, Kolmogorov–Smirnov, chi-square, tails and correlations of N draws, in one stream and
// across streams: `node bench/normals.mjs [N] [seed]`, 1e8 and 1 where absent. The result is recorded in docs/random-numbers.md.
import { bundled } from "./bundle.mjs";

const { rng } = await bundled("src/core/rng.ts");
const N = Number(process.argv[2] ?? 1e8);
const seed = Number(process.argv[3] ?? 1);

/** Cells of 1e-5 from −reach to reach; Φ at their edges by Simpson's rule from the left, which keeps some 12 digits. */
const reach = 7;
const width = 1e-5;
const cells = Math.round((2 * reach) / width);
const density = (x) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
const below = new Float64Array(cells + 1);
below[0] = 1.279812543885835e-12; // Φ(−7)
for (let i = 0; i < cells; i++) {
  const x = -reach + i * width;
  below[i + 1] = below[i] + (width / 6) * (density(x) + 4 * density(x + width / 2) + density(x + width));
}

function tested(name, n, fill) {
  const counts = new Int32Array(cells + 2);
  const sums = new Float64Array(4);
  let [lag, lagSquares, last] = [0, 0, 0];
  const chunk = new Float64Array(1 << 16);
  for (let done = 0; done < n; done += chunk.length) {
    const now = Math.min(chunk.length, n - done);
    fill(chunk, now, done);
    // Sums of a chunk first: 1e8 fourth powers added one by one would lose digits.
    let [a, b, c, d, e, f] = [0, 0, 0, 0, 0, 0];
    for (let k = 0; k < now; k++) {
      const z = chunk[k];
      const q = z * z;
      a += z;
      b += q;
      c += q * z;
      d += q * q;
      e += last * z;
      f += (last * last - 1) * (q - 1);
      last = z;
      counts[1 + Math.max(-1, Math.min(cells, Math.floor((z + reach) / width)))]++;
    }
    [a, b, c, d].forEach((sum, k) => (sums[k] += sum));
    lag += e;
    lagSquares += f;
  }
  const root = Math.sqrt(n);
  const [m1, m2, m3, m4] = sums.map((sum) => sum / n);
  // In standard errors of each under normality.
  const moments = {
    mean: m1 * root,
    variance: ((m2 - 1) * root) / Math.sqrt(2),
    third: (m3 * root) / Math.sqrt(15),
    fourth: ((m4 - 3) * root) / Math.sqrt(96),
  };
  let [seen, D] = [counts[0], 0];
  for (let i = 0; i <= cells; i++) {
    D = Math.max(D, Math.abs(seen / n - below[i]));
    seen += counts[1 + i];
  }
  // A thousand parts of equal mass, as near as the cells allow.
  const parts = 1000;
  let [square, from, inside, used] = [0, 0, counts[0], 0];
  for (let i = 0; i < cells; i++) {
    inside += counts[1 + i];
    const last = i === cells - 1;
    if (!last && below[i + 1] < (used + 1) / parts) continue;
    const expected = n * ((last ? 1 : below[i + 1]) - from);
    if (last) inside += counts[1 + cells];
    square += (inside - expected) ** 2 / expected;
    from = below[i + 1];
    inside = 0;
    used++;
  }
  const tail = (x) => {
    const at = Math.round((reach - x) / width);
    let beyond = counts[0] + counts[1 + cells];
    for (let i = 0; i < at; i++) beyond += counts[1 + i] + counts[cells - i];
    const expected = 2 * n * below[at];
    return { beyond, expected: Number(expected.toPrecision(4)), off: (beyond - expected) / Math.sqrt(expected) };
  };
  const round = (x) => Number(x.toFixed(2));
  const p = (x) =>
    Math.min(
      1,
      [1, 2, 3, 4, 5, 6].reduce((sum, k) => sum + 2 * (k % 2 ? 1 : -1) * Math.exp(-2 * k * k * x * x), 0),
    );
  console.log(`${name}: ${n.toExponential(0)} draws`);
  console.log(
    "  moments, off by so many standard errors:",
    Object.fromEntries(Object.entries(moments).map(([k, x]) => [k, round(x)])),
  );
  console.log(`  Kolmogorov–Smirnov √N D ${(D * root).toFixed(3)} (95 % below 1.358), p ${p(D * root).toFixed(2)}`);
  console.log(
    `  chi-square of ${used} parts ${square.toFixed(1)}, ${((square - used + 1) / Math.sqrt(2 * (used - 1)) || 0).toFixed(2)} deviations above its mean`,
  );
  console.log("  beyond ±4:", tail(4), "\n  beyond ±5:", tail(5));
  console.log(
    `  correlation of neighbours ${(lag / root).toFixed(2)} standard errors, of their squares ${(lagSquares / root / 2).toFixed(2)}`,
  );
}

const z = rng(seed).split("draws");
tested("One stream", N, (chunk, now) => z.normals(chunk, 0, now));
// The first numbers of many streams, as units of work and replicates have them.
const root = rng(seed);
tested("First number of each stream", N / 100, (chunk, now, done) => {
  for (let k = 0; k < now; k++) chunk[k] = root.split("unit", done + k).normal();
});
tested("Sixteen numbers of each stream", N / 10, (chunk, now, done) => {
  for (let k = 0; k < now; k += 16) root.split("block", (done + k) / 16).normals(chunk, k, Math.min(now, k + 16));
});
