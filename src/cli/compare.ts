import path from "node:path";
import { inLibrary, titleOf, type Compared } from "../view/compare.ts";
import type { Plan } from "../view/plan.ts";
import type { Translation } from "../view/translate.ts";
import { translationText } from "../view/translationText.ts";
import type { Arguments } from "./arguments.ts";
import { chosenIn, planned } from "./choose.ts";
import { Complaint, type Io } from "./io.ts";
import { toJson } from "./json.ts";
import { carryOut, present } from "./simulate.ts";

/** `compare`: the first configuration beside others. */
export async function compare(given: Arguments, io: Io): Promise<0> {
  const [first = "-", ...rest] = given.files;
  const { file, detections, chosen } = await chosenIn(at(first, given), io);
  const compared: Compared[] = [];
  for (const name of rest) {
    const other = await chosenIn(at(name, { ...given, files: [], set: [] }, true), io);
    const detection = other.detections[other.chosen];
    const { configuration } = detection;
    const label = `${titleOf(configuration)}, ${path.basename(other.file)}:${detection.line}`;
    compared.push({ kind: "given", label, configuration });
  }
  const { values = "same" } = given;
  for (const library of given.libraries) compared.push({ kind: "library", library, values });
  if (given.standard) compared.push({ kind: "default" });
  const it = planned(detections, chosen, { ...given, lab: "compare" }, compared);
  for (const library of given.libraries) translationIn(it, library); // complains where there is none
  return present(it, file, given, io);
}

/** `translate`: the configuration as a program in another library's words. */
export async function translate(given: Arguments, io: Io): Promise<0> {
  const [first = "-"] = given.files;
  const [library = ""] = given.libraries;
  const { file, detections, chosen } = await chosenIn(at(first, given), io);
  // The steps are what is asked about: one seed's losses are enough.
  const set = ["seeds=1", ...given.set];
  const compared: Compared[] = [{ kind: "library", library, values: "same" }];
  const it = planned(detections, chosen, { ...given, set, lab: "compare" }, compared);
  const translation = translationIn(it, library);
  const { report, findings } = await carryOut(it, given.threads, io);
  const origin = `${titleOf(it.configuration)} of ${path.basename(file)}:${it.detection.line}`;
  const text = written(translation, origin, report);
  if (given.json) {
    const { configuration, lost, words } = translation;
    const { answer, status } = report;
    io.out(
      `${toJson({ library: translation.library.name, optimizer: words.className, configuration, lost, answer, status, findings, text })}\n`,
    );
  } else io.out(text);
  return 0;
}
function written(
  translation: Translation,
  origin: string,
  report: { readonly answer: string; readonly status: string },
) {
  try {
    return translationText(translation, origin, report);
  } catch (error) {
    throw new Complaint(error instanceof Error ? error.message : String(error));
  }
}
function translationIn({ detections, detection, configuration, controls }: Plan, library: string): Translation {
  try {
    return inLibrary({ detections, detection, configuration, run: controls }, library, "same");
  } catch (error) {
    throw new Complaint(error instanceof Error ? error.message : String(error), 2);
  }
}

/** FILE:LINE, or FILE with --line for the first of them. */
function at(name: string, given: Arguments, further = false): Arguments {
  const said = /^(?<file>.+):(?<line>\d+)$/.exec(name)?.groups;
  if (said) return { ...given, files: [said["file"] ?? name], line: Number(said["line"]) };
  const { line, ...rest } = given;
  return { ...rest, files: [name], ...(!further && line !== undefined && { line }) };
}
