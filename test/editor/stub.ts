import type { FromWebview, ToWebview } from "../../src/protocol/index.ts";

// As much of `vscode` as the editor room needs, played in memory. Tests hand it to vi.mock("vscode").

interface Place {
  readonly line: number;
  readonly character: number;
}
export class Range {
  readonly start: Place;
  readonly end: Place;
  constructor(...at: readonly [Place, Place] | readonly [number, number, number, number]) {
    this.start = at.length === 2 ? at[0] : { line: at[0], character: at[1] };
    this.end = at.length === 2 ? at[1] : { line: at[2], character: at[3] };
  }
}
export class Uri {
  private constructor(
    readonly scheme: string,
    readonly path: string,
  ) {}
  static parse(text: string): Uri {
    const [scheme = "", ...rest] = text.split(":");
    return new Uri(scheme, rest.join(":").replace(/^\/\//, ""));
  }
  static file(path: string): Uri {
    return new Uri("file", path);
  }
  static joinPath(base: Uri, ...parts: readonly string[]): Uri {
    const all = base.path.split("/");
    for (const part of parts.flatMap((it) => it.split("/")))
      if (part === "..") all.pop();
      else all.push(part);
    return new Uri(base.scheme, all.join("/"));
  }
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    return `${this.scheme}://${this.path}`;
  }
}
export class SnippetString {
  constructor(readonly value: string) {}
}
export class CodeLens {
  constructor(
    readonly range: Range,
    readonly command: { readonly title: string; readonly arguments: readonly unknown[] },
  ) {}
}
export const ViewColumn = { Beside: -2, One: 1, Two: 2 };
export const QuickPickItemKind = { Separator: -1, Default: 0 };
export const NotebookCellKind = { Markup: 1, Code: 2 };

/** Listeners of one event. */
class Heard<T> {
  private readonly all = new Set<(it: T) => void>();
  readonly event = (listen: (it: T) => void) => {
    this.all.add(listen);
    return { dispose: () => this.all.delete(listen) };
  };
  fire(it: T): void {
    for (const listen of this.all) listen(it);
  }
}
export { Heard as EventEmitter };

export class Document {
  version = 1;
  isClosed = false;
  constructor(
    readonly uri: Uri,
    private text: string,
    readonly languageId = "python",
  ) {}
  get lineCount(): number {
    return this.text.split("\n").length;
  }
  getText(): string {
    return this.text;
  }
  positionAt(offset: number): Place {
    const before = this.text.slice(0, offset).split("\n");
    return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  }
  offsetAt({ line, character }: Place): number {
    const lines = this.text.split("\n");
    return lines.slice(0, line).reduce((sum, it) => sum + it.length + 1, 0) + character;
  }
  lineAt(line: number) {
    return { range: new Range(line, 0, line, 0) };
  }
  /** The editor changes it, and says so. */
  replace({ start, end }: Range, text: string): void {
    const [from, to] = [this.offsetAt(start), this.offsetAt(end)];
    this.text = this.text.slice(0, from) + text + this.text.slice(to);
    this.version++;
    changed.fire({ document: this, contentChanges: [{ rangeOffset: from, rangeLength: to - from, text }] });
  }
}
const changed = new Heard<unknown>();

export class Editor {
  readonly viewColumn = 1;
  /** One entry for each undo stop. */
  readonly steps: string[] = [];
  selection: { start: Place; end: Place; active: Place };
  constructor(
    readonly document: Document,
    from = 0,
    to = from,
  ) {
    const [start, end] = [document.positionAt(from), document.positionAt(to)];
    this.selection = { start, end, active: end };
  }
  edit(
    write: (edit: { replace: (range: Range, text: string) => void }) => void,
    options: { undoStopBefore: boolean },
  ): Promise<boolean> {
    if (options.undoStopBefore) this.steps.push(this.document.getText());
    write({ replace: (range, text) => this.document.replace(range, text) });
    return Promise.resolve(true);
  }
  insertSnippet(snippet: SnippetString, range: Range, options: { undoStopBefore: boolean }): Promise<boolean> {
    if (options.undoStopBefore) this.steps.push(this.document.getText());
    const text = snippet.value.replace(/\$\{\d+:((?:\\.|[^\\}])*)\}/g, "$1").replace(/\\([\\$}])/g, "$1");
    this.document.replace(range, text);
    return Promise.resolve(true);
  }
}

class WebviewPanel {
  readonly posted: ToWebview[] = [];
  visible = true;
  disposed = false;
  viewColumn = 2;
  private readonly received = new Heard<FromWebview>();
  private readonly gone = new Heard<undefined>();
  private readonly seen = new Heard<undefined>();
  readonly webview = {
    html: "",
    options: {},
    cspSource: "https://panel.example",
    asWebviewUri: (uri: Uri) => uri,
    postMessage: (message: ToWebview) => Promise.resolve(this.posted.push(message) > 0),
    onDidReceiveMessage: this.received.event,
  };
  readonly onDidDispose = this.gone.event;
  readonly onDidChangeViewState = this.seen.event;
  /** What the page in it says. */
  say(message: FromWebview): void {
    this.received.fire(message);
  }
  turn(visible: boolean): void {
    this.visible = visible;
    this.seen.fire(undefined);
  }
  reveal(): void {
    this.turn(true);
  }
  dispose(): void {
    this.disposed = true;
    this.gone.fire(undefined);
  }
}

/** What a test sets and looks at. */
export const played = {
  panels: [] as WebviewPanel[],
  commands: new Map<string, (argument?: unknown) => unknown>(),
  contexts: new Map<string, unknown>(),
  files: new Map<string, Uint8Array>(),
  settings: new Map<string, unknown>(),
  errors: [] as string[],
  clipboard: "",
  /** Answers a quick pick: which of the items. */
  pick: (items: readonly { readonly label: string }[]): unknown => items.at(0),
  saveTo: undefined as Uri | undefined,
  opened: undefined as Uri | undefined,
  /** Other extensions, by their identifiers. */
  extensions: new Map<string, { readonly isActive: boolean; readonly exports: unknown }>(),
};
export const extensions = { getExtension: (name: string) => played.extensions.get(name) };

export const window = {
  activeTextEditor: undefined as Editor | undefined,
  visibleTextEditors: [] as Editor[],
  onDidChangeActiveTextEditor: new Heard<unknown>().event,
  createWebviewPanel: () => {
    const panel = new WebviewPanel();
    played.panels.push(panel);
    return panel;
  },
  showQuickPick: (items: readonly { readonly label: string }[]) => Promise.resolve(played.pick(items)),
  showSaveDialog: () => Promise.resolve(played.saveTo),
  showOpenDialog: () => Promise.resolve(played.opened && [played.opened]),
  showErrorMessage: (text: string) => Promise.resolve(void played.errors.push(text)),
  showInformationMessage: (text: string) => Promise.resolve(void played.errors.push(text)),
  showTextDocument: (document: Document) => {
    const editor = new Editor(document);
    window.activeTextEditor = editor;
    return Promise.resolve(editor);
  },
};
export const workspace = {
  notebookDocuments: [] as { uri: Uri; isClosed: boolean; getCells(): { kind: number; document: Document }[] }[],
  workspaceFolders: [] as { uri: Uri }[],
  textDocuments: [] as Document[],
  onDidChangeTextDocument: changed.event,
  onDidChangeConfiguration: new Heard<unknown>().event,
  getConfiguration: () => ({ get: (name: string, standard: unknown) => played.settings.get(name) ?? standard }),
  getWorkspaceFolder: ({ path }: Uri) => (path.startsWith("/project/") ? { name: "project" } : undefined),
  openTextDocument: (uri: Uri | { readonly language: string; readonly content: string }) => {
    if (!(uri instanceof Uri))
      return Promise.resolve(new Document(Uri.parse("untitled:new"), uri.content, uri.language));
    const found = workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    return found ? Promise.resolve(found) : Promise.reject(new Error(`${uri.path} does not exist.`));
  },
  applyEdit: (edit: WorkspaceEdit) => {
    for (const { uri, range, text } of edit.all)
      workspace.textDocuments.find((document) => document.uri === uri)?.replace(range, text);
    return Promise.resolve(true);
  },
  fs: {
    writeFile: (uri: Uri, bytes: Uint8Array) => Promise.resolve(void played.files.set(uri.toString(), bytes)),
    readFile: (uri: Uri) => Promise.resolve(played.files.get(uri.toString())),
    stat: (uri: Uri) => {
      const bytes = played.files.get(uri.toString());
      return bytes
        ? Promise.resolve({ type: FileType.File, size: bytes.length })
        : Promise.reject(new Error("not there"));
    },
  },
};
export const FileType = { File: 1, Directory: 2 };
export class WorkspaceEdit {
  readonly all: { readonly uri: Uri; readonly range: Range; readonly text: string }[] = [];
  replace(uri: Uri, range: Range, text: string): void {
    this.all.push({ uri, range, text });
  }
}
export const commands = {
  registerCommand: (name: string, run: (argument?: unknown) => unknown) => {
    played.commands.set(name, run);
    return { dispose: () => played.commands.delete(name) };
  },
  executeCommand: (name: string, key: string, value: unknown) => {
    if (name === "setContext") played.contexts.set(key, value);
    return Promise.resolve();
  },
};
export const env = { clipboard: { writeText: (text: string) => Promise.resolve(void (played.clipboard = text)) } };
export const languages = {
  registerCodeLensProvider: (_: unknown, provider: unknown) => {
    lensProviders.push(provider as LensProvider);
    return { dispose: () => undefined };
  },
};
export interface LensProvider {
  provideCodeLenses(
    document: Document,
    token: { readonly isCancellationRequested: boolean },
  ): CodeLens[] | Promise<CodeLens[]>;
}
export const lensProviders: LensProvider[] = [];
