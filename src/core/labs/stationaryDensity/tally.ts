import { zeros, type Vector } from "../../vector.ts";
import type { Job } from "../lab.ts";
import type { controls as knobs } from "./controls.ts";
import { block } from "./ensemble.ts";
import { levels, type Counted } from "./estimate.ts";
import type { ChainLaw } from "./laws.ts";
import { looks, summed, type Pace, type Part, type Samples } from "./parts.ts";
import { ratios, setting, type Setting } from "./setting.ts";

/** Groups of blocks that are left out in turn for a standard error. */
const groups = 128;

/** What has been counted at one learning rate. */
export interface AtRate extends Counted {
  readonly it: Setting;
  readonly level: Vector;
  /** Samples of chains, finite or not. */
  taken: number;
  /** The chain's own law, once it is known and where it can be. */
  law?: ChainLaw;
}

/** Sums of all parts, whatever the order in which they come. */
export class Tally {
  /** At η, and at the others. */
  readonly rates: readonly AtRate[];
  /** At η, in cells finer than the bins. */
  readonly fine: Vector;
  /** By group of blocks: chains, and of these those that have stayed, at each look. */
  readonly stayed: readonly Float64Array[];
  pace: Pace | undefined;
  readonly walked: Vector;
  moves = { accepted: 0, steps: 0 };
  acceptance: number | undefined;
  readonly #lost = new Map<number, Samples>();

  constructor({ configuration, problem, controls }: Job<typeof knobs>) {
    const many = Math.min(groups, Math.ceil(controls.chains / block));
    const first = setting(configuration, problem, controls);
    this.rates = ratios(first, controls).map((_, nth) => {
      const it = setting(configuration, problem, controls, nth);
      const cells = it.domain.cells;
      return {
        it,
        level: it.spread ? zeros(0) : levels(it),
        blocks: Array.from({ length: many }, () => ({ counts: zeros(cells), sums: zeros(summed.columns) })),
        total: zeros(cells),
        taken: 0,
        get samples() {
          return this.blocks.reduce((sum, { sums }) => sum + sums[summed.finite], 0);
        },
      };
    });
    const { domain, fine } = this.rates[0].it;
    this.fine = zeros(domain.cells * fine);
    this.walked = zeros(domain.cells);
    this.stayed = Array.from({ length: many }, () => new Float64Array(1 + looks));
  }

  get taken(): number {
    return this.rates.reduce((sum, { taken }) => sum + taken, 0);
  }
  add(unit: number, part: Part): void {
    switch (part.kind) {
      case "samples":
        this.#samples(unit, part);
        break;
      case "leaving":
        part.chains.forEach((chains, b) => {
          const group = this.stayed[(part.first + b) % this.stayed.length];
          group[0] += chains;
          for (let k = 0; k < looks; k++) group[1 + k] += part.stayed[b * looks + k];
        });
        break;
      case "walk":
        part.counts.forEach((n, i) => (this.walked[i] += n));
        this.moves.accepted += part.accepted;
        this.moves.steps += part.steps;
        break;
      case "law":
        if (part.law) this.rates[part.nth].law = { ...part.law, bins: part.law.bins.slice() };
        break;
      case "pace":
        this.pace = { ...part, stayed: part.stayed.slice() };
        break;
      case "accepted":
        this.acceptance = part.share;
        break;
    }
  }
  #samples(unit: number, part: Samples): void {
    const { blocks, total, it } = this.rates[part.nth];
    const cells = it.domain.cells;
    const own = part.sums.length / summed.columns;
    for (let b = 0; b < own; b++) {
      const { counts, sums } = blocks[(part.first + b) % blocks.length];
      for (let i = 0; i < cells; i++) {
        counts[i] += part.counts[b * cells + i];
        total[i] += part.counts[b * cells + i];
      }
      for (let i = 0; i < summed.columns; i++) sums[i] += part.sums[b * summed.columns + i];
    }
    if (part.nth === 0) for (let i = 0; i < this.fine.length; i++) this.fine[i] += part.fine[i];
    this.rates[part.nth].taken += part.taken;
    this.#lost.set(unit, part);
  }

  /** Chains at η itself that have left for infinity, and the step by which the first one had. */
  get lost(): { readonly chains: number; readonly at: number } {
    const own = [...this.#lost.values()].filter(({ nth, lost }) => nth === 0 && lost > 0);
    return {
      chains: own.reduce((sum, { lost }) => sum + lost, 0),
      at: own.reduce((first, { lostAt }) => Math.min(first, lostAt), Infinity),
    };
  }
  lostAt(nth: number): boolean {
    return [...this.#lost.values()].some((part) => part.nth === nth && part.lost > 0);
  }
}
