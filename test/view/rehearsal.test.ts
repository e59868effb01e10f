import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { inTurns } from "../../src/editor/turns.ts";
import { rehearsal } from "../../src/view/index.ts";
import { detection } from "./detection.ts";

test("a rehearsal is of several pieces; what cannot be run has none", () => {
  expect([...rehearsal([detection()])].length).toBeGreaterThan(4);
  const { configuration } = detection();
  expect([...rehearsal([detection({ configuration: { ...configuration, optimizer: "Nobody" } })])]).toEqual([]);
});

test("pieces of work leave a turn to others between any two", async () => {
  const done: string[] = [];
  const pieces = function* () {
    for (const piece of ["one", "two", "three"]) {
      done.push(piece);
      yield;
    }
  };
  const work = inTurns(pieces());
  for (let turn = 0; turn < 3; turn++) {
    done.push("others");
    await setImmediate();
  }
  await work;
  expect(done).toEqual(["one", "others", "two", "others", "three", "others"]);
});
