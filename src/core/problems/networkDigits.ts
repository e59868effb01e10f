import { zeros } from "../vector.ts";
import { digits, digitsSource } from "./digits.ts";
import { tableObjective, type TableObjective } from "./exampleTable.ts";
import { networkModel } from "./network.ts";
import { problem, type Problem } from "./problem.ts";

const inputs = 64;
const hidden = 32;
const classes = 10;
const atB1 = inputs * hidden;
const atW2 = atB1 + hidden;
const atB2 = atW2 + hidden * classes;
/** A first-layer weight of a pixel in the middle, a hidden bias, a second-layer weight. */
const watched = [
  { index: 28 * hidden, label: "W₁" },
  { index: atB1, label: "b₁" },
  { index: atW2, label: "W₂" },
];

/** A 64-32-10 tanh network on the handwritten digits; weights start normal with deviation 1/√(fan-in), biases at zero. */
export const networkDigits = problem({
  name: "network digits",
  title: "Small network on digits",
  source: digitsSource,
  hyperparameters: {},
  dataset: "digits",
  loss: "mini-batch",
  suggested: { steps: 600, seeds: 8, examples: 400_000 },
  watched: () => watched,
  describe: () => "A 64-32-10 tanh network on 1,797 handwritten digits, 2,410 parameters.",
  carriesOver: "Carries over to small networks trained on batches drawn with replacement.",
  prepare(_, data) {
    const table = digits(data);
    return (rng): TableObjective => {
      const model = networkModel(table, hidden);
      const start = zeros(model.dimension);
      rng.normals(start);
      for (let i = 0; i < start.length; i++) {
        const fanIn = i < atB1 ? inputs : i >= atW2 && i < atB2 ? hidden : Infinity;
        start[i] /= Math.sqrt(fanIn);
      }
      return tableObjective(table, model, start, watched, "drawn");
    };
  },
}) satisfies Problem;
