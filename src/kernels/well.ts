// AssemblyScript. Chains of SGD in a polynomial well, two at a time; src/core/kernels/well.ts, to the last bit.

/** `steps` steps of the n chains at `theta`; noise[k · n + c] is what step k draws for chain c. */
export function well(
  theta: usize,
  noise: usize,
  n: i32,
  steps: i32,
  b0: f64,
  b1: f64,
  b2: f64,
  b3: f64,
  rate: f64,
  sigma: f64,
): void {
  const c0 = f64x2.splat(b0);
  const c1 = f64x2.splat(b1);
  const c2 = f64x2.splat(b2);
  const c3 = f64x2.splat(b3);
  const eta = f64x2.splat(rate);
  const s = f64x2.splat(sigma);
  const pairs = theta + ((<usize>(n & ~1)) << 3);
  const end = theta + ((<usize>n) << 3);
  let z = noise;
  for (let k = 0; k < steps; k++) {
    let at = theta;
    for (; at < pairs; at += 16, z += 16) {
      const x = v128.load(at);
      const curved = f64x2.add(c1, f64x2.mul(x, f64x2.add(c2, f64x2.mul(x, c3))));
      const g = f64x2.add(f64x2.add(c0, f64x2.mul(x, curved)), f64x2.mul(s, v128.load(z)));
      v128.store(at, f64x2.sub(x, f64x2.mul(eta, g)));
    }
    if (at < end) {
      const x = load<f64>(at);
      store<f64>(at, x - rate * (b0 + x * (b1 + x * (b2 + x * b3)) + sigma * load<f64>(z)));
      z += 8;
    }
  }
}
