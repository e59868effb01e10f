import { exp } from "../../kernels/elementary.ts";
import type { Rng } from "../../rng.ts";
import { zeros } from "../../vector.ts";
import type { Job } from "../lab.ts";
import { chainOf, chainRateSteps, lawOn, sharesAfter } from "./chain.ts";
import type { controls } from "./controls.ts";
import { ensemble } from "./ensemble.ts";
import { fewEnough, onCells } from "./laws.ts";
import { looks, type Leaving, type Pace } from "./parts.ts";
import { temperatureAt, type Setting } from "./setting.ts";
import { centre, diffusionLaw, diffusionRate, fokkerPlanck, kramers } from "./theory.ts";
import type { Block } from "./work.ts";

// Chains that all start in one well, timed as they leave it.

/** Steps after which chains are looked at. */
export const lookedAt = (steps: number): number[] =>
  Array.from({ length: looks }, (_, k) => Math.max(k + 1, Math.round(((k + 1) * steps) / looks)));

/** Steps of a block between two yields. */
const between = 100;

export function* leave(
  { configuration }: Job<typeof controls>,
  it: Setting,
  blocks: readonly Block[],
  rng: Rng,
): Generator<Leaving | undefined, void> {
  const { leaving, relief } = it;
  if (!leaving || blocks.length === 0) return;
  const cut = relief.saddle ?? 0;
  const right = leaving.from > cut;
  const stayed = zeros(blocks.length * looks);
  for (const [b, { index, size }] of blocks.entries()) {
    const chains = ensemble(configuration, it, zeros(size).fill(leaving.from), rng.split("leaving", index));
    let t = 0;
    for (const [k, time] of lookedAt(leaving.steps).entries()) {
      while (t < time) {
        const steps = Math.min(between, time - t);
        chains.advance(steps);
        t += steps;
        yield undefined;
      }
      for (const x of chains.theta) if (right ? x > cut : x < cut) stayed[b * looks + k]++;
    }
  }
  yield { kind: "leaving", first: blocks[0].index, stayed, chains: Float64Array.from(blocks, ({ size }) => size) };
}

/** Steps that are followed one by one before nothing but the slowest difference is taken to be left. */
const followed = 2000;

/** What the chain's own law, and the diffusion, say of those that leave. */
export function* pace(it: Setting): Generator<Pace | undefined, void> {
  const { leaving, relief, landscape, noise, rate, domain, plain, values } = it;
  const { steps, from } = leaving ?? { steps: 0, from: 0 };
  const cut = relief.saddle ?? 0;
  const solver = { ...domain, cells: Math.max(360, domain.cells) };
  const flow = fokkerPlanck(solver, landscape, temperatureAt(noise, rate));
  const diffusion = diffusionRate(flow);
  const on = onCells(it);
  const simple = plain && values["momentum"] === 0;
  const chain = simple && fewEnough(on.cells, noise) ? chainOf(on, landscape, rate, noise) : undefined;
  const atRest = chain ? lawOn(on, chain) : diffusionLaw(flow);
  let right = 0;
  atRest.mass.forEach((p, i) => {
    const start = centre(atRest, i) - atRest.width / 2;
    right += p * Math.min(1, Math.max(0, (start + atRest.width - cut) / atRest.width));
  });
  const rest = from > cut ? right : 1 - right;
  const times = lookedAt(steps);
  if (!chain) {
    const stayed = Float64Array.from(times, (t) => rest + (1 - rest) * exp(-diffusion * rate * t));
    // Too many cells are those of a small η, for which the diffusion is right.
    yield { kind: "pace", chain: simple ? diffusion : NaN, diffusion, stayed, rest };
    return;
  }
  yield undefined;
  const slowest = yield* chainRateSteps(chain);
  const slow = { steps: Math.min(followed, Math.round(12 * it.relaxation)), rate: slowest };
  const stayed = yield* sharesAfter(chain, from, cut, times, slow);
  yield { kind: "pace", chain: slowest, diffusion, stayed, rest };
}

/** Kramers' rate at which both wells beside the saddle together come to rest; undefined where noise depends on θ. */
export function kramersRate({ relief, landscape, rate, variance, spread }: Setting, alpha = 0.5): number | undefined {
  const { minima, saddle } = relief;
  if (saddle === undefined || spread) return undefined;
  const left = minima.filter((x) => x < saddle).at(-1);
  const right = minima.find((x) => x > saddle);
  if (left === undefined || right === undefined) return undefined;
  const temperature = alpha * rate * variance;
  return kramers(landscape, left, saddle, temperature) + kramers(landscape, right, saddle, temperature);
}
