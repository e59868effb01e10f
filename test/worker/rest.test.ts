import { expect, test } from "vitest";
import { Rest } from "../../src/worker/rest.ts";
import { newSignals, signal } from "../../src/worker/signals.ts";

function scene() {
  const signals = newSignals();
  const clock = { now: 1000 };
  return { signals, clock, rest: new Rest(signals, () => clock.now) };
}
function hold(signals: Int32Array, milliseconds: number): void {
  signals[signal.holdFor] = milliseconds;
  signals[signal.holds]++;
}

test("a thread rests from a run's first frames until they are painted, and not again", () => {
  const { signals, rest } = scene();
  rest.begin(3, true);
  expect([rest.due(), rest.ahead]).toEqual([false, true]);
  signals[signal.shown] = 3;
  expect(rest.due()).toBe(true);
  signals[signal.painted] = 3;
  expect([rest.due(), rest.ahead]).toEqual([false, false]);
  signals[signal.painted] = 0;
  expect(rest.due()).toBe(false);
});

test("frames and pictures of other runs are none of its business", () => {
  const { signals, rest } = scene();
  rest.begin(3, true);
  signals[signal.shown] = 2;
  expect(rest.due()).toBe(false);
  signals[signal.shown] = 3;
  signals[signal.painted] = 2;
  expect(rest.due()).toBe(true);
});

test("a picture that does not come is not waited for for long, from the first frames on", () => {
  const { signals, clock, rest } = scene();
  rest.begin(1, true);
  clock.now += 5000;
  signals[signal.shown] = 1;
  expect(rest.due()).toBe(true);
  clock.now += 99;
  expect(rest.due()).toBe(true);
  clock.now += 1;
  expect(rest.due()).toBe(false);
  rest.begin(2, true);
  signals[signal.shown] = 2;
  expect(rest.due()).toBe(true);
});

test("who is not to rest does not", () => {
  const { signals, rest } = scene();
  rest.begin(1, false);
  signals[signal.shown] = 1;
  hold(signals, 200);
  expect([rest.due(), rest.ahead]).toEqual([false, false]);
});

test("a run rests as long as it is held, at any time of it; one that begins later does not", () => {
  const { signals, clock, rest } = scene();
  hold(signals, 200);
  rest.begin(2, true);
  signals[signal.shown] = 2;
  signals[signal.painted] = 2;
  expect(rest.due()).toBe(false);
  for (let time = 0; time < 2; time++) {
    hold(signals, 200);
    expect(rest.due()).toBe(true);
    clock.now += 199;
    expect(rest.due()).toBe(true);
    clock.now += 1;
    expect(rest.due()).toBe(false);
    clock.now += 5000;
  }
  hold(signals, 200);
  expect(rest.due()).toBe(true);
  hold(signals, 0);
  expect(rest.due()).toBe(false);
  hold(signals, 200);
  expect(rest.due()).toBe(true);
  rest.begin(3, true);
  expect(rest.due()).toBe(false);
});
