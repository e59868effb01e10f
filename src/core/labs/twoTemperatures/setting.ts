import type { Configuration, ProblemConfiguration } from "../../../protocol/index.ts";
import { findOptimizer, type Optimizer } from "../../optimizers/index.ts";
import type { Controls } from "./controls.ts";
import { heldRates } from "./held.ts";
import { lawsOf, type Law } from "./laws.ts";
import type { Bowl, Matrix, Pair } from "./theory.ts";

/** What the configuration says of one coordinate: that of its parameter group. */
export type CoordinateValues = Readonly<Record<string, number>>;

/** All that is known of a run before it runs. */
export interface Setting {
  readonly optimizer: Optimizer;
  readonly values: readonly [CoordinateValues, CoordinateValues];
  /** Updates are linear in the gradient, so that rates of our own can stand before it. */
  readonly plain: boolean;
  /** The loss along each coordinate, with the weight decay that goes through the gradient in it. */
  readonly bowls: readonly [Bowl, Bowl];
  readonly quadratic: boolean;
  /** Of a batch. */
  readonly sigma: Pair;
  readonly Sigma: Matrix;
  readonly correlated: boolean;
  /** Rates of an optimizer other than SGD under nothing but the noise. */
  readonly held: Pair | undefined;
  /** The shown one first. */
  readonly laws: readonly Law[];
}

const known = new WeakMap<Controls, { configuration: Configuration; problem: ProblemConfiguration; it: Setting }>();
/** Worked out once for all units of a job. */
export function setting(configuration: Configuration, problem: ProblemConfiguration, controls: Controls): Setting {
  const found = known.get(controls);
  if (found?.configuration === configuration && found.problem === problem) return found.it;
  const it = workedOut(configuration, problem, controls);
  known.set(controls, { configuration, problem, it });
  return it;
}

function workedOut(configuration: Configuration, problem: ProblemConfiguration, controls: Controls): Setting {
  const optimizer = findOptimizer(configuration.optimizer)!;
  const values = [0, 1].map((i) => valuesOf(configuration, optimizer, i)) as [CoordinateValues, CoordinateValues];
  const given: Readonly<Partial<Record<string, number>>> = problem.values ?? {};
  const { curvature1 = 1, curvature2 = 0, quartic2 = 0, sigma1 = 1, sigma2 = 0.25, correlation = 0 } = given;
  const decay = values.map(coupledDecay);
  const root = Math.sqrt(controls.batchSize);
  const sigma: Pair = [sigma1 / root, sigma2 / root];
  const across = correlation * sigma[0] * sigma[1];
  const base = {
    optimizer,
    values,
    plain: optimizer.name === "SGD",
    bowls: [
      { h: curvature1 + decay[0], b: 0 },
      { h: curvature2 + decay[1], b: quartic2 },
    ] as const,
    quadratic: quartic2 === 0,
    sigma,
    Sigma: [sigma[0] * sigma[0], across, across, sigma[1] * sigma[1]] as const,
    correlated: correlation !== 0,
    held: optimizer.name === "SGD" ? undefined : heldRates(optimizer, values, sigma),
  };
  return { ...base, laws: lawsOf(base, controls, configuration.clip !== undefined) };
}

function valuesOf({ groups }: Configuration, { hyperparameters }: Optimizer, coordinate: number): CoordinateValues {
  const group = groups.at(Math.min(coordinate, groups.length - 1));
  const given: Readonly<Partial<Record<string, number>>> = group?.values ?? {};
  return Object.fromEntries(Object.entries(hyperparameters).map(([name, knob]) => [name, given[name] ?? knob.default]));
}
/** What weight decay adds to the gradient is a bowl of its own, λθ²/2. */
const coupledDecay = (values: Readonly<Partial<Record<string, number>>>): number =>
  values["decoupledWeightDecay"] === 0 ? (values["weightDecay"] ?? 0) : 0;

/** Steps that an optimizer whose averages are filled beforehand has behind it: no correction for their start is left. */
export const settledSteps = ({ name }: Optimizer): number => (name === "RMSProp" ? 1e6 : 0);
