import { readFileSync } from "node:fs";
import path from "node:path";
import { loadPython, readDocument } from "../../src/documents/index.ts";
import type { Detection, DocumentReading } from "../../src/documents/document.ts";

const modules = path.join(import.meta.dirname, "../../node_modules");
export const ready = (): Promise<void> =>
  loadPython(
    readFileSync(path.join(modules, "web-tree-sitter/web-tree-sitter.wasm")),
    readFileSync(path.join(modules, "@vscode/tree-sitter-wasm/wasm/tree-sitter-python.wasm")),
  );
export const read = (text: string): DocumentReading => readDocument(text, "python", "train.py");
/** The only optimizer of a text. */
export function only(text: string): Detection {
  const { detections } = read(text);
  if (detections.length !== 1) throw new Error(`${detections.length} optimizers in:\n${text}`);
  return detections[0];
}
