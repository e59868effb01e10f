import { log } from "../../kernels/elementary.ts";
import type { Job } from "../lab.ts";
import type { controls } from "./controls.ts";
import { slopeAtZero } from "./laws.ts";
import type { Model } from "./model.ts";
import { gainOf, ratesOf, ruleOf, type Rule } from "./rule.ts";

/** Chains of one unit of work. */
export const block = 16;
export const blocksOf = (chains: number): number => Math.ceil(chains / block);
/** Points of the learning curve for every rate. */
export const pointsPerRate = 60;

/** How long one rate is run. */
export interface Length {
  readonly burnIn: number;
  readonly steps: number;
  /** Of so many updates, one has its loss looked at. */
  readonly every: number;
}
/** All lengths of a run, by rate from the smallest. */
export interface Lengths {
  readonly drawn: readonly Length[];
  readonly reshuffled: readonly Length[];
  /** Updates of one rate of the learning curve, a multiple of `pointsPerRate`. */
  readonly stage: number;
  /** Looks for each point of the learning curve. */
  readonly looks: number;
}

/** Nanoseconds of one update and of one look at the full loss, about; what is affordable is counted in them. */
export function costs({ examples, dimension: d }: Model, batch: number, { momentum }: Pick<Rule, "momentum">) {
  const update = 10 + (momentum === 0 ? 4 : 9) * d;
  return examples.squares
    ? { step: update + batch * (8 + 4 * d), look: 10 + d * d }
    : { step: update + batch * (40 + 4 * d), look: examples.count * (28 + 2 * d) };
}
/** Of all chains, up to 64: some 0.6 s of one core for the rates and 0.2 s for the learning curve. More chains take longer. */
const affordable = { rates: 64 * 9e6, curve: 64 * 3e6, chains: 64 };
/** In relaxation times 1/(ηλ) of the flattest direction: before averaging, and averaged over, at least and at most. */
const relaxations = { burnIn: 4, least: 4, most: 300 };

export function lengthsOf({ configuration, controls: chosen, lists }: Job<typeof controls>, model: Model): Lengths {
  const { rule } = ruleOf(configuration);
  const { batchSize, rates: count } = chosen;
  const gain = gainOf(rule);
  const rates = ratesOf(rule.learningRate, count, lists).map((rate) => rate * gain);
  const cost = costs(model, batchSize, rule);
  const { curvature, dimension, least, start, examples } = model;
  const memory = 1 / (1 - rule.momentum);
  /** Steps in which a chain forgets where it was. */
  const relaxation = rates.map((rate) => Math.max(1 / (rate * curvature[0]), memory));
  const every = Array.from(rates, (rate, k) =>
    chosen.every > 0
      ? chosen.every
      : Math.max(
          1,
          Math.round(cost.look / cost.step / 10),
          Math.round(examples.squares ? 0.5 / (rate * curvature[dimension - 1]) : 0.35 * relaxation[k]),
        ),
  );
  const price = every.map((each) => cost.step + cost.look / each);
  // A start away from the minimum is forgotten when its excess is a hundredth of what stays.
  const away = chosen.start === 0 ? 0 : model.loss(start) - least;
  const settling = rates.map((rate) => {
    const stays = 0.01 * rate * slopeAtZero(model, batchSize);
    return relaxations.burnIn + (away > stays && stays > 0 ? 0.5 * log(away / stays) : 0);
  });
  const share = shared(
    Array.from(relaxation, (time, k) => 2 * price[k] * time * (settling[k] + relaxations.least)),
    Array.from(relaxation, (time, k) => 2 * price[k] * time * relaxations.most),
    affordable.rates / Math.min(affordable.chains, chosen.chains),
  );
  const drawn = Array.from(rates, (_, k): Length => {
    const total = share[k] / (2 * price[k]);
    const burnIn = Math.min(settling[k] * relaxation[k], total / 2);
    return {
      burnIn: Math.ceil(chosen.burnIn > 0 ? chosen.burnIn : burnIn),
      steps: Math.max(1, Math.ceil(chosen.steps > 0 ? chosen.steps : total - burnIn)),
      every: every[k],
    };
  });
  const epoch = Math.ceil(examples.count / batchSize);
  const whole = (steps: number) => epoch * Math.ceil(steps / epoch);
  const reshuffled = drawn.map((it) => ({ ...it, burnIn: whole(it.burnIn), steps: whole(it.steps) }));
  return { drawn, reshuffled, ...curve() };

  function curve() {
    const last = (rule.learningRate * gain) / chosen.drop ** chosen.drops;
    const looks = examples.squares ? 4 : 1;
    const wished = 12 * Math.max(1 / (last * curvature[0]) / 2, memory);
    const perStep = cost.step + (cost.look * looks * pointsPerRate) / Math.max(wished, pointsPerRate);
    const most = affordable.curve / Math.min(affordable.chains, chosen.chains) / (perStep * (chosen.drops + 1));
    const points = Math.max(looks, Math.ceil(Math.min(wished, most) / pointsPerRate));
    return { stage: points * pointsPerRate, looks: Math.min(looks, points) };
  }
}
/** What each may have of `all`: what it needs and an equal share of the rest, at most `most`; an equal cap where needs exceed it. */
function shared(needs: readonly number[], most: readonly number[], all: number): number[] {
  const total = needs.reduce((a, b) => a + b, 0);
  // The level at which what is given out comes to `all`, by bisection: of a cap below the needs, or of a share above them.
  const given = (level: number) =>
    needs.map((need, k) => (total > all ? Math.min(need, level) : Math.min(Math.max(need, most[k]), need + level)));
  let low = 0;
  let high = all;
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (given(middle).reduce((a, b) => a + b, 0) < all) low = middle;
    else high = middle;
  }
  return given(low);
}
