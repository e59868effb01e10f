import { expect, test } from "vitest";
import { agreementOf, compare } from "../../../src/core/labs/compared.ts";

test("an error that few groups tell is allowed for as Student does", () => {
  // Quantiles of t that are exceeded as often as three deviations, 0.27 %: 4.53, 3.59 and 3.33 of 7, 15 and 25 degrees.
  expect([8, 16, 26].map(agreementOf)).toEqual([4.5, 3.6, 3.3]);
  expect([2, 32, undefined].map((groups) => agreementOf(groups))).toEqual([6, 3, 3]);
  const four = { value: 4, standardError: 1, groups: 8 };
  expect(compare("x", four, 0)).toMatchObject({ verdict: "agrees", within: 4.5 });
  expect(compare("x", { ...four, groups: 64 }, 0)).toMatchObject({ verdict: "off", within: 3 });
});
