import { Uri, window, workspace, type Disposable, type ExtensionContext, type LogOutputChannel } from "vscode";
import type { WebviewPanel } from "vscode";
import { withFiles } from "../documents/attach.ts";
import type { Detection } from "../documents/document.ts";
import type { FromWebview } from "../protocol/index.ts";
import { Reader, Simulator } from "../worker/client.ts";
import { bringUp, copyText, exportFile, openExample, openPage, reveal, saveExperiment } from "./actions.ts";
import { dataBeside } from "./dataFiles.ts";
import { askCompared } from "./compareWith.ts";
import { notebookOf, sourceAt, type EditorSource } from "./documents.ts";
import { insertConfiguration } from "./insert.ts";
import { Panel } from "./panel.ts";
import { Readings } from "./readings.ts";
import { Session } from "./session.ts";
import { settings } from "./settings.ts";
import { parseStored } from "./subject.ts";
import { translateTo } from "./translateTo.ts";
import { inTurns } from "./turns.ts";
import { rehearsal, truthCsv, truthOf } from "../view/index.ts";
import { nothingStored, sentence } from "./words.ts";

/** In the workspace's state: what the panel showed last. */
const subjectKey = "subject";

/** Everything behind the commands, made when one is first used: the threads, the session, the panel. */
export class Desk implements Disposable {
  readonly readings: Readings;
  private readonly session: Session;
  private readonly panel: Panel;
  private readonly simulator: Simulator;
  private readonly reader: Reader;
  /** The session's, as the editor has it. */
  private source: EditorSource | undefined;
  private rehearsed: Promise<void> | undefined;
  private readonly disposables: Disposable[] = [];

  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
  ) {
    const folder = context.asAbsolutePath("dist");
    this.reader = new Reader(folder);
    this.readings = new Readings(this.reader);
    this.simulator = new Simulator({
      folder,
      threads: settings().threads,
      watched: true,
      listen: (message) => {
        this.session.hear(message);
        // The editor stores what the panel keeps now and then; a window that ends before that has this.
        if (message.type === "done") void this.context.workspaceState.update(subjectKey, this.session.subject);
      },
    });
    this.panel = new Panel(Uri.joinPath(context.extensionUri, "dist"), Uri.joinPath(context.extensionUri, "media"), {
      receive: (message) => this.receive(message),
      closed: () => this.session.close(),
    });
    this.session = new Session({
      simulator: this.simulator,
      read: async (source) => {
        const reading = await this.readings.of(source);
        await this.rehearse(reading.detections);
        return { ...reading, detections: await withFiles(reading.detections, (csv) => dataBeside(source.key, csv)) };
      },
      foresee: (source) => void this.readings.of(source),
      post: (message) => this.panel.post(message),
      listening: () => this.panel.listening,
      settings,
      clock: {
        now: () => Date.now(),
        after: (milliseconds, act) => {
          const timer = setTimeout(act, milliseconds);
          return () => clearTimeout(timer);
        },
      },
      log: (text) => log.warn(text),
    });
    this.watch();
  }

  /** Starts the simulating threads ahead of the first run, and readies what the first show of these needs. */
  warm(detections: readonly Detection[]): void {
    this.simulator.warm();
    void this.rehearse(detections);
  }
  private async rehearse(detections: readonly Detection[]): Promise<void> {
    if (detections.length > 0) this.rehearsed ??= inTurns(rehearsal(detections)).catch(() => undefined); // said by the show itself
    await this.rehearsed;
  }
  /** Shows the construction at `offset` of the source, or the one it followed there before. */
  async simulate(source: EditorSource, offset?: number): Promise<void> {
    this.source = this.source?.key === source.key ? this.source : source;
    this.panel.open();
    await this.session.simulate(this.source, offset);
  }
  /** A panel that a reload of the window has left empty. */
  async restore(panel: WebviewPanel, state: unknown): Promise<void> {
    const stored = parseStored(state) ?? parseStored({ subject: this.context.workspaceState.get(subjectKey) });
    this.panel.adopt(panel);
    if (!stored) {
      this.session.announce(nothingStored());
      return;
    }
    try {
      this.source = await sourceAt(stored.subject.uri);
      await this.session.restore(this.source, stored);
    } catch (error) {
      this.log.warn(sentence(error));
      this.session.announce(nothingStored(sentence(error)));
    }
  }
  stop(): void {
    this.session.receive({ type: "stop" });
  }
  apply(): Promise<void> {
    return this.session.apply();
  }
  async save(): Promise<void> {
    const { plan } = this.session;
    if (plan && this.source) await saveExperiment(plan, this.source, this.panel.column);
  }
  /** Into the active editor, else into the one whose optimizer is shown. */
  async insert(): Promise<void> {
    const { source } = this;
    if (!window.activeTextEditor && source) await bringUp(source, this.session.plan?.detection, this.panel.column);
    await insertConfiguration(this.readings, this.session.plan);
  }

  /** Asks what to compare the construction that is shown with, and does. */
  async compareWith(): Promise<void> {
    const { source, session } = this;
    const { plan } = session;
    if (!plan || !source) return;
    const chosen = await askCompared(plan, source, this.readings, session.compared);
    if (chosen) session.compareWith(chosen);
  }
  /** Opens the construction that is shown in another library's words. */
  async translateTo(): Promise<void> {
    const { source, session } = this;
    const { plan } = session;
    if (!plan || !source) return;
    const planIn = (library: string) =>
      session.planWith(
        { lab: "compare", compared: [{ kind: "library", library, values: "same" }] },
        // The steps are what is asked about: one seed's losses are enough.
        [{ of: "lab", group: 0, name: "seeds", value: 1 }],
      );
    const folder = this.context.asAbsolutePath("dist");
    await translateTo(plan, source.name, planIn, (listen) => new Simulator({ folder, threads: 1, listen }));
  }

  async dispose(): Promise<void> {
    for (const disposable of this.disposables) disposable.dispose();
    this.panel.close();
    await Promise.all([this.simulator.dispose(), this.reader.dispose()]);
  }

  private receive(message: FromWebview): void {
    switch (message.type) {
      case "insert":
        this.attempt(this.insert());
        break;
      case "page":
        this.attempt(openPage(this.context.extensionUri, this.session.plan?.lab.page));
        break;
      case "example":
        this.attempt(openExample(this.context.extensionUri));
        break;
      case "save":
        this.attempt(this.save());
        break;
      case "reveal":
        this.attempt(reveal(this.source, this.session.plan?.detection, message.line, this.panel.column));
        break;
      case "copy":
        this.attempt(copyText(message.text));
        break;
      case "rates":
        this.attempt(this.copyRates());
        break;
      case "export":
        this.attempt(this.export(message.name, message.bytes));
        break;
      default:
        this.session.receive(message);
    }
  }
  /** Every step of the run at hand: more than the panel draws. */
  private async copyRates(): Promise<void> {
    const { plan } = this.session;
    if (!plan) return;
    const line = truthOf(plan);
    await copyText(truthCsv(line));
    const text = `Copied the rates of all ${line.run.steps.toLocaleString("en")} steps.`;
    this.panel.post({ type: "said", about: "export", text });
  }
  private async export(name: string, bytes: Uint8Array): Promise<void> {
    const text = await exportFile(name, bytes, this.source);
    if (text !== undefined) this.panel.post({ type: "said", about: "export", text });
  }
  private attempt(action: Promise<void>): void {
    action.catch((error: unknown) => {
      this.log.error(sentence(error));
      void window.showErrorMessage(`Optimizer Lab: ${sentence(error)}`);
    });
  }

  private watch(): void {
    const follows = (key: string): boolean => this.source?.key === key;
    this.disposables.push(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const base = this.source?.baseOf(document);
        if (base === undefined || contentChanges.length === 0) return;
        this.session.edited(
          contentChanges.map(({ rangeOffset, rangeLength, text }) => ({
            from: base + rangeOffset,
            to: base + rangeOffset + rangeLength,
            length: text.length,
          })),
        );
      }),
      workspace.onDidChangeNotebookDocument(({ notebook, contentChanges }) => {
        if (follows(notebook.uri.toString()) && contentChanges.length > 0) this.session.edited([]);
      }),
      workspace.onDidOpenTextDocument((document) => {
        const key = (notebookOf(document) ?? document).uri.toString();
        if (!follows(key)) return;
        this.source?.adopt(document);
        this.session.edited([]);
      }),
      workspace.onDidDeleteFiles(({ files }) => {
        const gone = files.map(String);
        if (gone.some((key) => follows(key) || this.source?.key.startsWith(`${key}/`))) this.session.deleted();
      }),
      workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files)
          if (follows(oldUri.toString())) this.attempt(this.renamed(newUri.toString()));
      }),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("optimizerLab")) this.session.reconsider();
      }),
    );
  }
  private async renamed(key: string): Promise<void> {
    this.source = await sourceAt(key);
    this.session.moved(this.source);
  }
}
