// W3 as a lab: Adam on the quadratic with 20 coordinates, many seeds, the loss before every step kept. It is ordered, cut into
// units, spread and gathered as every lab is; only the bench knows it.
import { normalNoise } from "../../../src/core/problems/normalNoise.ts";
import { Trainer } from "../../../src/core/train.ts";
import { adam, curvatureOf, lossOf, objective } from "../quadratic.mjs";

export const dimension = 20;
/** Seeds of one unit. */
const together = 16;

function replicate(own, steps, out) {
  const curvature = curvatureOf(dimension);
  const problem = objective(curvature, normalNoise);
  const trainer = new Trainer(adam, problem, own, { steps, stepsPerEpoch: steps, batchSize: 1 });
  for (let t = 0; t < steps; t++) {
    out[t] = lossOf(curvature, trainer.theta);
    trainer.step();
  }
}

export const panelJob = {
  name: "panel job",
  units: ({ controls: { seeds } }) => Math.ceil(seeds / together),
  *work({ controls: { seeds, steps } }, unit, rng) {
    const first = unit * together;
    for (let k = first; k < Math.min(seeds, first + together); k++) {
      const losses = new Float32Array(steps);
      replicate(rng.split("seed", k), steps, losses);
      yield { seed: k, losses };
    }
  },
  gather({ controls: { seeds, steps } }) {
    const losses = new Float32Array(seeds * steps);
    let done = 0;
    let shown = false;
    const report = () => ({ answer: "", status: "", rules: [] });
    return {
      add(_unit, part) {
        losses.set(part.losses, part.seed * steps);
        done++;
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
