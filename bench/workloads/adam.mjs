// W2: Adam on d parameters of the noisy quadratic.
import { hash } from "./checks.mjs";
import { adam, curvatureOf, lossOf, objective } from "./quadratic.mjs";

export function prepare({ engine: { rng, normalNoise, Trainer }, name, sizes: [asked] }) {
  const d = Number(name);
  const steps = asked ?? Math.max(20, Math.floor(2e7 / d));
  const curvature = curvatureOf(d);
  const problem = objective(curvature, normalNoise);
  const run = { steps, stepsPerEpoch: steps, batchSize: 1 };
  let theta;
  return {
    units: d * steps,
    run(seed) {
      const trainer = new Trainer(adam, problem, rng(seed), run);
      for (let t = 0; t < steps; t++) trainer.step();
      ({ theta } = trainer);
    },
    check: () => ({ loss: lossOf(curvature, theta) / d, hash: hash(theta) }),
  };
}
