// AssemblyScript. Adam as averages of a batch's gradient and of its square; block.ts says how a rule's block is laid out.
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

export function averages(theta0: usize, m0: usize, v0: usize, noise: usize, rows: usize): void {
  const size = (<usize>n) << 3;
  const a = curvature;
  const s = deviation;
  for (let r = 0; r < replicates; r++) {
    const theta = theta0 + <usize>r * size;
    const m = m0 + <usize>r * size;
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
      const enters = v128.load64_splat(row);
      const kept2 = v128.load64_splat(row, 8);
      const enters2 = v128.load64_splat(row, 16);
      const each = v128.load64_splat(row, 24);
      const eta = v128.load64_splat(row, 32);
      const floor = v128.load64_splat(row, 40);
      const excess = z + size;
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
          const old = v128.load(m + i);
          const first = f64x2.add(old, f64x2.mul(enters, f64x2.sub(g, old)));
          const square = f64x2.add(f64x2.mul(g, g), f64x2.mul(each, v128.load(excess + i)));
          const second = f64x2.add(f64x2.mul(kept2, v128.load(v + i)), f64x2.mul(enters2, square));
          v128.store(m + i, first);
          v128.store(v + i, second);
          const below = f64x2.add(f64x2.sqrt(second), floor);
          v128.store(theta + i, f64x2.sub(x, f64x2.div(f64x2.mul(eta, first), below)));
          if (i + 16 >= paired) break;
          const x2 = v128.load(theta + i, 16);
          const slope2 = f64x2.mul(v128.load(a + i, 16), x2);
          loss = f64x2.add(loss, f64x2.mul(slope2, x2));
          const g2 = f64x2.add(slope2, f64x2.mul(v128.load(s + i, 16), v128.load(z + i, 16)));
          const old2 = v128.load(m + i, 16);
          const first2 = f64x2.add(old2, f64x2.mul(enters, f64x2.sub(g2, old2)));
          const square2 = f64x2.add(f64x2.mul(g2, g2), f64x2.mul(each, v128.load(excess + i, 16)));
          const second2 = f64x2.add(f64x2.mul(kept2, v128.load(v + i, 16)), f64x2.mul(enters2, square2));
          v128.store(m + i, first2, 16);
          v128.store(v + i, second2, 16);
          const below2 = f64x2.add(f64x2.sqrt(second2), floor);
          v128.store(theta + i, f64x2.sub(x2, f64x2.div(f64x2.mul(eta, first2), below2)), 16);
        }
        if (paired < to) {
          const x = load<f64>(theta + paired);
          const slope = load<f64>(curvature + paired) * x;
          even = slope * x;
          const g = slope + load<f64>(deviation + paired) * load<f64>(z + paired);
          const old = load<f64>(m + paired);
          const first = old + load<f64>(row) * (g - old);
          const square = g * g + load<f64>(row, 24) * load<f64>(excess + paired);
          const second = load<f64>(row, 8) * load<f64>(v + paired) + load<f64>(row, 16) * square;
          store<f64>(m + paired, first);
          store<f64>(v + paired, second);
          store<f64>(theta + paired, x - (load<f64>(row, 32) * first) / (sqrt(second) + load<f64>(row, 40)));
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
