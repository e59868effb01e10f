import { zeros, type Vector } from "../../vector.ts";
import type { Job } from "../lab.ts";
import type { controls } from "./controls.ts";
import { reshuffledCoefficient, reshuffledSlope, slopeAtZero, slowestRelaxation } from "./laws.ts";
import { lengthsOf } from "./lengths.ts";
import type { Model } from "./model.ts";
import { gainOf, ratesOf, ruleOf } from "./rule.ts";
import { classicalLimit, largestStable, secondCoefficient, stationarySteps } from "./stationary.ts";
import { momentsOf } from "./theory.ts";

/** What is known before anything is measured. Rates and coefficients are those of the effective rate. NaN where nothing is. */
export interface Known {
  readonly kind: "known";
  readonly least: number;
  /** Where L is least. */
  readonly minimum: Vector;
  /** ¼E|g|²/B, and the coefficient of η² under reshuffling. */
  readonly slope: number;
  readonly reshuffled: number;
  /** Coefficient of η under reshuffling, where the last batch of an epoch is smaller. */
  readonly leftover: number;
  readonly dimension: number;
  readonly examples: number;
  readonly flattest: number;
  readonly steepest: number;
  /** Up to which the mean gradient alone is stable at the minimum. */
  readonly classical: number;
  /** Least squares only: s₂, the largest stable rate, excess and E|ĝ|² at every rate, excess on the learning curve's plateaus. */
  readonly second: number;
  readonly stable: number;
  readonly excess: Vector;
  readonly square: Vector;
  readonly plateaus: Vector;
  /** Excess at rates from 0 to the largest, for a line. */
  readonly lineRates: Vector;
  readonly lineExcess: Vector;
  /** Burn-in of every rate in relaxation times of the flattest direction. */
  readonly settled: Vector;
  /** Excess where the learning curve starts. */
  readonly away: number;
  /** Updates of each rate of the learning curve. */
  readonly stage: number;
  /** Steps in which the flattest direction's excess falls by a factor e, at each rate of the learning curve. */
  readonly relaxations: Vector;
}

export function* known(job: Job<typeof controls>, model: Model): Generator<undefined, Known> {
  const { batchSize: batch, rates: count, drop, drops } = job.controls;
  const { rule } = ruleOf(job.configuration);
  const gain = gainOf(rule);
  const rates = ratesOf(rule.learningRate, count, job.lists);
  const top = rates[count - 1];
  const lengths = lengthsOf(job, model);
  const points = model.dimension > 12 ? 16 : 60; // without fourth moments every one takes a pass over the rows
  const moments = yield* momentsOf(model);
  yield undefined;
  const excess = zeros(count).fill(NaN);
  const square = zeros(count).fill(NaN);
  const plateaus = zeros(drops + 1).fill(NaN);
  const lineRates = zeros(points + 1);
  const lineExcess = zeros(points + 1).fill(NaN);
  lineExcess[0] = 0;
  let stable = NaN;
  if (moments) {
    const at = (learningRate: number) => stationarySteps(moments, { ...rule, learningRate }, batch);
    for (let k = 0; k < count; k++) {
      ({ excess: excess[k], square: square[k] } = yield* at(rates[k]));
      yield undefined;
    }
    for (let k = 0; k <= drops; k++) {
      plateaus[k] = (yield* at(rule.learningRate / drop ** k)).excess;
      yield undefined;
    }
    stable = gain * (yield* largestStable(moments, rule, batch));
    for (let k = 1; k <= points; k++) {
      lineExcess[k] = (yield* at((top * k) / points)).excess;
      yield undefined;
    }
  }
  for (let k = 0; k <= points; k++) lineRates[k] = (top * gain * k) / points;
  return {
    kind: "known",
    least: model.least,
    minimum: model.minimum,
    slope: slopeAtZero(model, batch),
    reshuffled: reshuffledCoefficient(model, batch),
    leftover: reshuffledSlope(model, batch),
    dimension: model.dimension,
    examples: model.examples.count,
    flattest: model.curvature[0],
    steepest: model.curvature[model.dimension - 1],
    classical: gain * classicalLimit(rule, model.curvature[model.dimension - 1]),
    second: moments && rule.momentum === 0 ? secondCoefficient(moments, batch) : NaN,
    stable,
    excess,
    square,
    plateaus,
    lineRates,
    lineExcess,
    settled: rates.map((rate, k) => lengths.drawn[k].burnIn * rate * gain * model.curvature[0]),
    away: model.loss(model.start) - model.least,
    stage: lengths.stage,
    relaxations: Float64Array.from(plateaus, (_, k) =>
      slowestRelaxation(model, (rule.learningRate * gain) / drop ** k),
    ),
  };
}
