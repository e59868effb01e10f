import { commands, Range, Uri, ViewColumn, window, workspace, env, type TextDocument } from "vscode";
import type { Detection, Span } from "../documents/document.ts";
import { writeExperiment } from "../documents/frameworks/experimentWrite.ts";
import type { Plan } from "../view/index.ts";
import type { EditorSource } from "./documents.ts";

/** Shows where the construction stands, or a line that one of its values comes from; not where the panel is. */
export async function reveal(
  source: EditorSource | undefined,
  detection: Detection | undefined,
  line: number | undefined,
  panel: ViewColumn | undefined,
): Promise<void> {
  if (!source) return;
  await source.open();
  const { from } = spanOf(detection, line);
  const { document, offset } = source.place(from);
  const at = document.positionAt(offset);
  const elsewhere =
    line !== undefined && line !== at.line + 1 ? document.lineAt(Math.min(line, document.lineCount) - 1) : undefined;
  const selection = elsewhere ? new Range(elsewhere.range.start, elsewhere.range.start) : new Range(at, at);
  await window.showTextDocument(document, { selection, viewColumn: columnOf(document, panel) });
}
/** Gives the document the focus, with the cursor where it was. */
export async function bringUp(
  source: EditorSource,
  detection: Detection | undefined,
  panel: ViewColumn | undefined,
): Promise<void> {
  await source.open();
  const { document } = source.place(detection?.span.from ?? 0);
  await window.showTextDocument(document, { viewColumn: columnOf(document, panel) });
}
/** Of the construction, or of the value that stands on `line`. */
function spanOf(detection: Detection | undefined, line: number | undefined): Span {
  if (!detection) return { from: 0, to: 0 };
  if (line === undefined || line === detection.line) return detection.span;
  const origins = detection.origins.flatMap((group) => Object.values(group));
  const origin = origins.find((it) => it.kind !== "default" && it.line === line);
  return origin ? (origin.source ?? origin.span) : detection.span;
}
function columnOf(document: TextDocument, panel: ViewColumn | undefined): ViewColumn {
  const visible = window.visibleTextEditors.find((editor) => editor.document === document)?.viewColumn;
  return visible ?? (panel === ViewColumn.One ? ViewColumn.Two : ViewColumn.One);
}

export async function copyText(text: string): Promise<void> {
  await env.clipboard.writeText(text);
}

/** Asks where to, and writes; resolves with what to say, or nothing where it was called off. */
export async function exportFile(
  name: string,
  bytes: Uint8Array,
  source: EditorSource | undefined,
): Promise<string | undefined> {
  const to = await window.showSaveDialog({ defaultUri: beside(source, name), title: "Save" });
  if (!to) return undefined;
  await workspace.fs.writeFile(to, bytes);
  return `Saved ${to.path.split("/").at(-1) ?? name}.`;
}

/** The plan as a file of its own, opened once it is written. */
export async function saveExperiment(plan: Plan, source: EditorSource, panel: ViewColumn | undefined): Promise<void> {
  const { configuration, lab, seed, controls, problem } = plan;
  const { others = [], lists } = plan.beside;
  const needed = problem.name === "" ? {} : { problem };
  const text = writeExperiment({
    configuration,
    lab: lab.name,
    seed,
    controls,
    ...(lists && { lists }),
    ...needed,
    others,
  });
  const picked = await window.showSaveDialog({
    title: "Save experiment",
    defaultUri: await freeName(source),
  });
  if (!picked) return;
  const to = picked.path.endsWith(".optlab.json") ? picked : picked.with({ path: `${picked.path}.optlab.json` });
  await workspace.fs.writeFile(to, new TextEncoder().encode(text));
  const document = await workspace.openTextDocument(to);
  await window.showTextDocument(document, { preview: false, viewColumn: columnOf(document, panel) });
}

/** Named after the file at hand, and not the name of a file that there is. */
async function freeName(source: EditorSource): Promise<Uri> {
  const stem = source.name.replace(/(\.optlab)?\.\w+$/, "");
  for (let number = 1; ; number++) {
    const uri = beside(source, `${stem}${number === 1 ? "" : `-${number}`}.optlab.json`);
    const taken = await workspace.fs.stat(uri).then(
      () => true,
      () => false,
    );
    if (!taken) return uri;
  }
}
/** Next to the file at hand; in the workspace's first folder for a document that has no place yet. */
function beside(source: EditorSource | undefined, name: string): Uri {
  if (source && source.uri.scheme !== "untitled") return Uri.joinPath(source.uri, "..", name);
  const folder = workspace.workspaceFolders?.at(0)?.uri;
  return folder ? Uri.joinPath(folder, name) : Uri.file(name);
}

/** A training script of ours, as a new document that nobody has to save. */
export async function openExample(extension: Uri): Promise<void> {
  const bytes = await workspace.fs.readFile(Uri.joinPath(extension, "examples", "mnist.py"));
  const content = new TextDecoder().decode(bytes);
  await window.showTextDocument(await workspace.openTextDocument({ language: "python", content }), {
    preview: false,
    viewColumn: ViewColumn.One,
  });
}

/** The page of a lab, as the editor shows Markdown. */
export async function openPage(extension: Uri, page: string | undefined): Promise<void> {
  if (page === undefined) return;
  await commands.executeCommand("markdown.showPreview", Uri.joinPath(extension, "docs", "labs", `${page}.md`));
}
