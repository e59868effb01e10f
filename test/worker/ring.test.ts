import fc from "fast-check";
import { expect, test } from "vitest";
import { copied } from "../../src/protocol/index.ts";
import { RingReader, ringMemory, RingWriter } from "../../src/worker/ring.ts";

/** Numbers of half a ring, about. */
const half = ringMemory().byteLength / 16;

// Writer and reader on one thread; what a message would carry is handed over by hand.
function ring() {
  const memory = ringMemory();
  const [writer, reader] = [new RingWriter(memory), new RingReader(memory)];
  const arrived: { unit: number; index: number; part: unknown }[] = [];
  const deliver = (): void => {
    reader.learn(writer.takeForms());
    // As a gathering does: nothing of the part outlasts the call but what is copied.
    reader.read(writer.written, (unit, index, part) =>
      arrived.push({ unit, index, part: copied(part, (array) => array.slice()) }),
    );
  };
  return { writer, reader, deliver, arrived };
}

const part = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.double(),
    fc.constantFrom(undefined, null, true, "η", ""),
    fc.float64Array({ maxLength: 40 }),
    fc.int32Array({ maxLength: 9 }),
    fc.uint8Array({ maxLength: 9 }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(
      fc.string({ maxLength: 4 }).filter((name) => name !== "__proto__"),
      tie("value"),
      {
        maxKeys: 4,
        noNullPrototype: true,
      },
    ),
  ),
})).value;

test("what is put arrives, in order and whole, or is said not to fit", () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), fc.integer({ min: 1, max: 8 }), (parts, every) => {
      const { writer, deliver, arrived } = ring();
      const sent: unknown[] = [];
      parts.forEach((it, i) => {
        if (writer.put(i % 3, i, it) === "put") sent.push({ unit: i % 3, index: i, part: it });
        if (i % every === 0) deliver();
      });
      deliver();
      expect(sent).toHaveLength(parts.length);
      expect(arrived).toEqual(sent);
    }),
    { seed: 5, numRuns: 200 },
  );
});

test("goes round many times, and is full when the reader does not free", () => {
  const { writer, deliver, arrived } = ring();
  let index = 0;
  let full = 0;
  for (const length of [1, 1000, 60_000, 7, 100_000, 33_333]) {
    const values = Float64Array.from({ length }, (_, i) => i + length);
    for (let k = 0; k < 24;) {
      const how = writer.put(0, index, { values });
      if (how === "put") {
        index++;
        k++;
        continue;
      }
      expect(how).toBe("full");
      full++;
      deliver();
    }
  }
  deliver();
  expect(full).toBeGreaterThan(5);
  expect(arrived.map((it) => it.index)).toEqual(Array.from({ length: index }, (_, i) => i));
  for (const it of arrived) {
    const { values } = it.part as { values: Float64Array };
    expect(values.every((x, i) => x === i + values.length)).toBe(true);
  }
});

test("a part over half of the ring, or of yet another form, travels otherwise, one at a time and in its turn", () => {
  const { writer, reader, deliver, arrived } = ring();
  expect(writer.put(0, 0, new Float64Array(half))).toBe("large");
  for (let i = 0; i < 64; i++) expect(writer.put(0, i, `form ${i}`)).toBe("put");
  expect(writer.put(0, 64, "one more")).toBe("large");
  expect(writer.stand(0, 64)).toBe(false); // until what came before has been read
  deliver();
  expect(writer.stand(0, 64)).toBe(true);
  expect(writer.stand(0, 65)).toBe(false);
  expect(writer.put(0, 66, "form 0")).toBe("put");
  deliver();
  expect(arrived.slice(64)).toEqual([
    { unit: 0, index: 64, part: undefined },
    { unit: 0, index: 66, part: "form 0" },
  ]);
  writer.begin();
  reader.forget();
  expect(writer.put(0, 0, "another run's")).toBe("put");
  deliver();
  expect(arrived.at(-1)?.part).toBe("another run's");
});

test("memory is freed though a reading is broken off", () => {
  const { writer, reader } = ring();
  const most = new Float64Array(Math.floor(0.8 * half));
  for (let i = 0; i < 2; i++) expect(writer.put(0, i, most)).toBe("put");
  expect(writer.put(0, 2, most)).toBe("full");
  reader.learn(writer.takeForms());
  expect(() =>
    reader.read(writer.written, () => {
      throw new Error("a lab's");
    }),
  ).toThrow("a lab's");
  expect(writer.put(0, 2, most)).toBe("put");
});
