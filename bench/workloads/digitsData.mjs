// The data of W4: 1,797 rows like images of digits, the order in which they are taken, and where the network starts.

export const shape = { rows: 1797, inputs: 64, hidden: 32, classes: 10, batch: 64 };
const { rows, inputs, hidden, classes } = shape;

const mixed = (h) => {
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
};
/** A pattern for each class and a jitter for each pixel, clipped to the 17 grey levels of the real digits. */
export function digits() {
  const X = new Float64Array(rows * inputs);
  const y = Uint8Array.from({ length: rows }, (_, i) => i % classes);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < inputs; j++) {
      const level = (mixed(y[i] * inputs + j + 1) % 17) + (mixed(i * inputs + j + 100_000) % 13) - 6;
      X[i * inputs + j] = Math.min(16, Math.max(0, level)) / 16;
    }
  return { rows, inputs, classes, X, y };
}
/** The row of the k-th example since the start; nothing is drawn. */
export const rowOf = (k) => (k * 1009) % rows;

const weights = (n, from, scale) => Array.from({ length: n }, (_, i) => ((mixed(i + from) % 2001) - 1000) / scale);
/** W₁ and b₁, W₂ and b₂. */
export const networkStart = () =>
  Float64Array.from([
    ...weights(inputs * hidden, 7777, 8000),
    ...new Array(hidden).fill(0),
    ...weights(hidden * classes, 9999, 5000),
    ...new Array(classes).fill(0),
  ]);
