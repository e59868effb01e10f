import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type { Answer, Question } from "../../../src/worker/question.ts";

// Stands in for the reading thread: a text says what should happen to it.
const { folder } = workerData as { folder: string };
parentPort?.on("message", ({ id, text, fileName }: Question) => {
  const mark = path.join(folder, `${fileName}.crashed`);
  if (text === "crash always") process.exit(5);
  if (text === "crash once" && !existsSync(mark)) {
    writeFileSync(mark, "");
    process.exit(5);
  }
  const answer: Answer =
    text === "fail"
      ? { id, error: "the parser is missing" }
      : { id, result: { detections: [], facts: { steps: Number(text) || 0 } } };
  parentPort?.postMessage(answer);
});
