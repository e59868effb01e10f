import { expect, test } from "vitest";
import { formulaLoss, typedLoss } from "../../../src/core/problems/formulaLoss.ts";
import { quarticOf } from "../../../src/core/problems/polynomial.ts";
import { parseExpression } from "../../../src/core/formula.ts";
import { rng } from "../../../src/core/rng.ts";

test.each([
  ["(x^2 - 1)^2 / 4", [0.25, 0, -0.5, 0, 0.25]],
  ["-(x - 2)*(x + 1)*3 + x", [6, 4, -3, 0, 0]],
  ["2**2 - +x", [4, -1, 0, 0, 0]],
  ["x^5 - x^5 + x", [0, 1, 0, 0, 0]],
  ["x^5", undefined],
  ["x^9 - x^9", undefined],
  ["1 / x", undefined],
  ["x ** 0.5", undefined],
  ["sin(x)", undefined],
])("%s has the coefficients %j", (text, coefficients) => {
  expect(quarticOf(parseExpression(text, "x", { caret: true }))).toEqual(coefficients);
});

test.each([
  ["(x^2-1)^2/4 + x/10", [-1.0466, 0.9456], 0.101],
  ["x^4/4", [0], undefined],
  ["abs(x - 3) + 0.1*x^2", [3], undefined],
  ["x^2/50 + 1 - cos(x)", [-12.06, -6.04, 0, 6.04, 12.06], undefined],
  ["(x - 50)^2", [50], undefined],
])("%s has its minima at %j", (loss, minima, saddle) => {
  const found = typedLoss({ loss });
  const near = found.minima.map((x) => Math.round(x * 100) / 100);
  for (const x of minima) expect(near.some((at) => Math.abs(at - x) < 0.02)).toBe(true);
  if (saddle !== undefined) expect(found.saddle).toBeCloseTo(saddle, 3);
});

test("noise that the formula lets grow has the variance it says, and derivatives of its own", () => {
  const make = formulaLoss.prepare({ noise: 2 }, { given: { loss: "x^2", spread: "1 + x^2" } });
  const objective = make(rng(1));
  expect(objective.noiseVariance).toBeUndefined();
  const z = rng(2);
  for (const x of [0, 1.5]) {
    let [first, second, spread] = [0, 0, 0];
    const n = 20_000;
    for (let k = 0; k < n; k++) {
      const { mean, meanSquare } = objective.draw(z, 4).gradient(Float64Array.of(x));
      first += mean[0] / n;
      second += mean[0] ** 2 / n;
      spread += meanSquare[0] / n;
    }
    const variance = 2 * (1 + x * x);
    expect(Math.abs(first - 2 * x)).toBeLessThan(4 * Math.sqrt(variance / 4 / n));
    expect(Math.abs((second - first ** 2) / (variance / 4) - 1)).toBeLessThan(0.05);
    // The mean of four squares has all of the variance in it.
    expect(Math.abs((spread - 4 * x * x) / variance - 1)).toBeLessThan(0.08);
  }
  const batch = objective.draw(z, 1);
  const at = (x: number) => batch.gradient(Float64Array.of(x)).mean[0];
  const out = batch.hessianVector!(Float64Array.of(0.7), Float64Array.of(2), new Float64Array(1));
  expect(out[0]).toBeCloseTo((2 * (at(0.7 + 1e-5) - at(0.7 - 1e-5))) / 2e-5, 6);
});
