// Entry of the reading thread: loads the parser once, then answers one question after the other.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { loadPython, readDocument } from "../documents/index.ts";
import type { Answer, Question } from "./question.ts";

const { folder } = workerData as { readonly folder: string };
const port = parentPort;
const loaded = (async () => {
  const [runtime, grammar] = await Promise.all(
    ["web-tree-sitter.wasm", "tree-sitter-python.wasm"].map((name) => readFile(path.join(folder, name))),
  );
  await loadPython(runtime, grammar);
})();
// Awaited with the first question, which then says what is wrong.
loaded.catch(() => undefined);

port?.on("message", (question: Question) => {
  void answer(question).then((said) => port.postMessage(said));
});
async function answer({ id, text, languageId, fileName }: Question): Promise<Answer> {
  try {
    await loaded;
    return { id, result: readDocument(text, languageId, fileName) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}
