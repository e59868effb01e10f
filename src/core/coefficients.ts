import type { Configuration } from "../protocol/index.ts";
import { ruleShapes } from "./kernels/rules.ts";
import type { OptimizerRule } from "./optimizers/optimizer.ts";
import type { ResolvedGroup, RunLength } from "./train.ts";
import { zeros, type Vector } from "./vector.ts";

/** Steps whose coefficients are worked out together. */
export const rowsAhead = 1024;
/** More steps than anybody asks for at once; not Infinity, for with it engines would count in floating point. */
const forever = 2 ** 30;
/** Stretches of a run that are remembered: units of one run take turns, so all are at about the same steps. */
const remembered = 8;

/**
 * The coefficients of a group's rule step by step, laid out where the kernel reads them. What they come to is remembered by
 * configuration, so that the units of a run that one thread computes work them out once.
 */
export class Coefficients {
  readonly #rule: OptimizerRule;
  readonly #group: ResolvedGroup;
  readonly #known: Map<string, Vector>;
  readonly #key: string;
  /** Whether nothing changes from step to step but what the optimizer itself corrects. */
  readonly #constant: boolean;
  readonly rows: Vector;
  /** The rows are those of the steps from here on. */
  #from = 0;
  /** One row serves for all steps to come. */
  #settled = false;

  /** `rows` has room for `rowsAhead` rows of the rule's kernel. */
  constructor(
    rule: OptimizerRule,
    group: ResolvedGroup,
    configuration: Configuration,
    { steps, stepsPerEpoch }: RunLength,
    rows: Vector,
  ) {
    this.#rule = rule;
    this.#group = group;
    this.rows = rows;
    this.#known = known.get(configuration) ?? new Map<string, Vector>();
    known.set(configuration, this.#known);
    this.#key = `${group.name} ${group.from} ${group.to} ${steps} ${stepsPerEpoch}`;
    this.#constant = configuration.groups.every(
      ({ schedule, schedules }) => (!schedule || schedule.name === "constant") && !schedules,
    );
  }

  /** Where step t's row is, how far it is from one row to the next, and for how many steps, t's included, that holds. */
  at(t: number): { readonly rowsAt: number; readonly rowsOfStep: number; readonly left: number } {
    const { width } = ruleShapes[this.#rule.kernel];
    if (!this.#settled && (this.#from === 0 || t >= this.#from + rowsAhead)) this.#work(t, width);
    if (this.#settled) return { rowsAt: 0, rowsOfStep: 0, left: forever };
    return { rowsAt: (t - this.#from) * width, rowsOfStep: width, left: this.#from + rowsAhead - t };
  }
  #work(t: number, width: number): void {
    const { rows } = this;
    if (this.#constant && t > this.#rule.settled(this.#group.at(t))) {
      this.#rule.row(t, this.#group.at(t), rows, 0);
      this.#settled = true;
      return;
    }
    const from = (this.#from = t - ((t - 1) % rowsAhead));
    const key = `${this.#key} ${from}`;
    const found = this.#known.get(key);
    if (found) {
      rows.set(found);
      return;
    }
    for (let k = 0; k < rowsAhead; k++) this.#rule.row(from + k, this.#group.at(from + k), rows, k * width);
    const [oldest] = this.#known.keys();
    if (this.#known.size >= remembered) this.#known.delete(oldest);
    const copy = zeros(rows.length);
    copy.set(rows);
    this.#known.set(key, copy);
  }
}
const known = new WeakMap<Configuration, Map<string, Vector>>();
