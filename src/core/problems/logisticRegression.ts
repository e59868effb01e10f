import { zeros } from "../vector.ts";
import { problemByData } from "./byData.ts";
import { tableObjective } from "./exampleTable.ts";
import { numberOf, vectorOf } from "./given.ts";
import { columnsOf, rowsInWords, rowsOf, tableOf } from "./givenTable.ts";
import { coordinates } from "./gradients.ts";
import { logisticModel } from "./logistic.ts";
import { ridged } from "./ridged.ts";

const name = "logistic regression";

/** Mean cross-entropy of σ(Xw + b) with labels y of 0 and 1, plus l2/2 |w|² (without b). θ is w, then b. */
export const logisticRegression = problemByData({
  name,
  title: "Logistic regression on given rows",
  source: "Given by the experiment file: inputs X, labels y of 0 and 1, l2, the start, the rows of a step.",
  hyperparameters: {
    l2: {
      symbol: "l₂",
      label: "ridge",
      meaning: "Adds l₂/2 |w|² to the loss; the bias goes free.",
      default: 0,
      range: [0, 1],
      scale: "linear",
    },
  },
  loss: "exact",
  suggested: { seeds: 1 },
  watched: (_, given) => coordinates(columnsOf(given) + 1),
  describe: (_, data) => `Logistic regression on the given rows, ${rowsInWords(data?.given)}.`,
  carriesOver: "Carries over to a convex last layer trained on rows like these.",
  prepare(values, { given }) {
    const table = tableOf(name, given);
    const above = table.y.findIndex((k) => k > 1);
    if (above >= 0)
      throw new Error(`"y" of the problem "${name}" must hold 0 and 1; entry ${above + 1} is ${table.y[above]}.`);
    const l2 = numberOf(name, given, "l2", values.l2);
    const { order, batch } = rowsOf(name, given);
    const d = table.inputs + 1;
    const start = given?.["start"] === undefined ? zeros(d) : vectorOf(name, given, "start", d);
    return () => ({
      ...tableObjective(table, ridged(logisticModel(table), l2, table.inputs), start, coordinates(d), order),
      ...(batch !== undefined && { batch }),
    });
  },
});
