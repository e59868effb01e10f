import type { TextDocument } from "vscode";
import { beforeEach, expect, test, vi } from "vitest";
import { optimizers } from "../../src/core/optimizers/index.ts";
import { readScript } from "./scene.ts";
import * as stub from "./stub.ts";

vi.mock("vscode", () => stub);
const { insertConfiguration } = await import("../../src/editor/insert.ts");
const { Readings } = await import("../../src/editor/readings.ts");
const { sourceOf } = await import("../../src/editor/documents.ts");

const readings = new Readings({ read: (text) => Promise.resolve(readScript(text)) });
/** The cursor stands at the end of `at`. */
function open(text: string, at = text, path = "/project/train.py"): stub.Editor {
  const document = new stub.Document(stub.Uri.file(path), text);
  stub.window.activeTextEditor = new stub.Editor(document, text.indexOf(at) + at.length);
  return stub.window.activeTextEditor;
}
const choose = (label: string) => {
  stub.played.pick = (items) => items.find((item) => item.label === label);
};
beforeEach(() => {
  stub.window.activeTextEditor = undefined;
});

test("a construct with tab stops and comments goes in at the cursor, its import with it, in one undo step", async () => {
  const editor = open("import numpy as np\nimport torch.nn as nn\n\nmodel = nn.Linear(2, 2)\n\n");
  choose("AdamW");
  await insertConfiguration(readings, undefined);
  const text = editor.document.getText();
  expect(text).toMatch(/AdamW\(/);
  expect(text).toMatch(/lr=1e-3,/);
  expect(text).toMatch(/# .*arXiv/);
  expect(text.match(/^(import torch|from torch import optim|from torch\.optim import AdamW)$/m)).not.toBeNull();
  expect(editor.steps).toHaveLength(1);
});

test("with the cursor in a construction, that one is replaced", async () => {
  const editor = open("from torch.optim import SGD\n\nmain = SGD(params, lr=0.1)\n", "SGD(par");
  choose("Adam");
  await insertConfiguration(readings, undefined);
  const text = editor.document.getText();
  expect(text).not.toMatch(/= SGD\(/);
  expect(text).toMatch(/^main = .*Adam\(/m);
  expect(text).toContain("params,");
});

test("a file that imports neither library is asked whose words it wants", async () => {
  const editor = open("x = 1\n");
  const asked: string[][] = [];
  stub.played.pick = (items) => {
    asked.push(items.map(({ label }) => label));
    return items.find(({ label }) => label === "AdamW" || label.startsWith("Hugging"));
  };
  await insertConfiguration(readings, undefined);
  expect(asked).toHaveLength(2);
  expect(editor.document.getText()).toContain("TrainingArguments(");
});

test("every optimizer is offered with its paper, and calling off writes nothing", async () => {
  const editor = open("import torch\n");
  let offered: readonly { readonly label: string; readonly detail?: string }[] = [];
  stub.played.pick = (items) => {
    offered = items;
    return undefined;
  };
  await insertConfiguration(readings, undefined);
  expect(offered.map(({ label }) => label)).toEqual(optimizers.map(({ name }) => name));
  expect(offered.map(({ detail }) => detail)).toEqual(optimizers.map(({ source }) => source));
  expect(editor.document.getText()).toBe("import torch\n");
});

test("without a file to write into it says what to open", async () => {
  await expect(insertConfiguration(readings, undefined)).rejects.toThrow(/Open one/);
  const plain = new stub.Document(stub.Uri.file("/project/notes.md"), "words", "markdown");
  stub.window.activeTextEditor = new stub.Editor(plain);
  await expect(insertConfiguration(readings, undefined)).rejects.toThrow(/Open one/);
});

test("a source of the editor's names itself by its file", () => {
  const { document } = open("x");
  expect(sourceOf(document as unknown as TextDocument).name).toBe("train.py");
});
