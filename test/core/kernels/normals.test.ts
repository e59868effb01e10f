import { afterEach, expect, test } from "vitest";
import { PlainRoom } from "../../../src/core/kernels/plainRoom.ts";
import { clearRooms, ensembleRoom, fillNormals } from "../../../src/core/kernels/rooms.ts";
import { rng } from "../../../src/core/rng.ts";
import { compiled } from "../../compiledKernels.ts";

afterEach(() => compiled(false));
const lanesOf = (seed: number) => {
  const z = rng(seed);
  return Int32Array.from({ length: 16 }, () => z.integer(2 ** 32) | 0);
};

test("compiled noise is the plain noise, to the last bit, tail and rejected draws among it", () => {
  compiled(true);
  const n = 4_000_000;
  const lanes = lanesOf(1);
  const other = lanes.slice();
  const plain = new Float64Array(n);
  new PlainRoom(0).fill(lanes, plain, 0, n);
  const room = ensembleRoom(n);
  const fast = room.zeros(n);
  fillNormals(other, fast, 0, n);
  expect(other).toEqual(lanes);
  expect(plain.some((z) => Math.abs(z) > 4.038849846109505)).toBe(true);
  expect(fast.every((z, i) => z === plain[i])).toBe(true);
});

test("noise that goes to ordinary vectors passes through the compiled kernel unchanged", () => {
  const plain = new Float64Array(10_001);
  rng(3).normals(plain, 1);
  compiled(true);
  const fast = new Float64Array(10_001);
  rng(3).normals(fast, 1);
  expect(fast).toEqual(plain);
});

test("a stream is the same however it is cut", () => {
  const whole = new Float64Array(3000);
  rng(4).normals(whole);
  for (const on of [false, true]) {
    compiled(on);
    const z = rng(4);
    const cut = new Float64Array(3000);
    for (let k = 0; k < 3000; k += 7) z.normals(cut, k, Math.min(3000, k + 7));
    expect(cut).toEqual(whole);
  }
});

test("a room gives aligned zeros until it is full, and no view of it is ever lost", () => {
  compiled(true);
  const room = ensembleRoom(100_000);
  const first = room.zeros(3);
  const second = room.zeros(100);
  expect(first.byteOffset % 16).toBe(0);
  expect(second.byteOffset % 16).toBe(0);
  first.fill(1);
  expect(second.every((x) => x === 0)).toBe(true);
  expect(() => room.zeros(10_000_000)).toThrow(/no space for 10000000/);
  ensembleRoom(1_000_000);
  expect(first[2]).toBe(1);
});

test("a cleared room is used again, and gives zeros again", () => {
  compiled(true);
  const first = ensembleRoom(1000);
  first.zeros(1000).fill(3);
  clearRooms();
  const second = ensembleRoom(1000);
  expect(second).toBe(first);
  expect(second.zeros(1000).every((x) => x === 0)).toBe(true);
});
