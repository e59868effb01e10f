import type { Model, Table } from "./exampleTable.ts";
import { networkModel } from "./network.ts";

/** Softmax regression: logits XW + b, mean cross-entropy. θ is W (inputs × classes, row-major), then b. */
export const softmaxModel = (table: Table, { bias }: { readonly bias: boolean }): Model =>
  networkModel(table, [table.inputs, table.classes], { bias });
