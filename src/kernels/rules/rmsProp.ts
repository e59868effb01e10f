// AssemblyScript. RMSProp; block.ts says how a rule's block is laid out.
import {
  addLastLoss,
  addLoss,
  curvature,
  deviation,
  drawNoise,
  endOfNoise,
  n,
  noiseFrom,
  noiseOfReplicate,
  noiseOfStep,
  reach,
  replicates,
  rowsOfStep,
  steps,
} from "./block";

export function rmsProp(theta0: usize, v0: usize, _unused: usize, noise: usize, rows: usize): void {
  const size = (<usize>n) << 3;
  const a = curvature;
  const s = deviation;
  for (let r = 0; r < replicates; r++) {
    const theta = theta0 + <usize>r * size;
    const v = v0 + <usize>r * size;
    const own = noise + <usize>r * noiseOfReplicate;
    const end = endOfNoise(own);
    let z = own + noiseFrom;
    let row = rows;
    for (let k = 0; k < steps; k++) {
      if (z == end) {
        drawNoise(own, r);
        z = own;
      }
      const sign = v128.load64_splat(row);
      const decay = v128.load64_splat(row, 8);
      const keep = v128.load64_splat(row, 16);
      const beta2 = v128.load64_splat(row, 24);
      const enters2 = v128.load64_splat(row, 32);
      const eta = v128.load64_splat(row, 40);
      const correction = v128.load64_splat(row, 48);
      const within = v128.load64_splat(row, 56);
      const beside = v128.load64_splat(row, 64);
      let loss = f64x2.splat(0);
      let even: f64 = 0; // of the last one of an odd number
      for (let from: usize = 0; ;) {
        const to = reach(size, z, end);
        const paired = to - ((to - from) & 8);
        for (let i = from; i < paired; i += 32) {
          const x = v128.load(theta + i);
          const slope = f64x2.mul(v128.load(a + i), x);
          loss = f64x2.add(loss, f64x2.mul(slope, x));
          const g = f64x2.add(slope, f64x2.mul(v128.load(s + i), v128.load(z + i)));
          const left = f64x2.mul(keep, x);
          const d = f64x2.add(f64x2.mul(sign, g), f64x2.mul(decay, left));
          const second = f64x2.add(f64x2.mul(beta2, v128.load(v + i)), f64x2.mul(f64x2.mul(enters2, d), d));
          v128.store(v + i, second);
          const below = f64x2.add(f64x2.sqrt(f64x2.add(f64x2.mul(correction, second), within)), beside);
          v128.store(theta + i, f64x2.sub(left, f64x2.div(f64x2.mul(eta, d), below)));
          if (i + 16 >= paired) break;
          const x2 = v128.load(theta + i, 16);
          const slope2 = f64x2.mul(v128.load(a + i, 16), x2);
          loss = f64x2.add(loss, f64x2.mul(slope2, x2));
          const g2 = f64x2.add(slope2, f64x2.mul(v128.load(s + i, 16), v128.load(z + i, 16)));
          const left2 = f64x2.mul(keep, x2);
          const d2 = f64x2.add(f64x2.mul(sign, g2), f64x2.mul(decay, left2));
          const second2 = f64x2.add(f64x2.mul(beta2, v128.load(v + i, 16)), f64x2.mul(f64x2.mul(enters2, d2), d2));
          v128.store(v + i, second2, 16);
          const below2 = f64x2.add(f64x2.sqrt(f64x2.add(f64x2.mul(correction, second2), within)), beside);
          v128.store(theta + i, f64x2.sub(left2, f64x2.div(f64x2.mul(eta, d2), below2)), 16);
        }
        if (paired < to) {
          const x = load<f64>(theta + paired);
          const slope = load<f64>(curvature + paired) * x;
          even = slope * x;
          const left = load<f64>(row, 16) * x;
          const g = slope + load<f64>(deviation + paired) * load<f64>(z + paired);
          const d = load<f64>(row) * g + load<f64>(row, 8) * left;
          const second = load<f64>(row, 24) * load<f64>(v + paired) + load<f64>(row, 32) * d * d;
          store<f64>(v + paired, second);
          const below = sqrt(load<f64>(row, 48) * second + load<f64>(row, 56)) + load<f64>(row, 64);
          store<f64>(theta + paired, left - (load<f64>(row, 40) * d) / below);
        }
        if (to == size) break;
        drawNoise(own, r);
        z = own - to;
        from = to;
      }
      addLoss(r, k, f64x2.extract_lane(loss, 0) + even, f64x2.extract_lane(loss, 1));
      z += noiseOfStep;
      row += rowsOfStep;
    }
    addLastLoss(r, theta);
  }
}
