// AssemblyScript. Adam and its kin; block.ts says how a rule's block is laid out.
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

export function adam(theta0: usize, m0: usize, v0: usize, noise: usize, rows: usize): void {
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
      const keep = v128.load64_splat(row, 16);
      const enters = v128.load64_splat(row, 24);
      const beta2 = v128.load64_splat(row, 32);
      const enters2 = v128.load64_splat(row, 40);
      const rate = v128.load64_splat(row, 48);
      const root = v128.load64_splat(row, 56);
      const floor = v128.load64_splat(row, 64);
      let loss = f64x2.splat(0);
      // The usual case, in a loop with two multiplications less.
      const bare = load<f64>(row) == 1 && load<f64>(row, 8) == 0;
      let even: f64 = 0; // of the last one of an odd number
      for (let from: usize = 0; ;) {
        const to = reach(size, z, end);
        const paired = to - ((to - from) & 8);
        for (let i = bare ? from : paired; i < paired; i += 32) {
          const x = v128.load(theta + i);
          const slope = f64x2.mul(v128.load(a + i), x);
          loss = f64x2.add(loss, f64x2.mul(slope, x));
          const d = f64x2.add(slope, f64x2.mul(v128.load(s + i), v128.load(z + i)));
          const old = v128.load(m + i);
          const first = f64x2.add(old, f64x2.mul(enters, f64x2.sub(d, old)));
          const second = f64x2.add(f64x2.mul(beta2, v128.load(v + i)), f64x2.mul(f64x2.mul(enters2, d), d));
          v128.store(m + i, first);
          v128.store(v + i, second);
          const below = f64x2.add(f64x2.mul(f64x2.sqrt(second), root), floor);
          v128.store(theta + i, f64x2.sub(f64x2.mul(keep, x), f64x2.div(f64x2.mul(rate, first), below)));
          if (i + 16 >= paired) break;
          const x2 = v128.load(theta + i, 16);
          const slope2 = f64x2.mul(v128.load(a + i, 16), x2);
          loss = f64x2.add(loss, f64x2.mul(slope2, x2));
          const d2 = f64x2.add(slope2, f64x2.mul(v128.load(s + i, 16), v128.load(z + i, 16)));
          const old2 = v128.load(m + i, 16);
          const first2 = f64x2.add(old2, f64x2.mul(enters, f64x2.sub(d2, old2)));
          const second2 = f64x2.add(f64x2.mul(beta2, v128.load(v + i, 16)), f64x2.mul(f64x2.mul(enters2, d2), d2));
          v128.store(m + i, first2, 16);
          v128.store(v + i, second2, 16);
          const below2 = f64x2.add(f64x2.mul(f64x2.sqrt(second2), root), floor);
          v128.store(theta + i, f64x2.sub(f64x2.mul(keep, x2), f64x2.div(f64x2.mul(rate, first2), below2)), 16);
        }
        if (!bare) {
          const sign = v128.load64_splat(row);
          const decay = v128.load64_splat(row, 8);
          for (let i = from; i < paired; i += 16) {
            const x = v128.load(theta + i);
            const slope = f64x2.mul(v128.load(a + i), x);
            loss = f64x2.add(loss, f64x2.mul(slope, x));
            const g = f64x2.add(slope, f64x2.mul(v128.load(s + i), v128.load(z + i)));
            const d = f64x2.add(f64x2.mul(sign, g), f64x2.mul(decay, x));
            const old = v128.load(m + i);
            const first = f64x2.add(old, f64x2.mul(enters, f64x2.sub(d, old)));
            const second = f64x2.add(f64x2.mul(beta2, v128.load(v + i)), f64x2.mul(f64x2.mul(enters2, d), d));
            v128.store(m + i, first);
            v128.store(v + i, second);
            const below = f64x2.add(f64x2.mul(f64x2.sqrt(second), root), floor);
            v128.store(theta + i, f64x2.sub(f64x2.mul(keep, x), f64x2.div(f64x2.mul(rate, first), below)));
          }
        }
        if (paired < to) {
          const x = load<f64>(theta + paired);
          const slope = load<f64>(curvature + paired) * x;
          even = slope * x;
          const g = slope + load<f64>(deviation + paired) * load<f64>(z + paired);
          const d = bare ? g : load<f64>(row) * g + load<f64>(row, 8) * x;
          const old = load<f64>(m + paired);
          const first = old + load<f64>(row, 24) * (d - old);
          const second = load<f64>(row, 32) * load<f64>(v + paired) + load<f64>(row, 40) * d * d;
          store<f64>(m + paired, first);
          store<f64>(v + paired, second);
          const below = sqrt(second) * load<f64>(row, 56) + load<f64>(row, 64);
          store<f64>(theta + paired, load<f64>(row, 16) * x - (load<f64>(row, 48) * first) / below);
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
