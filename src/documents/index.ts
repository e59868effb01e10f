import type { Detection, DocumentReading, FileFacts, Format, Framework } from "./document.ts";
import { loadPython, python } from "./formats/python.ts";
import { readExperiment } from "./frameworks/experiment.ts";
import { runFactsOf } from "./frameworks/runFacts.ts";
import { torch } from "./frameworks/torch.ts";
import { libraryFrameworks } from "./frameworks/libraries.ts";
import { transformers } from "./frameworks/transformers.ts";

export type * from "./document.ts";
export { loadPython };
export { writingStyleAt as pythonStyle } from "./writingStyle.ts";

/** Formats other than the experiment file's, which is read by its own framework alone. */
export const formats: readonly Format[] = [python];
export const frameworks: readonly Framework[] = [torch, transformers, ...libraryFrameworks];

/**
 * Every optimizer that a document constructs, in the order of the text. Never throws for what a text holds; Python needs
 * `loadPython` first.
 */
export function readDocument(text: string, languageId: string, fileName: string): DocumentReading {
  if (fileName.endsWith(".optlab.json")) return readExperiment(text);
  const format = formats.find(({ languages }) => languages.includes(languageId));
  if (format === undefined) return { detections: [], facts: {} };
  const reading = format.read(text);
  const found = frameworks.flatMap((framework) => framework.recognise(reading));
  const detections = once(found.sort((a, b) => a.span.from - b.span.from || b.span.to - a.span.to));
  const { batchSize, epochs, steps, gradClip } = runFactsOf(reading);
  const read = { batchSize, epochs, steps, gradClip };
  return { detections, facts: { ...factsOf(detections), ...present(read) } };
}
/** A construction that two frameworks know, or that wraps another of the same, counts once. */
function once(detections: readonly Detection[]): Detection[] {
  const kept: Detection[] = [];
  for (const it of detections) {
    const twice = kept.some(
      ({ span, spelled }) =>
        span.from === it.span.from && span.to === it.span.to && spelled.optimizer === it.spelled.optimizer,
    );
    if (!twice) kept.push(it);
  }
  return kept;
}
const present = (facts: Readonly<Record<keyof FileFacts, number | undefined>>): FileFacts =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
/** TrainingArguments says them itself. */
function factsOf(detections: readonly Detection[]): FileFacts {
  const run = detections.find(({ spelled }) => spelled.run !== undefined)?.spelled.run;
  return present({ batchSize: run?.batchSize, epochs: run?.epochs, steps: run?.steps, gradClip: run?.gradClip });
}
