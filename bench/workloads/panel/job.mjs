// W3 as a lab: Adam on the quadratic with 20 coordinates, many seeds, the loss before every step kept. It is ordered, cut into
// units, spread and gathered as every lab is; only the bench knows it.
import { cohort } from "../../../src/core/cohort.ts";
import { normalNoise } from "../../../src/core/problems/normalNoise.ts";
import { planOf } from "../quadratic.mjs";

export const dimension = 20;
/** Seeds of one unit. */
const together = 16;

export const panelJob = {
  name: "panel job",
  units: ({ controls: { seeds } }) => Math.ceil(seeds / together),
  *work({ controls: { seeds, steps } }, unit, rng) {
    const first = unit * together;
    const size = Math.min(together, seeds - first);
    const members = cohort(planOf(dimension, steps, normalNoise), rng, first, size);
    const losses = new Float32Array(size * steps);
    for (let k = 0; k < size; k++) losses[k * steps] = members.loss(k);
    while (members.t < steps) {
      const from = members.t;
      const now = Math.min(members.longest, steps - from);
      members.advance(now, true);
      // What is told is the loss after each step: before the next one. After the last there is none.
      const count = Math.min(now, steps - 1 - from);
      for (let k = 0, at = 0; k < size; k++, at += members.longest)
        losses.set(members.losses.subarray(at, at + count), k * steps + from + 1);
      yield undefined;
    }
    yield { first, losses };
  },
  gather({ controls: { seeds, steps } }) {
    const losses = new Float32Array(seeds * steps);
    let done = 0;
    let shown = false;
    const report = () => ({ answer: "", status: "", rules: [] });
    return {
      add(_unit, part) {
        losses.set(part.losses, part.first * steps);
        done += part.losses.length / steps;
      },
      // All at once, when all are there.
      frames() {
        if (shown || done < seeds) return [];
        shown = true;
        return [{ chart: "losses", series: "all", mode: "replace", columns: [losses] }];
      },
      progress: () => ({ done, total: seeds, unit: "seeds" }),
      report,
      findings: () => [],
    };
  },
};
