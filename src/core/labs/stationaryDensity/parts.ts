import type { Vector } from "../../vector.ts";
import type { ChainLaw } from "./laws.ts";

/** What a unit hands over. */
export type Part = Samples | Leaving | Walk | Law | Pace | Accepted;

/** Looks at the chains of a unit, one or several together, at the nth of its rates, η being 0. */
export interface Samples {
  readonly kind: "samples";
  readonly nth: number;
  /** First of the unit's blocks. */
  readonly first: number;
  /** Chains seen in each bin: blocks × bins; and in each cell of a bin, all blocks together. */
  readonly counts: Vector;
  readonly fine: Vector;
  /** Of each block: chains that were finite, Σθ, Σθ², those right of the saddle, ΣθL′. */
  readonly sums: Vector;
  /** Chains of these that were looked at, finite or not. */
  readonly taken: number;
  /** Chains lost to infinity so far, and the step by which the first one was. */
  readonly lost: number;
  readonly lostAt: number;
}
/** Columns of `sums`. */
export const summed = { finite: 0, first: 1, second: 2, right: 3, virial: 4, columns: 5 } as const;

/** How many of a unit's chains are on the side they started on: blocks × looks. */
export interface Leaving {
  readonly kind: "leaving";
  readonly first: number;
  readonly stayed: Vector;
  readonly chains: Vector;
}
/** Looks at chains that leave a well. */
export const looks = 12;

/** Metropolis chains in each bin, and of their steps those accepted. */
export interface Walk {
  readonly kind: "walk";
  readonly counts: Vector;
  readonly accepted: number;
  readonly steps: number;
}
/** The chain's own law, where it is known. */
export interface Law {
  readonly kind: "law";
  readonly nth: number;
  readonly law?: ChainLaw;
}
/** Rates per unit of time at which the shares of the wells come to rest, and the shares that stay, at each look. */
export interface Pace {
  readonly kind: "pace";
  /** NaN where the chain has more coordinates than one. */
  readonly chain: number;
  readonly diffusion: number;
  readonly stayed: Vector;
  /** Share of the stationary law on the side of the start. */
  readonly rest: number;
}
/** Share of Metropolis proposals that Gibbs accepts. */
export interface Accepted {
  readonly kind: "accepted";
  readonly share: number;
}
