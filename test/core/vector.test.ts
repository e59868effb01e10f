import { expect, test } from "vitest";
import { equal } from "../../src/core/vector.ts";

test.each([0, 1, 3, 4, 5, 8, 11])("of %i numbers each counts", (n) => {
  const a = Float64Array.from({ length: n }, (_, i) => Math.sin(i));
  expect(equal(a, a.slice())).toBe(true);
  for (let i = 0; i < n; i++) {
    const b = a.slice();
    b[i] += 1;
    expect(equal(a, b), `place ${i}`).toBe(false);
  }
});
test("NaN equals nothing, not even itself", () => {
  expect(equal(Float64Array.of(1, NaN), Float64Array.of(1, NaN))).toBe(false);
});
