// AssemblyScript. Update rules over replicates of a diagonal quadratic with normal noise, a file for each;
// src/core/kernels/rules.ts, to the last bit. There the arguments are explained and the updates stand as formulas. Here they go over
// two coordinates at a time, and twice in a turn of the loop: a processor looks only so many instructions ahead, so that a loop's
// own must be few.
import { fill } from "../noise";

/** What all rules are told: the block's layout, and the quadratic. Set before a call, since a call's arguments are few. */
export let n: i32 = 0;
export let replicates: i32 = 0;
export let steps: i32 = 0;
export let noiseOfStep: usize = 0;
export let noiseOfReplicate: usize = 0;
export let noiseFrom: usize = 0;
export let generators: usize = 0;
export let rowsOfStep: usize = 0;
export let curvature: usize = 0;
export let deviation: usize = 0;
export let losses: usize = 0;
export let lossesOfReplicate: usize = 0;

export function lay(
  coordinates: i32,
  ofReplicates: i32,
  ofSteps: i32,
  stepNoise: i32,
  replicateNoise: i32,
  firstNoise: i32,
  generatorsAt: usize,
  stepRows: i32,
  curvatureAt: usize,
  deviationAt: usize,
  lossesAt: usize,
  replicateLosses: i32,
): void {
  n = coordinates;
  replicates = ofReplicates;
  steps = ofSteps;
  noiseOfStep = (<usize>stepNoise) << 3;
  noiseOfReplicate = (<usize>replicateNoise) << 3;
  noiseFrom = (<usize>firstNoise) << 3;
  generators = generatorsAt;
  rowsOfStep = (<usize>stepRows) << 3;
  curvature = curvatureAt;
  deviation = deviationAt;
  losses = lossesAt;
  lossesOfReplicate = (<usize>replicateLosses) << 3;
}

/** Where the noise of a replicate ends, so that its generator makes it anew; nowhere, where there are no generators. */
export function endOfNoise(noise: usize): usize {
  return generators == 0 ? 0 : noise + noiseOfReplicate;
}
/**
 * How far a step gets with the noise there is. `z` is where the first coordinate's would stand, so that coordinate i takes z + i
 * whether or not those before it have used up a buffer.
 */
export function reach(size: usize, z: usize, end: usize): usize {
  return end == 0 ? size : min(size, end - z);
}
export function drawNoise(noise: usize, replicate: i32): void {
  fill(generators + ((<usize>replicate) << 6), noise, <i32>(noiseOfReplicate >> 3));
}

/** Adds the loss after step k − 1, as step k finds it, whose even and odd coordinates were summed apart. */
export function addLoss(replicate: i32, k: i32, even: f64, odd: f64): void {
  if (losses == 0 || k == 0) return;
  const at = losses + <usize>replicate * lossesOfReplicate + ((<usize>(k - 1)) << 3);
  store<f64>(at, load<f64>(at) + 0.5 * (even + odd));
}
/** The same after the last step. */
export function addLastLoss(replicate: i32, theta: usize): void {
  if (losses == 0) return;
  const size = (<usize>n) << 3;
  let loss = f64x2.splat(0);
  let i: usize = 0;
  for (; i + 8 < size; i += 16) {
    const x = v128.load(theta + i);
    loss = f64x2.add(loss, f64x2.mul(f64x2.mul(v128.load(curvature + i), x), x));
  }
  let even = f64x2.extract_lane(loss, 0);
  if (i < size) {
    const x = load<f64>(theta + i);
    even += load<f64>(curvature + i) * x * x;
  }
  addLoss(replicate, steps, even, f64x2.extract_lane(loss, 1));
}
