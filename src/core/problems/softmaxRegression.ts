import { zeros } from "../vector.ts";
import { problemByData } from "./byData.ts";
import { tableObjective } from "./exampleTable.ts";
import { numberOf, vectorOf } from "./given.ts";
import { columnsOf, labelsOf, lengthOf, rowsInWords, rowsOf, tableOf } from "./givenTable.ts";
import { coordinates } from "./gradients.ts";
import type { ProblemData } from "./problem.ts";
import { ridged } from "./ridged.ts";
import { softmaxModel } from "./softmax.ts";

const name = "softmax regression";

/** Parameters as given, before the data is checked. */
const dimensionOf = (bias: number, given: ProblemData["given"]): number => {
  const perClass = columnsOf(given) + (numberOf(name, given, "bias", bias) === 0 ? 0 : 1);
  const classes = labelsOf(given).reduce<number>((most, k) => Math.max(most, Number(k) + 1), 2);
  return lengthOf(given, "start") ?? perClass * classes;
};

/** Mean cross-entropy of XW + b with labels y, plus l2/2 |θ|² (b included). */
export const softmaxRegression = problemByData({
  name,
  title: "Softmax regression on given rows",
  source:
    "Given by the experiment file: inputs X, labels y, l2, whether there is a bias, the start, the rows of a step.",
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
  watched: ({ bias }, given) => coordinates(dimensionOf(bias, given)),
  describe: (_, data) => `Softmax regression on the given rows, ${rowsInWords(data?.given)}.`,
  carriesOver: "Carries over to a convex last layer trained on rows like these.",
  prepare(values, { given }) {
    const table = tableOf(name, given);
    const bias = numberOf(name, given, "bias", values.bias) !== 0;
    const l2 = numberOf(name, given, "l2", values.l2);
    const { order, batch } = rowsOf(name, given);
    const perClass = table.inputs + (bias ? 1 : 0);
    const given0 = given?.["start"] === undefined ? undefined : vectorOf(name, given, "start");
    // A start may make room for classes that no row has.
    const classes = given0 ? given0.length / perClass : table.classes;
    if (!Number.isInteger(classes) || table.y.some((k) => k >= classes))
      throw new Error(
        `"start" of the problem "${name}" has ${given0?.length ?? 0} numbers, which is not ${perClass} for each of its classes.`,
      );
    const start = given0 ?? zeros(perClass * classes);
    return () => ({
      ...tableObjective(
        table,
        ridged(softmaxModel({ ...table, classes }, { bias }), l2),
        start,
        coordinates(start.length),
        order,
      ),
      ...(batch !== undefined && { batch }),
    });
  },
});
