import { findOptimizer } from "../core/optimizers/index.ts";
import { writeForLibrary } from "../documents/frameworks/libraryWrite.ts";
import { commentLines, plainSnippet, spellSnippet } from "../documents/spellSnippet.ts";
import type { Note } from "../protocol/index.ts";
import { annotations } from "./show.ts";
import { shortTitle, type Translation } from "./translate.ts";

/** Neutral: nothing is known of the program that it will go into. */
const style = { prefix: "torch.optim.", parameters: "model.parameters()", target: "optimizer", indent: "    " };

/**
 * A program in the other library's words, with notes on its numbers and the residual stated: what has no word there, and
 * the sentence of the run that compared both, its problem in `status`. Throws a sentence where nothing can be written.
 */
export function translationText(
  { library, configuration, lost }: Translation,
  origin: string,
  compared: { readonly answer: string; readonly status: string } | undefined,
): string {
  const source = findOptimizer(configuration.optimizer)?.source;
  const notes: Note[] = [
    ...(source === undefined ? [] : [{ text: `${configuration.optimizer}: ${source}` }]),
    ...annotations({ configuration }, 0).filter(({ hyperparameter }) => hyperparameter !== undefined),
  ];
  const snippet = writeForLibrary(library.name, configuration, notes, style);
  if (!snippet) throw new Error(`${shortTitle(library)} has no words for this ${configuration.optimizer}.`);
  const head = commentLines("", [`${origin}, in the words of ${library.title}.`, ...lost, ...residual(compared)]);
  const parts = [plainSnippet(spellSnippet(head)), snippet.imports.join("\n"), plainSnippet(snippet.body)];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}
const residual = (compared: { readonly answer: string; readonly status: string } | undefined): string[] =>
  compared ? [`${compared.answer.replaceAll("**", "")} Tried on: ${compared.status}`] : [];
