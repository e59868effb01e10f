import { exp } from "../../kernels/elementary.ts";
import type { Rng } from "../../rng.ts";
import { zeros } from "../../vector.ts";
import type { Controls } from "./controls.ts";
import { block } from "./ensemble.ts";
import type { Walk } from "./parts.ts";
import type { Setting } from "./setting.ts";
import { centre, gibbs } from "./theory.ts";
import { starts, type Block } from "./work.ts";

// A Metropolis sampler of Gibbs at T = ησ²/2 (Metropolis et al. 1953): it knows the loss and T, and nothing of SGD.

/** Steps of a chain between two yields. */
const between = 2000;

export function* walk(
  { walkSteps, walkBurnIn, walkGap, proposal }: Controls,
  it: Setting,
  blocks: readonly Block[],
  rng: Rng,
): Generator<Walk | undefined, void> {
  const { domain, landscape, temperature } = it;
  const width = (domain.hi - domain.lo) / domain.cells;
  const counts = zeros(domain.cells);
  const from = starts(it);
  let accepted = 0;
  let steps = 0;
  for (const { index, size } of blocks)
    for (let c = 0; c < size; c++) {
      const z = rng.split("walker", index * block + c);
      let x = from(index * block + c);
      let height = landscape.height(x);
      for (let t = 1; t <= walkSteps; t++) {
        const to = x + proposal * (2 * z.uniform() - 1);
        const there = landscape.height(to);
        if (z.uniform() < exp((height - there) / temperature)) {
          x = to;
          height = there;
          accepted++;
        }
        steps++;
        if (t > walkBurnIn && (t - walkBurnIn) % walkGap === 0) {
          const bin = Math.floor((x - domain.lo) / width);
          if (bin >= 0 && bin < domain.cells) counts[bin]++;
        }
        if (steps % between === 0) yield undefined;
      }
    }
  yield { kind: "walk", counts, accepted, steps };
}

/** E min(1, p(y)/p(x)), y even within `proposal` of x: of which share of its proposals a chain at rest accepts. */
export function acceptance({ domain, landscape, rate, variance, temperature }: Setting, proposal: number): number {
  const law = gibbs({ ...domain, cells: 1000 }, landscape, rate, variance);
  const points = 400;
  let share = 0;
  law.mass.forEach((p, i) => {
    if (p < 1e-12) return;
    const x = centre(law, i);
    const height = landscape.height(x);
    let sum = 0;
    for (let k = 0; k < points; k++) {
      const y = x + proposal * ((2 * k + 1) / points - 1);
      sum += Math.min(1, exp((height - landscape.height(y)) / temperature));
    }
    share += (p * sum) / points;
  });
  return share;
}
