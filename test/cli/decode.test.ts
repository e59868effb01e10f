import { expect, test } from "vitest";
import { decode } from "../../src/cli/decode.ts";

test("UTF-8 is read with and without a byte order mark", () => {
  expect(decode(Buffer.from("η = 1"))).toBe("η = 1");
  expect(decode(Buffer.from("\ufeffη = 1"))).toBe("η = 1");
});

test("a byte order mark of UTF-16 is honoured", () => {
  expect(decode(Buffer.from("\ufeffη = 1", "utf16le"))).toBe("η = 1");
  expect(decode(Buffer.from("\ufeffη = 1", "utf16le").swap16())).toBe("η = 1");
});

test.each(["latin-1", "iso-8859-1", "iso_8859_1", "cp1252"])("Python's coding line may say %s", (name) => {
  const text = `#!/usr/bin/env python\n# -*- coding: ${name} -*-\nname = "Jos\xe9"\n`;
  expect(decode(Buffer.from(text, "latin1"))).toBe(text.replace("\xe9", "é"));
});

test("an unknown coding is read as UTF-8, and invalid bytes are replaced", () => {
  expect(decode(Buffer.from("# coding: klingon\nlr = 1\n"))).toBe("# coding: klingon\nlr = 1\n");
  expect(decode(Uint8Array.of(0x61, 0xff, 0x62))).toBe("a\ufffdb");
});

test("a coding line after the second line is a comment like any other", () => {
  const text = "a = 1\nb = 2\n# coding: latin-1\nc = 'é'\n";
  expect(decode(Buffer.from(text))).toBe(text);
});
