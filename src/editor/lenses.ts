import {
  CodeLens,
  EventEmitter,
  languages,
  Range,
  workspace,
  type CancellationToken,
  type ExtensionContext,
  type TextDocument,
} from "vscode";
import type { Target } from "./commands.ts";
import type { Desk } from "./desk.ts";
import { notebookOf, sourceOf } from "./documents.ts";
import { settings } from "./settings.ts";

const selector = [{ language: "python" }, { pattern: "**/*.optlab.json" }];
/** Cells above may hold a constant; lenses below wait this long, in ms, after an edit there. */
const pause = 400;

/** "Simulate optimizer · AdamW η 3e-4 · memory 10 / 50 steps" over each construction. */
export function registerLenses(context: ExtensionContext, desk: () => Promise<Desk>): void {
  const changed = new EventEmitter<void>();
  let timer: NodeJS.Timeout | undefined;
  context.subscriptions.push(
    changed,
    languages.registerCodeLensProvider(selector, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: (document, token) => (settings().codeLens ? lensesOf(document, desk, token) : []),
    }),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("optimizerLab.codeLens")) changed.fire();
    }),
    workspace.onDidChangeTextDocument(({ document }) => {
      if (document.languageId !== "python" || !notebookOf(document)) return;
      clearTimeout(timer);
      timer = setTimeout(() => changed.fire(), pause);
    }),
    { dispose: () => clearTimeout(timer) },
  );
}

async function lensesOf(
  document: TextDocument,
  desk: () => Promise<Desk>,
  token: CancellationToken,
): Promise<CodeLens[]> {
  const source = sourceOf(document);
  const version = source.version();
  const it = await desk();
  const { detections } = await it.readings.of(source).catch(() => ({ detections: [] })); // said when it is simulated
  if (detections.length === 0 || token.isCancellationRequested || version !== source.version()) return [];
  it.warm(detections);
  const { headline } = await import("../view/index.ts");
  return detections.flatMap((detection) => {
    const { document: owner, offset } = source.place(detection.span.from);
    if (owner !== document) return [];
    const experiment = document.uri.path.endsWith(".optlab.json");
    const line = experiment ? 0 : document.positionAt(offset).line;
    const target: Target = { uri: document.uri.toString(), offset };
    return new CodeLens(new Range(line, 0, line, 0), {
      title: `Simulate optimizer · ${headline(detection)}`,
      tooltip: "Draw its learning rate, loss and effective rates beside the code",
      command: "optimizerLab.simulate",
      arguments: [target],
    });
  });
}
