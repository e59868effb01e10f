import path from "node:path";
import type { Detection, DocumentReading, Printed } from "../documents/document.ts";
import { Reader } from "../worker/client.ts";
import { largestFile, tooLarge, withFiles } from "../documents/attach.ts";
import type { Arguments } from "./arguments.ts";
import { decode, languageOf } from "./decode.ts";
import { Complaint, type Io } from "./io.ts";
import { toJson } from "./json.ts";

interface FileReport {
  readonly file: string;
  readonly reading?: DocumentReading;
  readonly error?: string;
}

/** Reports all files; the exit code says whether every one could be read. */
export async function detect({ files, json }: Arguments, io: Io): Promise<0 | 1> {
  const reader = new Reader(io.folder);
  const reports: FileReport[] = [];
  try {
    for (const file of files) {
      const report = await readOne(reader, file, io);
      reports.push(report);
      if (report.error !== undefined) io.err(`optimizer-lab: ${report.error}\n`);
      if (!json) io.out(described(report));
    }
  } finally {
    await reader.dispose();
  }
  if (json) io.out(`${toJson({ files: reports.map(printed) })}\n`);
  return reports.some(({ error }) => error !== undefined) ? 1 : 0;
}
async function readOne(reader: Reader, file: string, io: Io): Promise<FileReport> {
  try {
    return { file, reading: await reader.read(decode(await io.read(file)), languageOf(file), file) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { file, error: error.message };
  }
}

/** One entry of `files`. */
function printed({ file, reading, error }: FileReport) {
  return {
    file,
    ...(error !== undefined && { error }),
    detections: (reading?.detections ?? []).map((one) => printedDetection(one, reading?.facts ?? {})),
    ...reading?.facts,
  };
}
function printedDetection(detection: Detection, facts: DocumentReading["facts"]) {
  const { line, framework, spelled, active, configuration } = detection;
  const { batchSize, epochs, steps, gradClip, accumulation } = spelled.run ?? {
    ...facts,
    accumulation: configuration.accumulation,
  };
  return {
    line,
    framework: framework === "experiment" ? configuration.framework : framework,
    optimizer: spelled.optimizer,
    hyperparameters: spelled.hyperparameters,
    ...(spelled.scheduler && { scheduler: spelled.scheduler }),
    ...(spelled.groups && { groups: spelled.groups }),
    ...(batchSize !== undefined && { batchSize }),
    ...(accumulation !== undefined && { accumulation }),
    ...(epochs !== undefined && { epochs }),
    ...(steps !== undefined && { steps }),
    ...(gradClip !== undefined && { gradClip }),
    ...(active !== undefined && { active }),
    origins: detection.origins.map((origins) =>
      Object.fromEntries(
        Object.entries(origins).map(([name, { kind, line: at, text, via }]) => [name, { kind, line: at, text, via }]),
      ),
    ),
  };
}

function described({ file, reading }: FileReport): string {
  if (!reading) return "";
  if (reading.detections.length === 0) return `${file}: no optimizer found\n`;
  const facts = Object.entries({ ...reading.facts }).map(
    ([name, value]) => `${factNames[name] ?? name} ${String(value)}`,
  );
  const lines = reading.detections.map(({ line, spelled, frameworkTitle, active }) => {
    const scheduler = spelled.scheduler ? `\n    ${spelled.scheduler.name}${words(spelled.scheduler.args)}` : "";
    const groups = (spelled.groups ?? []).map((group) => `\n    group${words(group) || " as above"}`).join("");
    const name = `${spelled.optimizer ?? "default optimizer"}${words(spelled.hyperparameters)}`;
    return `${file}:${line}: ${name}, ${frameworkTitle}${active === false ? ", not the default branch" : ""}${groups}${scheduler}\n`;
  });
  return lines.join("") + (facts.length > 0 ? `    ${facts.join(", ")}\n` : "");
}
const factNames: Readonly<Partial<Record<string, string>>> = {
  batchSize: "batch size",
  gradClip: "gradients clipped at",
};
const words = (values: Readonly<Record<string, Printed>>): string => {
  const said = Object.entries(values).map(([name, value]) => `${name}=${word(value)}`);
  return said.length > 0 ? ` (${said.join(", ")})` : "";
};
function word(value: Printed): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `(${(value as readonly Printed[]).map(word).join(", ")})`;
  const { unresolved, value: own, name, args } = value as Readonly<Partial<Record<string, Printed>>>;
  if (typeof unresolved === "string") return `${unresolved}?`;
  if (typeof name === "string" && typeof args === "object" && args !== null && !Array.isArray(args))
    return `${name}${words(args as Readonly<Record<string, Printed>>)}`;
  return own === undefined ? JSON.stringify(value) : word(own);
}

/** What a file says, read as an experiment file where that is what it is to be; or a complaint. */
export async function readDetections(
  file: string,
  io: Io,
  experiment: boolean,
): Promise<{ reading: DocumentReading; text: string }> {
  const text = decode(await io.read(file));
  const reader = new Reader(io.folder);
  try {
    const name = experiment && !file.endsWith(".optlab.json") ? `${file}.optlab.json` : file;
    const reading = await reader.read(text, languageOf(name), name);
    return {
      reading: { ...reading, detections: await withFiles(reading.detections, (csv) => dataBeside(file, csv, io)) },
      text,
    };
  } catch (error) {
    throw new Complaint(error instanceof Error ? error.message : String(error));
  } finally {
    await reader.dispose();
  }
}

/** A file of data, by its path from the experiment file's folder. */
async function dataBeside(file: string, csv: string, io: Io): Promise<string> {
  const at = path.resolve(file === "-" ? "." : path.dirname(file), csv);
  const bytes = await io.read(at).catch(() => {
    throw new Error(`${file} takes its data from ${csv}, which cannot be read at ${at}.`);
  });
  if (bytes.length > largestFile) throw new Error(tooLarge(csv, bytes.length));
  return decode(bytes);
}
