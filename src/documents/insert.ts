import type { Configuration, Note } from "../protocol/index.ts";
import type { Detection, Snippet, Span, WritingStyle } from "./document.ts";
import type { TextEdit } from "./edit.ts";
import { writeConfiguration, writeExperiment } from "./frameworks/experimentWrite.ts";
import { writeTorch } from "./frameworks/torchWrite.ts";
import { transformersWords, writeTransformers } from "./frameworks/transformersWrite.ts";
import { importedNames, importPlace, splitCall } from "./pythonLines.ts";
import { indentAround, surroundingsOf, writingStyleAt } from "./writingStyle.ts";

export interface InsertRequest {
  readonly text: string;
  /** Empty where it is the cursor. */
  readonly selection: Span;
  /** In whose words. */
  readonly framework: "torch" | "transformers" | "experiment";
  readonly configuration: Configuration;
  /** A note without a hyperparameter heads the construction. */
  readonly notes: readonly Note[];
  /** How the file writes things at the cursor; taken from its text where absent. */
  readonly style?: WritingStyle;
  /** What the file constructs already. */
  readonly detections: readonly Detection[];
}
export interface InsertPlan {
  /** What `snippet` takes the place of; empty where it is added. */
  readonly span: Span;
  /** With tab stops, and with its indentation: whitespace must be kept as it is. */
  readonly snippet: string;
  /** Lines of import that the file lacks; apart from `span`. */
  readonly imports?: TextEdit;
  /** The optimizer whose construction is replaced: "SGD". */
  readonly replaces?: string;
}

/** Where a configuration goes and as what. Undefined where the framework has no words for it. */
export function insertPlan(request: InsertRequest): InsertPlan | undefined {
  if (request.framework === "experiment") return intoExperiment(request);
  const found = request.style ?? writingStyleAt(request.text, request.selection.from);
  const style = request.framework === "transformers" ? { ...found, target: "training_args" } : found;
  const styled = { ...request, style };
  return inPlaceOfCall(styled) ?? inPlaceOfSelection(styled) ?? atCursor(styled);
}
type Styled = InsertRequest & { readonly style: WritingStyle };

function intoExperiment({ text, configuration, detections, selection }: InsertRequest): InsertPlan {
  const plainly = (body: string) => body.replace(/[\\$}]/g, "\\$&");
  const [there] = detections;
  if (!there) {
    const body = writeExperiment({ configuration, lab: "training", seed: 1, controls: {} });
    return { span: text.trim() === "" ? { from: 0, to: text.length } : selection, snippet: plainly(body) };
  }
  const indent = indentAt(text, there.span.from);
  const body = indented(writeConfiguration(configuration), indent);
  return { span: there.span, snippet: plainly(body), replaces: there.configuration.optimizer };
}

const write = (request: InsertRequest, style: WritingStyle): Snippet | undefined =>
  request.framework === "torch"
    ? writeTorch(request.configuration, request.notes, style)
    : writeTransformers(request.configuration, request.notes, style);

/** The construction that the selection touches, in its own spelling and with its own parameters. */
function inPlaceOfCall(request: Styled): InsertPlan | undefined {
  const { text, selection, framework, configuration, notes, style } = request;
  const touched = request.detections
    .filter(({ span }) => span.from <= selection.to && selection.from <= span.to)
    .sort((a, b) => a.span.to - a.span.from - (b.span.to - b.span.from));
  const there = touched.find((it) => it.framework === framework);
  const call = there && splitCall(text.slice(there.span.from, there.span.to));
  if (!there || !call) return undefined;
  const indent = indentAt(text, there.span.from);
  const spelled = (args: typeof call.args) =>
    args.map((it) => (it.keyword === undefined ? it.text : `${it.keyword}=${it.text}`));
  const inside: WritingStyle = { ...style, prefix: call.prefix, target: "" };
  let snippet: Snippet | undefined;
  if (framework === "torch") {
    const parameters = call.args.find((it, i) => it.keyword === "params" || (i === 0 && it.keyword === undefined));
    const kept = call.args.filter(
      ({ keyword }) => keyword !== undefined && ["fused", "foreach", "capturable"].includes(keyword),
    );
    snippet = writeTorch(
      configuration,
      notes,
      { ...inside, parameters: parameters ? outdented(parameters.text, style.indent) : style.parameters },
      spelled(kept),
    );
  } else {
    const kept = call.args.filter(({ keyword }) => keyword === undefined || !transformersWords.has(keyword));
    snippet = writeTransformers(configuration, notes, inside, { callee: call.prefix + call.name, args: spelled(kept) });
  }
  const replaces = there.spelled.optimizer ?? there.configuration.optimizer;
  return snippet && { ...planned(text, there.span, snippet, indented(snippet.body, indent)), replaces };
}

function inPlaceOfSelection(request: Styled): InsertPlan | undefined {
  const { text, selection, style } = request;
  const selected = text.slice(selection.from, selection.to);
  if (selected.trim() === "") return undefined;
  const from = selection.from + selected.length - selected.trimStart().length;
  const span = { from, to: selection.from + selected.trimEnd().length };
  const indent = indentAt(text, from);
  const isStatement = text.slice(text.lastIndexOf("\n", from - 1) + 1, from).trim() === "";
  const snippet = write(request, isStatement ? style : { ...style, target: "" });
  return snippet && planned(text, span, snippet, indented(snippet.body, indent));
}

/** On the cursor's own line where that is empty, else after the statement it stands in. */
function atCursor(request: Styled): InsertPlan | undefined {
  const { text, selection, style } = request;
  const snippet = write(request, style);
  if (!snippet) return undefined;
  const around = surroundingsOf(text, selection.from);
  const { line } = around;
  const indent = indentAround(around, style.indent);
  const body = indentAll(snippet.body, indent);
  return line.to - line.from === line.indent.length
    ? planned(text, { from: line.from, to: line.to }, snippet, body)
    : planned(text, { from: line.to, to: line.to }, snippet, `\n${body}`);
}

function planned(text: string, span: Span, { imports }: Snippet, snippet: string): InsertPlan {
  const there = importedNames(text);
  const lacking = together(
    imports.filter((line) => [...importedNames(line)].some(([name, full]) => there.get(name) !== full)),
  );
  if (lacking.length === 0) return { span, snippet };
  const at = importPlace(text);
  if (span.from <= at && at <= span.to) {
    const head = `${lacking.join("\n")}\n`;
    return { span, snippet: snippet.startsWith("\n") ? `\n${head}${snippet}` : `${head}\n${snippet}` };
  }
  const before = at > 0 && text[at - 1] !== "\n" ? "\n" : "";
  const newline = text.includes("\r\n") ? "\r\n" : "\n"; // its length moves what follows
  const lines = `${before}${lacking.join("\n")}\n`.replaceAll("\n", newline);
  return { span, snippet, imports: { span: { from: at, to: at }, text: lines } };
}
/** What comes from one module, in one line. */
function together(imports: readonly string[]): string[] {
  const lines = new Map<string, string[]>();
  for (const line of imports) {
    const [, head = line, name = ""] = /^(from \S+ import )(.*)$/.exec(line) ?? [];
    lines.set(head, [...(lines.get(head) ?? []), name]);
  }
  return [...lines].map(([head, names]) => head + names.sort().join(", "));
}
/** What the line of an offset begins with. */
const indentAt = (text: string, offset: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset))?.[0] ?? "";
const indentAll = (body: string, indent: string): string => indent + indented(body, indent);
/** Lines after the first set back so that the outermost of them stands at `indent`, as the first one will. */
function outdented(text: string, indent: string): string {
  const [first = "", ...rest] = text.split("\n");
  const depths = rest.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length);
  const depth = Math.min(...depths);
  return [first, ...rest.map((line) => (line.trim() === "" ? "" : indent + line.slice(depth)))].join("\n");
}
/** Every line but the first. */
const indented = (body: string, indent: string): string => body.replace(/\n(?=[^\n])/g, `\n${indent}`);
