import { digits, digitsSource } from "./digits.ts";
import { tableObjective, type TableObjective } from "./exampleTable.ts";
import { activationAt, activationChoice, networkModel, networkStart } from "./network.ts";
import { problem, type Problem } from "./problem.ts";

const sizes = [64, 32, 10] as const;
const [inputs, hidden] = sizes;
const atB1 = inputs * hidden;
/** A first-layer weight of a pixel in the middle, a hidden bias, a second-layer weight. */
const watched = [
  { index: 28 * hidden, label: "W₁" },
  { index: atB1, label: "b₁" },
  { index: atB1 + hidden, label: "W₂" },
];

/** A 64-32-10 network on the handwritten digits; weights start normal with deviation 1/√(fan-in), biases at zero. */
export const networkDigits = problem({
  name: "network digits",
  title: "Small network on digits",
  source: digitsSource,
  hyperparameters: { activation: activationChoice },
  dataset: "digits.bin",
  loss: "mini-batch",
  suggested: { steps: 600, seeds: 8, examples: 400_000 },
  watched: () => watched,
  describe: ({ activation }) =>
    `A 64-32-10 ${activationAt(activation)} network on 1,797 handwritten digits, 2,410 parameters.`,
  carriesOver: "Carries over to small networks trained on batches drawn with replacement.",
  prepare({ activation }, data) {
    const table = digits(data);
    const options = { activation: activationAt(activation) };
    return (rng): TableObjective => {
      const model = networkModel(table, sizes, options);
      return tableObjective(table, model, networkStart(sizes, rng), watched, "drawn");
    };
  },
}) satisfies Problem;
