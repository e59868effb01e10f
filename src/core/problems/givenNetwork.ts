import { activations, layersOf, type Activation } from "../kernels/layers.ts";
import { problemByData } from "./byData.ts";
import { tableObjective } from "./exampleTable.ts";
import { numberOf, vectorOf } from "./given.ts";
import { rowsInWords, rowsOf, tableOf } from "./givenTable.ts";
import { coordinates } from "./gradients.ts";
import { activationChoice, networkModel, networkStart } from "./network.ts";
import type { ProblemData } from "./problem.ts";
import { ridged } from "./ridged.ts";

const name = "network";

/** Sizes as given, where they are a list of numbers; checked when the data is read. */
const written = (given: ProblemData["given"]): number[] => {
  const sizes = given?.["sizes"];
  return Array.isArray(sizes) ? sizes.filter((n) => typeof n === "number") : [];
};
const parameters = (sizes: readonly number[]): number => layersOf(sizes).at(-1)?.end ?? 0;

/** A network of any sizes on given rows: mean cross-entropy with labels y, plus l2/2 |θ|² (biases included). */
export const givenNetwork = problemByData({
  name,
  title: "Network on given rows",
  source:
    "Given by the experiment file: inputs X, labels y, sizes of the layers, their activation, l2, the rows of a step, the start; " +
    "without a start, weights are normal with deviation 1/√(fan-in) and biases zero.",
  hyperparameters: {
    l2: {
      symbol: "l₂",
      label: "ridge",
      meaning: "Adds l₂/2 |θ|² to the loss, biases included.",
      default: 0,
      range: [0, 1],
      scale: "linear",
    },
    activation: activationChoice,
  },
  loss: "exact",
  suggested: { seeds: 1 },
  watched: (_, given) => coordinates(parameters(written(given))),
  describe: ({ activation }, data) => {
    const f = activationOf(data?.given, activation);
    const sizes = written(data?.given);
    const rows = rowsInWords(data?.given);
    return `A ${sizes.join("-")} ${f} network on the given rows, ${rows}; ${parameters(sizes)} parameters.`;
  },
  carriesOver: "Carries over to small networks trained on rows like these.",
  prepare(values, { given }) {
    const table = tableOf(name, given);
    const sizes = sizesOf(given, table.inputs, table.classes);
    const l2 = numberOf(name, given, "l2", values.l2);
    const activation = activationOf(given, values.activation);
    const { order, batch } = rowsOf(name, given);
    const dimension = parameters(sizes);
    const given0 = given?.["start"] === undefined ? undefined : vectorOf(name, given, "start", dimension);
    return (rng) => ({
      ...tableObjective(
        table,
        ridged(networkModel(table, sizes, { activation }), l2),
        given0 ?? networkStart(sizes, rng),
        coordinates(dimension),
        order,
      ),
      ...(batch !== undefined && { batch }),
    });
  },
});

/** By its name or its index; what the knob says where the file says nothing. */
function activationOf(given: ProblemData["given"], knob: number): Activation {
  const written = given?.["activation"] ?? knob;
  const found = activations.find((it, i) => it === written || i === written);
  if (found) return found;
  const names = activations.map((it) => `"${it}"`).join(" or ");
  throw new Error(`"activation" of the problem "${name}" must be ${names}, not ${JSON.stringify(written)}.`);
}

/** Inputs, hidden layers if any, classes. The last may make room for classes that no row has. */
function sizesOf(given: ProblemData["given"], inputs: number, classes: number): readonly number[] {
  const where = `"sizes" of the problem "${name}"`;
  const sizes = [...vectorOf(name, given, "sizes")];
  const wrong = sizes.find((n) => !Number.isInteger(n) || n < 1);
  if (wrong !== undefined) throw new Error(`${where} must be whole numbers of at least 1, not ${wrong}.`);
  if (sizes.length < 2) throw new Error(`${where} need at least two numbers: inputs and classes.`);
  if (sizes[0] !== inputs) throw new Error(`${where} begin with ${sizes[0]}, but X has ${inputs} columns.`);
  const outputs = sizes[sizes.length - 1];
  if (outputs < classes) throw new Error(`${where} end with ${outputs}, but y has classes up to ${classes - 1}.`);
  return sizes;
}
