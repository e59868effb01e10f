import type { TextDocument } from "vscode";
import { beforeEach, expect, test, vi } from "vitest";
import * as stub from "./stub.ts";
import { readScript } from "./scene.ts";

vi.mock("vscode", () => stub);
const { sourceAt, sourceOf } = await import("../../src/editor/documents.ts");
const { Readings } = await import("../../src/editor/readings.ts");

const real = (document: stub.Document) => document as unknown as TextDocument;
beforeEach(() => {
  stub.workspace.notebookDocuments.length = 0;
  stub.workspace.textDocuments.length = 0;
});
function document(path: string, text: string): stub.Document {
  const it = new stub.Document(stub.Uri.file(path), text);
  stub.workspace.textDocuments.push(it);
  return it;
}
function notebook(...cells: readonly string[]): stub.Document[] {
  const uri = stub.Uri.file("/project/analysis.ipynb");
  const documents = cells.map((text, i) => document(`/project/analysis.ipynb#${i}`, text));
  stub.workspace.notebookDocuments.push({
    uri,
    isClosed: false,
    getCells: () => [
      { kind: 1, document: document("/project/analysis.ipynb#words", "# Words") },
      ...documents.map((cell) => ({ kind: 2, document: cell })),
    ],
  });
  return documents;
}

test("edits are written to the document in one workspace edit", async () => {
  const script = document("/project/train.py", "a = 1\nb = 2\n");
  const source = sourceOf(real(script));
  const edits = [
    { span: { from: 4, to: 5 }, text: "10" },
    { span: { from: 10, to: 11 }, text: "20" },
  ];
  // The stub writes in the order given, the editor all at once: last one first comes to the same.
  expect(await source.edit([...edits].reverse())).toBe(true);
  expect(script.getText()).toBe("a = 10\nb = 20\n");
});

test("a notebook's Python cells are read as one text, and each place leads back to its cell", async () => {
  const [first, second] = notebook("rate = 1e-3", "import torch\nmain = SGD(params, lr=0.1)");
  const source = sourceOf(real(second));
  expect(source.name).toBe("analysis.ipynb");
  expect(source.text()).toBe("rate = 1e-3\nimport torch\nmain = SGD(params, lr=0.1)");
  expect(source.baseOf(real(first))).toBe(0);
  expect(source.baseOf(real(second))).toBe(12);
  const [found] = readScript(source.text()).detections.map((it) => source.relocate(it));
  expect(found.line).toBe(2);
  expect(found.origins[0]["learningRate"].line).toBe(2);
  const span = found.origins[0]["learningRate"].span;
  expect(await source.edit([{ span, text: "0.2" }])).toBe(true);
  expect(second.getText()).toContain("lr=0.2)");
});

test("a document opened again is another version, though it counts from one", async () => {
  const script = document("/project/train.py", "main = SGD(params, lr=0.1)");
  const before = sourceOf(real(script)).version();
  stub.workspace.textDocuments.length = 0;
  document("/project/train.py", "main = SGD(params, lr=0.2)");
  const again = await sourceAt("file:///project/train.py");
  expect(again.version()).not.toBe(before);
});

test("one version of a text is read once, and read again after a failure", async () => {
  const script = document("/project/train.py", "main = SGD(params, lr=0.1)");
  let reads = 0;
  const readings = new Readings({
    read: (text) =>
      ++reads === 1 ? Promise.reject(new Error("The reader was closed.")) : Promise.resolve(readScript(text)),
  });
  const source = sourceOf(real(script));
  await expect(readings.of(source)).rejects.toThrow("closed");
  await Promise.all([readings.of(source), readings.of(source)]);
  expect(reads).toBe(2);
  script.replace(new stub.Range(0, 0, 0, 0), "\n");
  await readings.of(source);
  expect(reads).toBe(3);
});
