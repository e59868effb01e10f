import { afterEach, expect, test } from "vitest";
import { CompiledRoom } from "../../../src/core/kernels/compiledRoom.ts";
import { ensembleRoom } from "../../../src/core/kernels/rooms.ts";
import { ruleShapes } from "../../../src/core/kernels/rules.ts";
import { rng } from "../../../src/core/rng.ts";
import type { Vector } from "../../../src/core/vector.ts";
import { compiled } from "../../compiledKernels.ts";

afterEach(() => compiled(false));

const { width } = ruleShapes.averages;
const steps = 40;

/** θ, m, v and the sums after some steps; every step has its own coefficients. */
function run(n: number, replicates: number, each: 0 | 1, on: boolean): Vector[] {
  compiled(on);
  const room = ensembleRoom(1 << 14);
  expect(room instanceof CompiledRoom).toBe(on);
  const z = rng(3);
  const drawn = (size: number) => {
    const out = room.zeros(size);
    z.normals(out);
    return out;
  };
  const [theta, m, v] = [drawn(n * replicates), room.zeros(n * replicates), room.zeros(n * replicates)];
  const curvature = drawn(n).map(Math.abs);
  const deviation = drawn(n);
  const own = { curvature: room.zeros(n), deviation: room.zeros(n) };
  own.curvature.set(curvature);
  own.deviation.set(deviation);
  const noise = drawn(2 * n * replicates * steps);
  for (let k = 0; k < noise.length; k++) if (Math.floor(k / n) % 2 === 1) noise[k] = Math.abs(noise[k]);
  const rows = room.zeros(width * steps);
  for (let k = 0; k < steps; k++) rows.set([1 / (k + 1), 1 - 1 / (k + 2), 1 / (k + 2), each, 0.01, 1e-8], width * k);
  const losses = room.zeros(steps * replicates);
  room.rule(
    "averages",
    { n, replicates, theta, slots: [m, v], at: 0, ...own, diagonalAt: 0 },
    {
      ...{ steps, noise, noiseAt: 0, noiseOfStep: 2 * n * replicates, noiseOfReplicate: 2 * n },
      ...{ rows, rowsAt: 0, rowsOfStep: width, losses, lossesOfReplicate: steps },
    },
  );
  return [theta, m, v, losses].map((it) => it.slice());
}

test.each([
  [1, 1],
  [2, 3],
  [7, 2],
  [64, 1],
])("averages of %d coordinates in %d replicates are the same compiled and plain, to the last bit", (n, replicates) => {
  for (const each of [0, 1] as const) {
    const plain = run(n, replicates, each, false);
    expect(run(n, replicates, each, true)).toEqual(plain);
    expect(plain.flatMap((it) => [...it]).every(Number.isFinite)).toBe(true);
  }
});

test("the mean of the examples' squares is larger than the square of their mean", () => {
  const [ofMean, ofEach] = ([0, 1] as const).map((each) => run(64, 1, each, false)[2].reduce((a, b) => a + b, 0));
  expect(ofEach).toBeGreaterThan(1.2 * ofMean);
});
