import { expect, test } from "vitest";
import { goldenSection, leastOf } from "../../src/core/goldenSection.ts";

test("the least of a valley is found, a share of 0.618 nearer with every question", () => {
  for (const times of [5, 10, 20, 40]) {
    const { at, value } = leastOf((x) => (x - 0.3) ** 2, -1, 4, times);
    expect(Math.abs(at - 0.3)).toBeLessThan(5 * 0.62 ** (times - 2));
    expect(value).toBe((at - 0.3) ** 2);
  }
});
test("what is not finite is avoided, on whichever side it lies", () => {
  expect(leastOf((x) => (x > 1 ? Infinity : 1 - x), 0, 3, 40).at).toBeCloseTo(1, 6);
  expect(leastOf((x) => (x > 1 ? NaN : 1 - x), 0, 3, 40).at).toBeCloseTo(1, 6);
  expect(leastOf((x) => (x < 1.5 ? Infinity : x), 0, 3, 40).at).toBeCloseTo(1.5, 6);
});
test("whoever asks may stop at any time and has the lowest place so far", () => {
  const search = goldenSection(0, 1);
  const asked: number[] = [];
  for (let k = 0; k < 7; k++) {
    asked.push(search.at);
    search.tell((search.at - 0.9) ** 2);
    expect(search.least.value).toBe(Math.min(...asked.map((x) => (x - 0.9) ** 2)));
  }
  expect(new Set(asked).size).toBe(7);
});
