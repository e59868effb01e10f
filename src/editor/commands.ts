import {
  commands,
  Uri,
  window,
  workspace,
  type ExtensionContext,
  type LogOutputChannel,
  type TextDocument,
} from "vscode";
import type { Desk } from "./desk.ts";
import { sourceOf } from "./documents.ts";
import { sentence } from "./words.ts";

/** What a lens hands to "Simulate optimizer". */
export interface Target {
  readonly uri: string;
  /** In that document. */
  readonly offset: number;
}

/** `desk` makes it when first asked. */
export function registerCommands(context: ExtensionContext, log: LogOutputChannel, desk: () => Promise<Desk>): void {
  // A panel that has the focus leaves no active editor: the last one is meant then.
  let last: TextDocument | undefined = window.activeTextEditor?.document;
  const isText = ({ uri }: TextDocument) => !["output", "debug"].includes(uri.scheme);
  context.subscriptions.push(
    window.onDidChangeActiveTextEditor((editor) => {
      if (editor && isText(editor.document)) last = editor.document;
    }),
  );
  const register = (name: string, run: (argument: unknown) => Promise<void>) => {
    const attempt = async (argument: unknown) => {
      try {
        await run(argument);
      } catch (error) {
        log.error(error instanceof Error ? error : String(error));
        await window.showErrorMessage(`Optimizer Lab: ${sentence(error)}`);
      }
    };
    context.subscriptions.push(commands.registerCommand(`optimizerLab.${name}`, attempt));
  };

  const simulate = async (argument: unknown): Promise<void> => {
    const asked = await documentOf(argument);
    const open = last && !last.isClosed ? last : window.visibleTextEditors.find((it) => isText(it.document))?.document;
    const document = asked?.document ?? window.activeTextEditor?.document ?? open;
    if (!document) return offerExample();
    const offset = asked?.offset ?? cursorIn(document);
    const source = sourceOf(document);
    const base = source.baseOf(document);
    await (await desk()).simulate(source, base === undefined || offset === undefined ? undefined : base + offset);
  };
  register("simulate", simulate);
  // Both are about the construction at the cursor, which the panel shows then.
  register("compareWith", async (argument) => {
    await simulate(argument);
    await (await desk()).compareWith();
  });
  register("translateTo", async (argument) => {
    await simulate(argument);
    await (await desk()).translateTo();
  });
  register("insert", async () => (await desk()).insert());
  register("stop", async () => (await desk()).stop());
  register("applyToCode", async () => (await desk()).apply());
  register("saveExperiment", async () => (await desk()).save());
  register("openExample", async () => {
    const { openExample } = await import("./actions.ts");
    await openExample(context.extensionUri);
  });
}

/** From a lens, or from a menu, which hands over the file. */
async function documentOf(
  argument: unknown,
): Promise<{ readonly document: TextDocument; readonly offset?: number } | undefined> {
  if (argument instanceof Uri) return { document: await workspace.openTextDocument(argument) };
  if (!isTarget(argument)) return undefined;
  return { document: await workspace.openTextDocument(Uri.parse(argument.uri, true)), offset: argument.offset };
}
const isTarget = (x: unknown): x is Target =>
  typeof x === "object" && x !== null && "uri" in x && typeof x.uri === "string" && "offset" in x;

function cursorIn(document: TextDocument): number | undefined {
  const editors = [window.activeTextEditor, ...window.visibleTextEditors];
  const editor = editors.find((it) => it?.document === document);
  return editor && document.offsetAt(editor.selection.active);
}
async function offerExample(): Promise<void> {
  const open = "Open an example";
  const words = "There is no file to simulate. Open a training script first.";
  if ((await window.showInformationMessage(words, open)) === open)
    await commands.executeCommand("optimizerLab.openExample");
}
