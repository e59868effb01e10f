// W4: SGD on 1,797 rows like images of digits in batches of 64: softmax regression, or a network with 32 hidden units.
import { hash } from "./checks.mjs";
import { digits, networkStart, rowOf, shape } from "./digitsData.mjs";

export function prepare({ engine, name, sizes: [steps = 2000] }) {
  const { rng, tableObjective, softmaxModel, networkModel, Trainer } = engine;
  const { inputs, hidden, classes, batch } = shape;
  const network = name === "mlp";
  const table = digits();
  const model = network
    ? networkModel(table, [inputs, hidden, classes], { activation: "ReLU" })
    : softmaxModel(table, { bias: true });
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
      const draw = () => {
        for (let b = 0; b < batch; b++) picked[b] = rowOf(next++);
        return drawn;
      };
      const trainer = new Trainer(configuration, { ...all, draw }, rng(seed), run);
      for (let t = 0; t < steps; t++) loss = trainer.step(true);
      ({ theta } = trainer);
    },
    check: () => ({ last_loss: loss, hash: hash(theta) }),
  };
}
