import type { Hyperparameters } from "../../protocol/index.ts";
import type { Rng } from "../rng.ts";
import { zeros } from "../vector.ts";
import { matrixOf } from "./given.ts";
import { problem, type Batch, type Objective, type Problem, type ProblemData, type Shape } from "./problem.ts";

/**
 * A problem made from an experiment file's data, which may also give `shapes`, the tensors of θ, and `hessian`, vectors whose
 * squares are the estimates of the Hessian's diagonal, one for each time an optimizer asks.
 */
export const problemByData = <H extends Hyperparameters>(it: Omit<Problem<H>, "givenByData">): Problem<H> =>
  problem({
    ...it,
    givenByData: true,
    prepare(values, data) {
      const make = it.prepare(values, data);
      return (rng) => completed(it.name, make(rng), data.given);
    },
  });

function completed(name: string, objective: Objective, given: ProblemData["given"]): Objective {
  const { dimension } = objective;
  const shapes = given?.["shapes"] === undefined ? undefined : shapesOf(name, given["shapes"], dimension);
  if (given?.["hessian"] === undefined) return { ...objective, ...(shapes && { shapes }) };
  const { rows, values } = matrixOf(name, given, "hessian", { columns: dimension });
  const square = zeros(dimension);
  let asked = 0;
  const curvature = () => {
    const row = (asked++ % rows) * dimension;
    for (let i = 0; i < dimension; i++) square[i] = values[row + i] ** 2;
    return square;
  };
  const draw = (z: Rng, batchSize: number): Batch => ({ ...objective.draw(z, batchSize), curvature });
  return { ...objective, ...(shapes && { shapes }), draw };
}

function shapesOf(name: string, written: unknown, dimension: number): Shape[] {
  const where = `"shapes" of the problem "${name}"`;
  const whole = (side: unknown) => typeof side === "number" && Number.isInteger(side) && side >= 1;
  if (!Array.isArray(written) || !written.every((shape) => Array.isArray(shape) && shape.every(whole)))
    throw new Error(`${where} must be a list of shapes such as [[4, 3], [3]].`);
  const shapes = written as Shape[];
  const total = shapes.reduce((sum, shape) => sum + shape.reduce((product, side) => product * side, 1), 0);
  if (total !== dimension) throw new Error(`${where} make ${total} coordinates, the problem has ${dimension}.`);
  return shapes;
}
