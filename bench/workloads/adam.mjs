// W2: Adam on d parameters of the noisy quadratic.
import { hash } from "./checks.mjs";
import { curvatureOf, lossOf, planOf } from "./quadratic.mjs";

export function prepare({ engine: { clearRooms, cohort, rng, normalNoise }, name, sizes: [asked] }) {
  const d = Number(name);
  const steps = asked ?? Math.max(20, Math.floor(2e7 / d));
  const plan = planOf(d, steps, normalNoise);
  let theta;
  return {
    units: d * steps,
    run(seed) {
      clearRooms(); // as a thread does between two runs
      const alone = cohort(plan, rng(seed), 0, 1);
      while (alone.t < steps) alone.advance(Math.min(alone.longest, steps - alone.t));
      ({ theta } = alone.replicate(0));
    },
    check: () => ({ loss: lossOf(curvatureOf(d), theta) / d, hash: hash(theta) }),
  };
}
