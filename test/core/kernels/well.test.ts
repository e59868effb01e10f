import { afterEach, expect, test } from "vitest";
import { sgdEnsemble } from "../../../src/core/labs/stationaryDensity/ensemble.ts";
import { wells } from "../../../src/core/problems/wells.ts";
import { rng } from "../../../src/core/rng.ts";
import { compiled } from "../../compiledKernels.ts";

afterEach(() => compiled(false));

test.each([1, 2, 7, 64, 101])("%d chains in a compiled well go where plain ones go, to the last bit", (chains) => {
  for (const { coefficients } of wells)
    for (const learningRate of [0.01, 0.3, 5]) {
      const run = (on: boolean) => {
        compiled(on);
        const start = Float64Array.from({ length: chains }, (_, c) => c / chains - 0.5);
        const rule = { learningRate, momentum: 0, dampening: 0, nesterov: false };
        const { theta, advance } = sgdEnsemble(coefficients, rule, 1.5, start, rng(7));
        for (const steps of [1, 16, 17, 100, 333]) advance(steps);
        return theta.slice();
      };
      const plain = run(false);
      expect(run(true)).toEqual(plain);
      if (learningRate < 0.1) expect(plain.every(Number.isFinite)).toBe(true);
    }
});
