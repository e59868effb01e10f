import type { Show } from "../src/protocol/index.ts";
import { count } from "../src/protocol/index.ts";
import { hosted, post } from "./api.ts";
import { element, glyphs } from "./element.ts";

/** A line of the code, as a link; words alone where there is no editor. */
export const lineLink = (line: number): HTMLElement => {
  const words = `line ${count(line)}`;
  return hosted
    ? element("button", { class: "link", click: () => post({ type: "reveal", line }) }, words)
    : element("span", {}, words);
};

/** Where the library does something else than the code suggests: a sentence each, with its line. */
export class Warnings {
  readonly element = element("ul", { class: "warnings", "aria-label": "Warnings", hidden: true });
  #said = "";

  update(show: Show | undefined, hidden: boolean): void {
    const warnings = hidden ? [] : (show?.warnings ?? []);
    const said = JSON.stringify(warnings);
    if (said === this.#said) return; // a focused link stays
    this.#said = said;
    this.element.hidden = warnings.length === 0;
    this.element.replaceChildren(
      ...warnings.map(({ text, line }) =>
        element("li", {}, glyphs.warning(14), element("span", {}, `${text} `, lineLink(line))),
      ),
    );
  }
}
