import { window, type ExtensionContext } from "vscode";
import { registerCommands } from "./commands.ts";
import type { Desk } from "./desk.ts";
import { registerLenses } from "./lenses.ts";

let made: Promise<Desk> | undefined;

/** Wiring only: what a command, a lens or a panel needs is loaded when the first of them asks. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel("Optimizer Lab", { log: true });
  const desk = () => (made ??= import("./desk.ts").then(({ Desk }) => new Desk(context, log)));
  context.subscriptions.push(
    log,
    window.registerWebviewPanelSerializer("optimizerLab", {
      deserializeWebviewPanel: async (panel, state: unknown) => (await desk()).restore(panel, state),
    }),
  );
  registerCommands(context, log, desk);
  registerLenses(context, desk);
}

/** Ends the threads. */
export async function deactivate(): Promise<void> {
  await (await made)?.dispose();
}
