import {
  NotebookCellKind,
  Range,
  Uri,
  workspace,
  WorkspaceEdit,
  type NotebookDocument,
  type TextDocument,
} from "vscode";
import type { Detection, Origin } from "../documents/document.ts";
import type { TextEdit } from "../documents/edit.ts";
import type { Source } from "./source.ts";

/** A source of the editor's: offsets in it have a document and a place there. */
export interface EditorSource extends Source {
  readonly uri: Uri;
  place(offset: number): Place;
  /** Where this document's text begins in the source; undefined where it is no part of it. */
  baseOf(document: TextDocument): number | undefined;
  /** The document was opened again. */
  adopt(document: TextDocument): void;
}
export interface Place {
  readonly document: TextDocument;
  readonly offset: number;
}

/** The source a document belongs to: itself, or its notebook. */
export function sourceOf(document: TextDocument): EditorSource {
  const notebook = notebookOf(document);
  return notebook ? new CellsSource(notebook) : new DocumentSource(document);
}
/** The notebook in which the document is a cell. */
export const notebookOf = (document: TextDocument): NotebookDocument | undefined =>
  workspace.notebookDocuments.find((notebook) => notebook.getCells().some((cell) => cell.document === document));

/** Opens what a source was made of; rejects where it is gone. */
export async function sourceAt(key: string): Promise<EditorSource> {
  const uri = Uri.parse(key, true);
  const notebook = workspace.notebookDocuments.find((open) => open.uri.toString() === key);
  if (notebook) return new CellsSource(notebook);
  if (uri.path.endsWith(".ipynb")) return new CellsSource(await workspace.openNotebookDocument(uri));
  return new DocumentSource(await workspace.openTextDocument(uri));
}

const fileOf = (uri: Uri): string => uri.path.split("/").at(-1) ?? uri.path;
/** Versions begin anew when a document is opened again; a number of its own keeps them apart. */
const numbers = new WeakMap<TextDocument, number>();
let opened = 0;
function versionOf(document: TextDocument): string {
  const number = numbers.get(document) ?? ++opened;
  numbers.set(document, number);
  return `${number}.${document.version}`;
}
async function write(edits: readonly TextEdit[], place: (offset: number) => Place): Promise<boolean> {
  const all = new WorkspaceEdit();
  for (const { span, text } of edits) {
    const { document, offset } = place(span.from);
    const range = new Range(document.positionAt(offset), document.positionAt(offset + span.to - span.from));
    all.replace(document.uri, range, text);
  }
  return workspace.applyEdit(all);
}

class DocumentSource implements EditorSource {
  constructor(private document: TextDocument) {}
  get uri(): Uri {
    return this.document.uri;
  }
  get key(): string {
    return this.uri.toString();
  }
  get name(): string {
    return fileOf(this.uri);
  }
  get fileName(): string {
    return this.key;
  }
  get languageId(): string {
    return this.document.languageId;
  }
  async open(): Promise<void> {
    if (this.document.isClosed) this.document = await workspace.openTextDocument(this.uri);
  }
  version(): string {
    return versionOf(this.document);
  }
  text(): string {
    return this.document.getText();
  }
  relocate(detection: Detection): Detection {
    return detection;
  }
  edit(edits: readonly TextEdit[]): Promise<boolean> {
    return write(edits, (offset) => this.place(offset));
  }
  place(offset: number): Place {
    return { document: this.document, offset };
  }
  baseOf(document: TextDocument): number | undefined {
    return document.uri.toString() === this.key ? 0 : undefined;
  }
  adopt(document: TextDocument): void {
    this.document = document;
  }
}

/** The Python cells of a notebook, in order, a line break between them: a constant may stand cells above its use. */
class CellsSource implements EditorSource {
  readonly languageId = "python";

  constructor(private notebook: NotebookDocument) {}
  get uri(): Uri {
    return this.notebook.uri;
  }
  get key(): string {
    return this.uri.toString();
  }
  get name(): string {
    return fileOf(this.uri);
  }
  get fileName(): string {
    return this.key;
  }
  async open(): Promise<void> {
    if (this.notebook.isClosed) this.notebook = await workspace.openNotebookDocument(this.uri);
  }
  version(): string {
    return this.cells().map(versionOf).join(" ");
  }
  text(): string {
    return this.cells()
      .map((cell) => cell.getText())
      .join("\n");
  }
  relocate(detection: Detection): Detection {
    const lineAt = (offset: number): number => {
      const { document, offset: inside } = this.place(offset);
      return document.positionAt(inside).line + 1;
    };
    const relocated = (origin: Origin): Origin => ({ ...origin, line: lineAt((origin.source ?? origin.span).from) });
    return {
      ...detection,
      line: lineAt(detection.span.from),
      origins: detection.origins.map((group) =>
        Object.fromEntries(Object.entries(group).map(([name, origin]) => [name, relocated(origin)])),
      ),
    };
  }
  edit(edits: readonly TextEdit[]): Promise<boolean> {
    return write(edits, (offset) => this.place(offset));
  }
  place(offset: number): Place {
    const cells = this.cells();
    let rest = offset;
    for (const document of cells) {
      const length = document.getText().length;
      if (rest <= length) return { document, offset: rest };
      rest -= length + 1;
    }
    throw new Error(`${this.name} is shorter than it was.`);
  }
  baseOf(document: TextDocument): number | undefined {
    let base = 0;
    for (const cell of this.cells()) {
      if (cell === document) return base;
      base += cell.getText().length + 1;
    }
    return undefined;
  }
  adopt(): void {
    this.notebook = workspace.notebookDocuments.find((open) => open.uri.toString() === this.key) ?? this.notebook;
  }
  private cells(): TextDocument[] {
    return this.notebook
      .getCells()
      .filter((cell) => cell.kind === NotebookCellKind.Code && cell.document.languageId === "python")
      .map((cell) => cell.document);
  }
}
