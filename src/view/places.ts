import type { Detection, Origin } from "../documents/document.ts";

/** Where everything of one group stands. */
export const originsOf = (detection: Detection, group: number): Readonly<Partial<Record<string, Origin>>> =>
  detection.origins.at(group) ?? {};

/** The line of the first of these names that the document writes, in one group; undefined where it writes none of them. */
export function writtenLine(detection: Detection, group: number, names: readonly string[]): number | undefined {
  const origins = originsOf(detection, group);
  return names.map((name) => origins[name]).find((origin) => origin && origin.kind !== "default")?.line;
}

/** "… got 1.2." becomes "… got 1.2 (line 12)." */
export const withLine = (sentence: string, line: number | undefined): string =>
  line === undefined ? sentence : sentence.replace(/\.?$/, ` (line ${line.toLocaleString("en")}).`);
/** As compilers print it: "train.py:12: …" */
export const withFile = (sentence: string, file: string, line: number | undefined): string =>
  line === undefined ? sentence : `${file}:${line}: ${sentence}`;
