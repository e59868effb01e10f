import { ViewColumn, window, workspace } from "vscode";
import type { FromWorker, Order, Report } from "../protocol/index.ts";
import { buildOrder, inLibrary, librariesFor, shortTitle, titleOf, translationText, type Plan } from "../view/index.ts";

/** Threads of its own, so that the panel's run goes on. */
export interface Trying {
  order(order: Order): void;
  dispose(): Promise<void>;
}

/**
 * Asks for a library, and opens the plan's construction in its words as a new document: with notes on the numbers, and with
 * the difference that remains. `planWith` makes the run that finds it; `trying` carries it out.
 */
export async function translateTo(
  plan: Plan,
  file: string,
  planIn: (library: string) => Plan | undefined,
  trying: (listen: (message: FromWorker) => void) => Trying,
): Promise<void> {
  const programs = librariesFor(plan.configuration).filter(({ name }) => name !== "paper");
  const items = programs.map((library) => ({
    label: shortTitle(library),
    description: library.title,
    library,
  }));
  if (items.length === 0) throw new Error(`No other library has an optimizer like ${plan.configuration.optimizer}.`);
  const picked = await window.showQuickPick(items, {
    placeHolder: `In whose words shall this ${plan.configuration.optimizer} stand?`,
  });
  if (!picked) return;
  const { name } = picked.library;
  const tried = planIn(name) ?? plan;
  const { detections, detection, configuration, controls } = tried;
  const translation = inLibrary({ detections, detection, configuration, run: controls }, name, "same");
  const origin = `${titleOf(configuration)} of ${file}:${detection.line}`;
  const report = tried.refusal === undefined ? await residual(tried, trying) : undefined;
  const content = translationText(translation, origin, report);
  const document = await workspace.openTextDocument({ language: "python", content });
  await window.showTextDocument(document, { preview: false, viewColumn: ViewColumn.One });
}

/** What the run says that sets both beside each other; nothing where it fails. */
async function residual(
  plan: Plan,
  trying: (listen: (message: FromWorker) => void) => Trying,
): Promise<Report | undefined> {
  let simulator: Trying | undefined;
  try {
    return await new Promise<Report | undefined>((resolve) => {
      simulator = trying((message) => {
        if (message.type === "done") resolve(message.report);
        else if (message.type === "failed") resolve(undefined);
      });
      simulator.order(buildOrder(plan, 1));
    });
  } finally {
    await simulator?.dispose();
  }
}
