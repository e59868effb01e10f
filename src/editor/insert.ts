import { QuickPickItemKind, Range, SnippetString, window, type QuickPickItem, type TextEditor } from "vscode";
import { findOptimizer, optimizers, type Optimizer } from "../core/optimizers/index.ts";
import type { Detection } from "../documents/document.ts";
import { insertPlan, type InsertPlan, type InsertRequest } from "../documents/insert.ts";
import type { Configuration, Note } from "../protocol/index.ts";
import { annotations, headline, type Plan } from "../view/index.ts";
import { sourceOf } from "./documents.ts";
import type { Readings } from "./readings.ts";

type Framework = InsertRequest["framework"];
interface Choice extends QuickPickItem {
  readonly configuration?: Configuration;
}

/**
 * Asks for an optimizer, and writes a working construct at the cursor or in place of the construction it stands in: with
 * tab stops and with comments that say what each number means. `shown` is what the panel has, offered first.
 */
export async function insertConfiguration(readings: Readings, shown: Plan | undefined): Promise<void> {
  const editor = window.activeTextEditor;
  if (!editor || !takes(editor))
    throw new Error("Configurations go into Python files and *.optlab.json files. Open one and put the cursor there.");
  const detections = await ownDetections(readings, editor);
  const touched = touchedBy(editor, detections);
  const picked = await pickConfiguration(touched, shown);
  if (!picked) return;
  const framework = await pickFramework(editor, touched, detections);
  if (!framework) return;
  const batchSize = (touched ?? detections.at(0))?.configuration.batchSize;
  const configuration: Configuration = {
    ...picked,
    framework: framework === "transformers" ? "transformers" : "torch",
    ...(batchSize !== undefined && picked.batchSize === undefined && { batchSize }),
  };
  const plan = insertPlan({
    text: editor.document.getText(),
    selection: selectionOf(editor),
    framework,
    configuration,
    notes: notesOn(configuration),
    detections,
  });
  if (!plan) throw new Error(`${titles[framework]} has no words for this ${configuration.optimizer}.`);
  await write(editor, plan);
}

const takes = ({ document }: TextEditor): boolean =>
  document.languageId === "python" || document.uri.path.endsWith(".optlab.json");
const selectionOf = ({ document, selection }: TextEditor) => ({
  from: document.offsetAt(selection.start),
  to: document.offsetAt(selection.end),
});

/** Those of this very document, in its own offsets; none where it does not read. */
async function ownDetections(readings: Readings, { document }: TextEditor): Promise<readonly Detection[]> {
  const source = sourceOf(document);
  if (source.uri.toString() !== document.uri.toString()) return []; // a cell: its own text alone is written to
  return readings.of(source).then(
    ({ detections }) => detections,
    () => [],
  );
}
function touchedBy(editor: TextEditor, detections: readonly Detection[]): Detection | undefined {
  const { from, to } = selectionOf(editor);
  return detections.find(({ span }) => span.from <= to && from <= span.to);
}

async function pickConfiguration(
  touched: Detection | undefined,
  shown: Plan | undefined,
): Promise<Configuration | undefined> {
  const own: Choice[] =
    shown && findOptimizer(shown.configuration.optimizer)
      ? [
          { label: "As in the panel", kind: QuickPickItemKind.Separator },
          {
            label: shown.configuration.optimizer,
            description: headline({ ...shown.detection, configuration: shown.configuration }),
            detail: "With the knobs as they are now",
            configuration: shown.configuration,
          },
          { label: "With its library's defaults", kind: QuickPickItemKind.Separator },
        ]
      : [];
  const all = optimizers.map((it): Choice => ({
    label: it.name,
    description: meaningOf(it),
    detail: it.source,
    configuration: defaultsOf(it),
  }));
  const placeHolder = touched
    ? `Optimizer to put in place of this ${touched.configuration.optimizer}`
    : "Optimizer to insert at the cursor";
  const picked = await window.showQuickPick<Choice>([...own, ...all], { placeHolder, matchOnDescription: true });
  return picked?.configuration;
}
/** The formula says in one line what it does: what multiplies the gradient. */
const meaningOf = ({ effective }: Optimizer): string => `effective rate ${effective}`;
const defaultsOf = ({ name, hyperparameters }: Optimizer): Configuration => {
  const values = Object.fromEntries(Object.entries(hyperparameters).map(([own, { default: value }]) => [own, value]));
  return { framework: "torch", optimizer: name, groups: [{ name: "all parameters", values }] };
};
/** The paper first, then what each number means. */
function notesOn(configuration: Configuration): readonly Note[] {
  const source = findOptimizer(configuration.optimizer)?.source;
  const head = source === undefined ? [] : [{ text: `${configuration.optimizer}: ${source}` }];
  return [...head, ...annotations({ configuration }, 0)];
}

const titles: Readonly<Record<Framework, string>> = {
  torch: "PyTorch",
  transformers: "Hugging Face transformers",
  experiment: "An experiment file",
};
/** The file's own: that of the construction at the cursor, else the one it imports; asked for where that leaves two. */
async function pickFramework(
  { document }: TextEditor,
  touched: Detection | undefined,
  detections: readonly Detection[],
): Promise<Framework | undefined> {
  if (document.uri.path.endsWith(".optlab.json")) return "experiment";
  const known = (name: string | undefined): name is "torch" | "transformers" =>
    name === "torch" || name === "transformers";
  if (known(touched?.framework)) return touched.framework;
  const found = new Set(detections.map(({ framework }) => framework).filter(known));
  if (found.size === 1) return [...found][0];
  const text = document.getText();
  const torch = /^\s*(?:import|from)\s+torch\b/m.test(text);
  const transformers = /^\s*(?:import|from)\s+(?:transformers|trl)\b/m.test(text);
  if (torch !== transformers) return torch ? "torch" : "transformers";
  const items = (["torch", "transformers"] as const).map((framework) => ({ label: titles[framework], framework }));
  return (await window.showQuickPick(items, { placeHolder: "In whose words?" }))?.framework;
}

/** Import and construct in one undo step. */
async function write(editor: TextEditor, { span, snippet, imports }: InsertPlan): Promise<void> {
  const { document } = editor;
  let shift = 0;
  if (imports) {
    const { span: place, text } = imports;
    const range = new Range(document.positionAt(place.from), document.positionAt(place.to));
    const done = await editor.edit((edit) => edit.replace(range, text), { undoStopBefore: true, undoStopAfter: false });
    if (!done) throw new Error("The editor did not take the change. Is the file read-only?");
    if (place.from <= span.from) shift = text.length - (place.to - place.from);
  }
  const at = new Range(document.positionAt(span.from + shift), document.positionAt(span.to + shift));
  const options = { undoStopBefore: !imports, undoStopAfter: true, keepWhitespace: true };
  const done = await editor.insertSnippet(new SnippetString(snippet), at, options);
  if (!done) throw new Error("The editor did not take the change. Is the file read-only?");
}
