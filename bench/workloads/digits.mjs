// W4: SGD on 1,797 rows like images of digits in batches of 64: softmax regression, or a network with 32 hidden units.
import { hash } from "./checks.mjs";

const [rows, inputs, hidden, classes, batch] = [1797, 64, 32, 10, 64];

const mixed = (h) => {
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
};
function digits() {
  const X = new Float64Array(rows * inputs);
  const y = Uint8Array.from({ length: rows }, (_, i) => i % classes);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < inputs; j++) {
      const level = (mixed(y[i] * inputs + j + 1) % 17) + (mixed(i * inputs + j + 100_000) % 13) - 6;
      X[i * inputs + j] = Math.min(16, Math.max(0, level)) / 16;
    }
  return { rows, inputs, classes, X, y };
}
const weights = (n, from, scale) => Array.from({ length: n }, (_, i) => ((mixed(i + from) % 2001) - 1000) / scale);
/** W₁ and b₁, W₂ and b₂. */
const networkStart = () =>
  Float64Array.from([
    ...weights(inputs * hidden, 7777, 8000),
    ...new Array(hidden).fill(0),
    ...weights(hidden * classes, 9999, 5000),
    ...new Array(classes).fill(0),
  ]);

export function prepare({ engine, name, sizes: [steps = 2000] }) {
  const { rng, tableObjective, softmaxModel, networkModel, Trainer } = engine;
  const network = name === "mlp";
  const table = digits();
  const model = network ? networkModel(table, [inputs, hidden, classes]) : softmaxModel(table, { bias: true });
  const start = network ? networkStart() : new Float64Array((inputs + 1) * classes);
  const configuration = {
    framework: "torch",
    optimizer: "SGD",
    groups: [{ name: "all", values: { learningRate: network ? 0.1 : 0.5 } }],
  };
  const run = { steps, stepsPerEpoch: steps, batchSize: batch };
  let [loss, theta] = [NaN];
  return {
    units: steps,
    run(seed) {
      const picked = new Int32Array(batch);
      const all = tableObjective(table, model, start, [], "all");
      const drawn = all.batchOf(picked);
      let next = 0;
      // The protocol's own order of rows; nothing is drawn.
      const draw = () => {
        for (let b = 0; b < batch; b++, next++) picked[b] = (next * 1009) % rows;
        return drawn;
      };
      const trainer = new Trainer(configuration, { ...all, draw }, rng(seed), run);
      for (let t = 0; t < steps; t++) loss = trainer.step(true);
      ({ theta } = trainer);
    },
    check: () => ({ last_loss: loss, hash: hash(theta) }),
  };
}
