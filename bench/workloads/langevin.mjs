// W1: an ensemble of Langevin paths in the double well, dx = (x − x³) dt + √(2T) dW, from 0. In the product it is SGD with the rate
// dt and gradient noise of variance 2T/dt.
import { gibbs, hash } from "./checks.mjs";

const [dt, temperature, block, bins] = [0.01, 0.25, 64, 64];
const well = [0.25, 0, -0.5, 0, 0.25];
const values = { learningRate: dt, momentum: 0, dampening: 0, nesterov: 0, weightDecay: 0 };
const dynamics = { relief: { coefficients: well }, values, variance: (2 * temperature) / dt };

export function prepare({ engine: { clearRooms, rng, sgdEnsemble }, sizes: [paths = 4096, steps = 10_000] }) {
  const ends = new Float64Array(paths);
  const histogram = new Uint32Array(bins);
  return {
    units: paths * steps,
    run(seed) {
      clearRooms(); // as a thread does between two runs
      const root = rng(seed);
      for (let p = 0; p < paths; p += block) {
        const theta = ends.subarray(p, p + block).fill(0);
        const ensemble = sgdEnsemble(dynamics, theta, root.split("block", p / block));
        ensemble.advance(steps);
        ends.set(ensemble.theta, p);
      }
      histogram.fill(0);
      for (const x of ends) histogram[Math.min(bins - 1, Math.max(0, Math.floor((x + 2.5) * (bins / 5))))]++;
    },
    check: () => ({ ...gibbs(ends, temperature), hash: hash(ends) }),
  };
}
