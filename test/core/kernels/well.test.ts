import { afterEach, expect, test } from "vitest";
import { controls } from "../../../src/core/labs/stationaryDensity/controls.ts";
import { ensemble } from "../../../src/core/labs/stationaryDensity/ensemble.ts";
import { setting } from "../../../src/core/labs/stationaryDensity/setting.ts";
import { wells } from "../../../src/core/problems/wells.ts";
import { rng } from "../../../src/core/rng.ts";
import { compiled } from "../../compiledKernels.ts";

afterEach(() => compiled(false));

test.each([1, 2, 7, 64, 101])("%d chains in a compiled well go where plain ones go, to the last bit", (chains) => {
  const defaults = Object.fromEntries(Object.entries(controls).map(([name, knob]) => [name, knob.default]));
  for (const { name } of wells)
    for (const learningRate of [0.01, 0.3, 5]) {
      const run = (on: boolean) => {
        compiled(on);
        const start = Float64Array.from({ length: chains }, (_, c) => c / chains - 0.5);
        const configuration = {
          framework: "torch",
          optimizer: "SGD",
          groups: [{ name: "all", values: { learningRate } }],
        };
        const it = setting(configuration, { name, values: { noise: 2.25 } }, defaults as never);
        const all = ensemble(configuration, it, start, rng(7));
        for (const steps of [1, 16, 17, 100, 333]) all.advance(steps);
        return all.theta.slice();
      };
      const plain = run(false);
      expect(run(true)).toEqual(plain);
      if (learningRate < 0.1) expect(plain.every(Number.isFinite)).toBe(true);
    }
});
