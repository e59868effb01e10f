import { window, type ExtensionContext } from "vscode";
import { registerCommands } from "./commands.ts";
import type { Desk } from "./desk.ts";
import { registerLenses } from "./lenses.ts";
import { readParts } from "./parts.ts";

let made: Promise<Desk> | undefined;

/** Wiring only: what a command, a lens or a panel needs is loaded when the first of them asks. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel("Optimizer Lab", { log: true });
  const make = async () => {
    await readParts(context.asAbsolutePath("dist"));
    const { Desk } = await import("./desk.ts");
    return new Desk(context, log);
  };
  const desk = () => (made ??= make());
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
