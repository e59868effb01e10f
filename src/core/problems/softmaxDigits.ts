import { zeros } from "../vector.ts";
import { digits, digitsSource } from "./digits.ts";
import { tableObjective, type TableObjective } from "./exampleTable.ts";
import { problem, type Problem } from "./problem.ts";
import { softmaxModel } from "./softmax.ts";

/** Weights of class 0 from the pixels in the middle of the image's second, fourth and seventh row. */
const watched = [11, 28, 51].map((pixel) => ({ index: pixel * 10, label: `pixel ${pixel}` }));

/** Softmax regression of the handwritten digits, 64 pixels to 10 classes, from zero. */
export const softmaxDigits = problem({
  name: "softmax digits",
  title: "Softmax regression on digits",
  source: digitsSource,
  hyperparameters: {},
  dataset: "digits.bin",
  loss: "mini-batch",
  suggested: { steps: 1000, seeds: 16, examples: 1_200_000 },
  watched: () => watched,
  describe: () => "Softmax regression on 1,797 handwritten digits, 650 parameters.",
  carriesOver: "Carries over to convex last layers trained on batches drawn with replacement.",
  prepare(_, data) {
    const table = digits(data);
    return (): TableObjective => {
      const model = softmaxModel(table, { bias: true });
      return tableObjective(table, model, zeros(model.dimension), watched, "drawn");
    };
  },
}) satisfies Problem;
