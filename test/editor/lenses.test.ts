import type { ExtensionContext } from "vscode";
import { expect, test, vi } from "vitest";
import type { Desk } from "../../src/editor/desk.ts";
import { readScript } from "./scene.ts";
import * as stub from "./stub.ts";

vi.mock("vscode", () => stub);
const { registerLenses } = await import("../../src/editor/lenses.ts");
const { Readings } = await import("../../src/editor/readings.ts");

let warmed = 0;
const desk = {
  readings: new Readings({
    read: (text) => (text.includes("!") ? Promise.reject(new Error("No.")) : Promise.resolve(readScript(text))),
  }),
  warm: () => warmed++,
};
registerLenses({ subscriptions: [] } as unknown as ExtensionContext, () => Promise.resolve(desk as unknown as Desk));
const lensesOf = async (text: string, path = "/project/train.py", isCancellationRequested = false) =>
  stub.lensProviders.at(-1)?.provideCodeLenses(new stub.Document(stub.Uri.file(path), text), {
    isCancellationRequested,
  });

test("each construction has a lens with its rate and its memory, which hands over where it stands", async () => {
  const text = "import torch\na = AdamW(params, lr=3e-4)\n\nb = SGD(params, lr=0.1)\n";
  const lenses = (await lensesOf(text)) ?? [];
  expect(lenses.map(({ range }) => range.start.line)).toEqual([1, 3]);
  expect(lenses[0]?.command.title).toMatch(/^Simulate optimizer · AdamW η 3e-4 · memory 10 \/ 1,000 steps$/);
  expect(lenses[1]?.command.arguments).toEqual([{ uri: "file:///project/train.py", offset: text.indexOf("SGD") }]);
  expect(warmed).toBe(1);
});

test("an experiment file has its lens on the first line", async () => {
  const lenses = await lensesOf("\n\na = SGD(params, lr=0.1)\n", "/project/x.optlab.json");
  expect(lenses?.map(({ range }) => range.start.line)).toEqual([0]);
});

test("there are no lenses where nothing is found, reading fails, the editor calls off, or the setting says so", async () => {
  expect(await lensesOf("x = 1\n")).toEqual([]);
  expect(await lensesOf("!\n")).toEqual([]);
  expect(await lensesOf("a = SGD(params, lr=0.1)\n", "/project/y.py", true)).toEqual([]);
  stub.played.settings.set("codeLens", false);
  expect(await lensesOf("a = SGD(params, lr=0.1)\n")).toEqual([]);
  stub.played.settings.delete("codeLens");
});
