import { expect, test } from "vitest";
import { advance, OpenUnits } from "../../src/worker/openUnits.ts";

function* steps(): Generator<undefined, void> {
  for (let i = 0; i < 1000; i++) yield undefined;
}
const threads = (count: number, units: number, options?: ConstructorParameters<typeof OpenUnits>[3]) => {
  const taken = new Int32Array(new SharedArrayBuffer(4 * units));
  return {
    taken,
    each: Array.from(
      { length: count },
      (_, thread) => new OpenUnits({ threads: count, taken }, thread, steps, options),
    ),
  };
};
const turns = (units: OpenUnits, count: number) => Array.from({ length: count }, () => units.next()?.unit);

test("a thread begins its fair share at once, in turns after that", () => {
  const [first, second] = threads(2, 7).each;
  expect(turns(first, 12)).toEqual([0, 1, 2, 3, 1, 2, 3, 0, 1, 2, 3, 0]);
  expect(turns(second, 6)).toEqual([4, 5, 6, 5, 6, 4]);
});

test("a thread that is free takes what others have not begun", () => {
  const { each, taken } = threads(2, 5);
  const [first, late] = each;
  for (let k = 0; k < 5; k++) first.close(first.next()!);
  expect(first.next()).toBeUndefined();
  expect(late.next()).toBeUndefined();
  expect([...taken]).toEqual([1, 1, 1, 1, 1]);
});

test("units of a thread that died are taken again", () => {
  const { each, taken } = threads(2, 4);
  const [dead, other] = each;
  expect(turns(dead, 2)).toEqual([0, 1]);
  for (const unit of [2, 3]) {
    const it = other.next()!;
    expect(it.unit).toBe(unit);
  }
  for (const unit of [0, 1]) Atomics.compareExchange(taken, unit, 1, 0);
  expect(turns(other, 2)).toEqual([3, 2]); // while it has units of its own
  other.close(other.next()!);
  other.close(other.next()!);
  expect(turns(other, 1)).toEqual([0]);
});

test("closing a unit keeps the turns of the others", () => {
  const [units] = threads(1, 4).each;
  turns(units, 4);
  const closed = units.next()!;
  units.close(closed);
  expect(new Set(turns(units, 3))).toEqual(new Set([0, 1, 2, 3].filter((unit) => unit !== closed.unit)));
});

test("while memory is short a thread begins a further unit only when one has ended", () => {
  let memory = 0;
  const [units] = threads(1, 4, { memory: () => memory }).each;
  expect(turns(units, 1)).toEqual([0]);
  memory = 2e9;
  expect(turns(units, 3)).toEqual([0, 0, 0]);
  units.close(units.next()!);
  expect(turns(units, 2)).toEqual([1, 1]);
  memory = 0;
  expect(turns(units, 2)).toEqual([2, 3]);
});

test("while the lead stands in for a thread, a further unit is begun only when one has ended", () => {
  let standing = true;
  const [units] = threads(1, 4, { oneByOne: () => standing }).each;
  expect(turns(units, 3)).toEqual([0, 0, 0]);
  units.close(units.next()!);
  expect(turns(units, 2)).toEqual([1, 1]);
  standing = false;
  expect(turns(units, 3)).toEqual([2, 3, 2]);
});

test("a unit advances to its next part, its end, or until it is stopped", () => {
  const it = (work: () => Generator<unknown, void>) => ({ unit: 0, steps: work(), parts: 0, stride: 1 });
  const parts = it(function* () {
    yield undefined;
    yield 5;
  });
  expect(advance(parts, () => false)).toEqual({ done: false, value: 5 });
  expect(advance(parts, () => false)).toEqual({ done: true, value: undefined });
  let count = 0;
  const endless = it(function* () {
    for (;;) {
      count++;
      yield undefined;
    }
  });
  while (count < 300) expect(advance(endless, () => count === 300)).toBeUndefined(); // a slow machine takes several turns
  expect(count).toBe(300);
});
