// AssemblyScript. Chains in a polynomial well, two at a time; src/core/kernels/well.ts, to the last bit.
import { Four, lanes } from "./noise";

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
  gain: f64,
): void {
  const c0 = f64x2.splat(b0);
  const c1 = f64x2.splat(b1);
  const c2 = f64x2.splat(b2);
  const c3 = f64x2.splat(b3);
  const s = f64x2.splat(gain);
  const pairs = theta + ((<usize>(n & ~1)) << 3);
  const end = theta + ((<usize>n) << 3);
  let z = noise;
  for (let k = 0; k < steps; k++) {
    let at = theta;
    for (; at < pairs; at += 16, z += 16) {
      const x = v128.load(at);
      const curved = f64x2.add(c1, f64x2.mul(x, f64x2.add(c2, f64x2.mul(x, c3))));
      v128.store(at, f64x2.sub(f64x2.add(c0, f64x2.mul(x, curved)), f64x2.mul(s, v128.load(z))));
    }
    if (at < end) {
      const x = load<f64>(at);
      store<f64>(at, b0 + x * (b1 + x * (b2 + x * b3)) - gain * load<f64>(z));
      z += 8;
    }
  }
}

const normals: usize = memory.data(32, 16);

/**
 * The same of n chains, a multiple of four, with normals drawn on the way: while a processor waits for the tables of one it moves
 * the chains of another.
 */
export function wellDrawn(theta: usize, n: i32, steps: i32, b0: f64, b1: f64, b2: f64, b3: f64, gain: f64): void {
  let a = v128.load(lanes);
  let b = v128.load(lanes, 16);
  let c = v128.load(lanes, 32);
  let d = v128.load(lanes, 48);
  const c0 = f64x2.splat(b0);
  const c1 = f64x2.splat(b1);
  const c2 = f64x2.splat(b2);
  const c3 = f64x2.splat(b3);
  const s = f64x2.splat(gain);
  const end = theta + ((<usize>n) << 3);
  for (let k = 0; k < steps; k++)
    for (let at = theta; at < end; at += 32) {
      const sum = i32x4.add(a, d);
      const u = i32x4.add(v128.or(i32x4.shl(sum, 7), i32x4.shr_u(sum, 25)), a);
      const shifted = i32x4.shl(b, 9);
      c = v128.xor(c, a);
      d = v128.xor(d, b);
      b = v128.xor(b, c);
      a = v128.xor(a, d);
      c = v128.xor(c, shifted);
      d = v128.or(i32x4.shl(d, 11), i32x4.shr_u(d, 21));
      const missed = Four.candidates(u, normals);
      if (missed != 0) {
        Four.keep(lanes, a, b, c, d);
        Four.finish(lanes, u, normals, missed);
        a = v128.load(lanes);
        b = v128.load(lanes, 16);
        c = v128.load(lanes, 32);
        d = v128.load(lanes, 48);
      }
      const x = v128.load(at);
      const y = v128.load(at, 16);
      const curvedX = f64x2.add(c1, f64x2.mul(x, f64x2.add(c2, f64x2.mul(x, c3))));
      const curvedY = f64x2.add(c1, f64x2.mul(y, f64x2.add(c2, f64x2.mul(y, c3))));
      v128.store(at, f64x2.sub(f64x2.add(c0, f64x2.mul(x, curvedX)), f64x2.mul(s, v128.load(normals))));
      v128.store(at, f64x2.sub(f64x2.add(c0, f64x2.mul(y, curvedY)), f64x2.mul(s, v128.load(normals, 16))), 16);
    }
  Four.keep(lanes, a, b, c, d);
}
