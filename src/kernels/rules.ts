// AssemblyScript. Update rules over replicates of a diagonal quadratic with normal noise, two coordinates at a time;
// src/core/kernels/rules.ts, to the last bit. There the arguments are explained and the updates stand as formulas.

/** What all rules are told: the block's layout, and the quadratic. Set before a call, since a call's arguments are few. */
let n: i32 = 0;
let replicates: i32 = 0;
let steps: i32 = 0;
let noiseOfStep: usize = 0;
let noiseOfReplicate: usize = 0;
let rowsOfStep: usize = 0;
let curvature: usize = 0;
let deviation: usize = 0;
let sums: usize = 0;

export function lay(
  coordinates: i32,
  ofReplicates: i32,
  ofSteps: i32,
  stepNoise: i32,
  replicateNoise: i32,
  stepRows: i32,
  curvatureAt: usize,
  deviationAt: usize,
  sumsAt: usize,
): void {
  n = coordinates;
  replicates = ofReplicates;
  steps = ofSteps;
  noiseOfStep = (<usize>stepNoise) << 3;
  noiseOfReplicate = (<usize>replicateNoise) << 3;
  rowsOfStep = (<usize>stepRows) << 3;
  curvature = curvatureAt;
  deviation = deviationAt;
  sums = sumsAt;
}

/** Adds Σ a θ² of the even and of the odd coordinates, before each step, to the step's two sums. */
function addLoss(at: usize, even: f64, odd: f64): void {
  if (sums == 0) return;
  store<f64>(at, load<f64>(at) + even);
  store<f64>(at, load<f64>(at, 8) + odd, 8);
}

export function adam(theta0: usize, m0: usize, v0: usize, noise: usize, rows: usize): void {
  const size = (<usize>n) << 3;
  const paired = (<usize>(n & ~1)) << 3;
  const a = curvature;
  const s = deviation;
  for (let r = 0; r < replicates; r++) {
    const theta = theta0 + <usize>r * size;
    const m = m0 + <usize>r * size;
    const v = v0 + <usize>r * size;
    let z = noise + <usize>r * noiseOfReplicate;
    let row = rows;
    let sum = sums + ((<usize>r) << 4);
    for (let k = 0; k < steps; k++) {
      const sign = load<f64>(row);
      const decay = load<f64>(row, 8);
      const keep = load<f64>(row, 16);
      const enters = load<f64>(row, 24);
      const beta2 = load<f64>(row, 32);
      const enters2 = load<f64>(row, 40);
      const rate = load<f64>(row, 48);
      const root = load<f64>(row, 56);
      const floor = load<f64>(row, 64);
      const bare = sign == 1 && decay == 0; // the usual case, in a loop with two multiplications less
      let loss = f64x2.splat(0);
      if (paired > 0) {
        const sign_ = f64x2.splat(sign);
        const decay_ = f64x2.splat(decay);
        const keep_ = f64x2.splat(keep);
        const enters_ = f64x2.splat(enters);
        const beta2_ = f64x2.splat(beta2);
        const enters2_ = f64x2.splat(enters2);
        const rate_ = f64x2.splat(rate);
        const root_ = f64x2.splat(root);
        const floor_ = f64x2.splat(floor);
        for (let i: usize = 0; bare && i < paired; i += 16) {
          const x = v128.load(theta + i);
          const slope = f64x2.mul(v128.load(a + i), x);
          loss = f64x2.add(loss, f64x2.mul(slope, x));
          const d = f64x2.add(slope, f64x2.mul(v128.load(s + i), v128.load(z + i)));
          const old = v128.load(m + i);
          const first = f64x2.add(old, f64x2.mul(enters_, f64x2.sub(d, old)));
          const second = f64x2.add(f64x2.mul(beta2_, v128.load(v + i)), f64x2.mul(f64x2.mul(enters2_, d), d));
          v128.store(m + i, first);
          v128.store(v + i, second);
          const below = f64x2.add(f64x2.mul(f64x2.sqrt(second), root_), floor_);
          v128.store(theta + i, f64x2.sub(f64x2.mul(keep_, x), f64x2.div(f64x2.mul(rate_, first), below)));
        }
        for (let i: usize = 0; !bare && i < paired; i += 16) {
          const x = v128.load(theta + i);
          const slope = f64x2.mul(v128.load(a + i), x);
          loss = f64x2.add(loss, f64x2.mul(slope, x));
          const g = f64x2.add(slope, f64x2.mul(v128.load(s + i), v128.load(z + i)));
          const d = f64x2.add(f64x2.mul(sign_, g), f64x2.mul(decay_, x));
          const old = v128.load(m + i);
          const first = f64x2.add(old, f64x2.mul(enters_, f64x2.sub(d, old)));
          const second = f64x2.add(f64x2.mul(beta2_, v128.load(v + i)), f64x2.mul(f64x2.mul(enters2_, d), d));
          v128.store(m + i, first);
          v128.store(v + i, second);
          const below = f64x2.add(f64x2.mul(f64x2.sqrt(second), root_), floor_);
          v128.store(theta + i, f64x2.sub(f64x2.mul(keep_, x), f64x2.div(f64x2.mul(rate_, first), below)));
        }
      }
      let even = f64x2.extract_lane(loss, 0);
      if (paired < size) {
        const x = load<f64>(theta + paired);
        const slope = load<f64>(curvature + paired) * x;
        even += slope * x;
        const g = slope + load<f64>(deviation + paired) * load<f64>(z + paired);
        const d = bare ? g : sign * g + decay * x;
        const old = load<f64>(m + paired);
        const first = old + enters * (d - old);
        const second = beta2 * load<f64>(v + paired) + enters2 * d * d;
        store<f64>(m + paired, first);
        store<f64>(v + paired, second);
        store<f64>(theta + paired, keep * x - (rate * first) / (sqrt(second) * root + floor));
      }
      addLoss(sum, even, f64x2.extract_lane(loss, 1));
      z += noiseOfStep;
      row += rowsOfStep;
      sum += (<usize>replicates) << 4;
    }
  }
}

export function sgd(theta0: usize, b0: usize, _unused: usize, noise: usize, rows: usize): void {
  const size = (<usize>n) << 3;
  const paired = (<usize>(n & ~1)) << 3;
  const a = curvature;
  const s = deviation;
  for (let r = 0; r < replicates; r++) {
    const theta = theta0 + <usize>r * size;
    const b = b0 + <usize>r * size;
    let z = noise + <usize>r * noiseOfReplicate;
    let row = rows;
    let sum = sums + ((<usize>r) << 4);
    for (let k = 0; k < steps; k++) {
      const sign = load<f64>(row);
      const decay = load<f64>(row, 8);
      const keep = load<f64>(row, 16);
      const kept = load<f64>(row, 24);
      const enters = load<f64>(row, 32);
      const direct = load<f64>(row, 40);
      const buffered = load<f64>(row, 48);
      const outside = load<f64>(row, 56);
      let loss = f64x2.splat(0);
      if (paired > 0) {
        const sign_ = f64x2.splat(sign);
        const decay_ = f64x2.splat(decay);
        const keep_ = f64x2.splat(keep);
        const kept_ = f64x2.splat(kept);
        const enters_ = f64x2.splat(enters);
        const direct_ = f64x2.splat(direct);
        const buffered_ = f64x2.splat(buffered);
        const outside_ = f64x2.splat(outside);
        for (let i: usize = 0; i < paired; i += 16) {
          const x = v128.load(theta + i);
          const slope = f64x2.mul(v128.load(a + i), x);
          loss = f64x2.add(loss, f64x2.mul(slope, x));
          const g = f64x2.add(slope, f64x2.mul(v128.load(s + i), v128.load(z + i)));
          const left = f64x2.mul(keep_, x);
          const d = f64x2.add(f64x2.mul(sign_, g), f64x2.mul(decay_, left));
          const buffer = f64x2.add(f64x2.mul(kept_, v128.load(b + i)), f64x2.mul(enters_, d));
          v128.store(b + i, buffer);
          const step = f64x2.add(f64x2.mul(direct_, d), f64x2.mul(buffered_, buffer));
          v128.store(theta + i, f64x2.sub(left, f64x2.mul(outside_, step)));
        }
      }
      let even = f64x2.extract_lane(loss, 0);
      if (paired < size) {
        const x = load<f64>(theta + paired);
        const slope = load<f64>(curvature + paired) * x;
        even += slope * x;
        const left = keep * x;
        const d = sign * (slope + load<f64>(deviation + paired) * load<f64>(z + paired)) + decay * left;
        const buffer = kept * load<f64>(b + paired) + enters * d;
        store<f64>(b + paired, buffer);
        store<f64>(theta + paired, left - outside * (direct * d + buffered * buffer));
      }
      addLoss(sum, even, f64x2.extract_lane(loss, 1));
      z += noiseOfStep;
      row += rowsOfStep;
      sum += (<usize>replicates) << 4;
    }
  }
}

export function rmsProp(theta0: usize, v0: usize, _unused: usize, noise: usize, rows: usize): void {
  const size = (<usize>n) << 3;
  const paired = (<usize>(n & ~1)) << 3;
  const a = curvature;
  const s = deviation;
  for (let r = 0; r < replicates; r++) {
    const theta = theta0 + <usize>r * size;
    const v = v0 + <usize>r * size;
    let z = noise + <usize>r * noiseOfReplicate;
    let row = rows;
    let sum = sums + ((<usize>r) << 4);
    for (let k = 0; k < steps; k++) {
      const sign = load<f64>(row);
      const decay = load<f64>(row, 8);
      const keep = load<f64>(row, 16);
      const beta2 = load<f64>(row, 24);
      const enters2 = load<f64>(row, 32);
      const eta = load<f64>(row, 40);
      const correction = load<f64>(row, 48);
      const within = load<f64>(row, 56);
      const beside = load<f64>(row, 64);
      let loss = f64x2.splat(0);
      if (paired > 0) {
        const sign_ = f64x2.splat(sign);
        const decay_ = f64x2.splat(decay);
        const keep_ = f64x2.splat(keep);
        const beta2_ = f64x2.splat(beta2);
        const enters2_ = f64x2.splat(enters2);
        const eta_ = f64x2.splat(eta);
        const correction_ = f64x2.splat(correction);
        const within_ = f64x2.splat(within);
        const beside_ = f64x2.splat(beside);
        for (let i: usize = 0; i < paired; i += 16) {
          const x = v128.load(theta + i);
          const slope = f64x2.mul(v128.load(a + i), x);
          loss = f64x2.add(loss, f64x2.mul(slope, x));
          const g = f64x2.add(slope, f64x2.mul(v128.load(s + i), v128.load(z + i)));
          const left = f64x2.mul(keep_, x);
          const d = f64x2.add(f64x2.mul(sign_, g), f64x2.mul(decay_, left));
          const second = f64x2.add(f64x2.mul(beta2_, v128.load(v + i)), f64x2.mul(f64x2.mul(enters2_, d), d));
          v128.store(v + i, second);
          const below = f64x2.add(f64x2.sqrt(f64x2.add(f64x2.mul(correction_, second), within_)), beside_);
          v128.store(theta + i, f64x2.sub(left, f64x2.div(f64x2.mul(eta_, d), below)));
        }
      }
      let even = f64x2.extract_lane(loss, 0);
      if (paired < size) {
        const x = load<f64>(theta + paired);
        const slope = load<f64>(curvature + paired) * x;
        even += slope * x;
        const left = keep * x;
        const d = sign * (slope + load<f64>(deviation + paired) * load<f64>(z + paired)) + decay * left;
        const second = beta2 * load<f64>(v + paired) + enters2 * d * d;
        store<f64>(v + paired, second);
        store<f64>(theta + paired, left - (eta * d) / (sqrt(correction * second + within) + beside));
      }
      addLoss(sum, even, f64x2.extract_lane(loss, 1));
      z += noiseOfStep;
      row += rowsOfStep;
      sum += (<usize>replicates) << 4;
    }
  }
}

export function averages(theta0: usize, m0: usize, v0: usize, noise: usize, rows: usize): void {
  const size = (<usize>n) << 3;
  const paired = (<usize>(n & ~1)) << 3;
  const a = curvature;
  const s = deviation;
  for (let r = 0; r < replicates; r++) {
    const theta = theta0 + <usize>r * size;
    const m = m0 + <usize>r * size;
    const v = v0 + <usize>r * size;
    let z = noise + <usize>r * noiseOfReplicate;
    let row = rows;
    let sum = sums + ((<usize>r) << 4);
    for (let k = 0; k < steps; k++) {
      const enters = load<f64>(row);
      const kept2 = load<f64>(row, 8);
      const enters2 = load<f64>(row, 16);
      const each = load<f64>(row, 24);
      const eta = load<f64>(row, 32);
      const floor = load<f64>(row, 40);
      let loss = f64x2.splat(0);
      if (paired > 0) {
        const enters_ = f64x2.splat(enters);
        const kept2_ = f64x2.splat(kept2);
        const enters2_ = f64x2.splat(enters2);
        const each_ = f64x2.splat(each);
        const eta_ = f64x2.splat(eta);
        const floor_ = f64x2.splat(floor);
        const excess = z + size;
        for (let i: usize = 0; i < paired; i += 16) {
          const x = v128.load(theta + i);
          const slope = f64x2.mul(v128.load(a + i), x);
          loss = f64x2.add(loss, f64x2.mul(slope, x));
          const g = f64x2.add(slope, f64x2.mul(v128.load(s + i), v128.load(z + i)));
          const old = v128.load(m + i);
          const first = f64x2.add(old, f64x2.mul(enters_, f64x2.sub(g, old)));
          const square = f64x2.add(f64x2.mul(g, g), f64x2.mul(each_, v128.load(excess + i)));
          const second = f64x2.add(f64x2.mul(kept2_, v128.load(v + i)), f64x2.mul(enters2_, square));
          v128.store(m + i, first);
          v128.store(v + i, second);
          v128.store(theta + i, f64x2.sub(x, f64x2.div(f64x2.mul(eta_, first), f64x2.add(f64x2.sqrt(second), floor_))));
        }
      }
      let even = f64x2.extract_lane(loss, 0);
      if (paired < size) {
        const x = load<f64>(theta + paired);
        const slope = load<f64>(curvature + paired) * x;
        even += slope * x;
        const g = slope + load<f64>(deviation + paired) * load<f64>(z + paired);
        const old = load<f64>(m + paired);
        const first = old + enters * (g - old);
        const second = kept2 * load<f64>(v + paired) + enters2 * (g * g + each * load<f64>(z + size + paired));
        store<f64>(m + paired, first);
        store<f64>(v + paired, second);
        store<f64>(theta + paired, x - (eta * first) / (sqrt(second) + floor));
      }
      addLoss(sum, even, f64x2.extract_lane(loss, 1));
      z += noiseOfStep;
      row += rowsOfStep;
      sum += (<usize>replicates) << 4;
    }
  }
}
