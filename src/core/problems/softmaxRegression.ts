import { zeros } from "../vector.ts";
import { tableObjective } from "./exampleTable.ts";
import { matrixOf, numberOf, vectorOf } from "./given.ts";
import { coordinates } from "./gradients.ts";
import { problemByData } from "./byData.ts";
import { softmaxModel } from "./softmax.ts";

const name = "softmax regression";

/** Mean cross-entropy of XW + b with labels y, plus l2/2 |θ|² (b included). Every draw is all rows. */
export const softmaxRegression = problemByData({
  name,
  title: "Softmax regression on given rows",
  source: "Given by the experiment file: inputs X, labels y, l2, whether there is a bias, the start.",
  hyperparameters: {
    l2: {
      symbol: "l₂",
      label: "ridge",
      meaning: "Adds l₂/2 |θ|² to the loss, biases included.",
      default: 0,
      range: [0, 1],
      scale: "linear",
    },
    bias: { symbol: "b", label: "bias", meaning: "Whether there is one.", default: 1, range: [0, 1], scale: "flag" },
  },
  loss: "exact",
  suggested: { seeds: 1 },
  watched: (_, given) => coordinates(Array.isArray(given?.start) ? given.start.length : 1),
  describe: () => "Softmax regression on the given rows, all of them in every step.",
  carriesOver: "Carries over to a convex last layer trained on all rows at once.",
  prepare(values, { given }) {
    const X = matrixOf(name, given, "X");
    const labels = vectorOf(name, given, "y", X.rows);
    const wrong = labels.findIndex((k) => !Number.isInteger(k) || k < 0 || k > 255);
    if (wrong >= 0)
      throw new Error(
        `"y" of the problem "${name}" must hold classes 0, 1, 2 …; entry ${wrong + 1} is ${labels[wrong]}.`,
      );
    const bias = numberOf(name, given, "bias", values.bias) !== 0;
    const l2 = numberOf(name, given, "l2", values.l2);
    const perClass = X.columns + (bias ? 1 : 0);
    const given0 = given?.start === undefined ? undefined : vectorOf(name, given, "start");
    // A start may make room for classes that no row has.
    const classes = given0 ? given0.length / perClass : Math.max(2, ...labels.map((k) => k + 1));
    if (!Number.isInteger(classes) || classes <= Math.max(...labels))
      throw new Error(
        `"start" of the problem "${name}" has ${given0?.length ?? 0} numbers, which is not ${perClass} for each of its classes.`,
      );
    const table = { rows: X.rows, inputs: X.columns, classes, X: X.values, y: Uint8Array.from(labels) };
    const start = given0 ?? zeros(perClass * classes);
    return () => tableObjective(table, softmaxModel(table, { l2, bias }), start, coordinates(start.length), "all");
  },
});
