import type { TextKnob } from "../src/protocol/index.ts";
import { post } from "./api.ts";
import { element } from "./element.ts";
import { textField, type Control } from "./knobs.ts";

/** A line of text of the problem: its name, the field over the whole width, and what it was. */
export class TextRow {
  readonly element: HTMLElement;
  readonly #field: Control<string>;
  readonly #from = element("div", { class: "origin changed" });
  #text: TextKnob;

  constructor(text: TextKnob) {
    this.#text = text;
    this.#field = textField(`${text.symbol}, ${text.label}`, (typed) => {
      if (typed !== this.#text.value) post({ type: "write", name: text.name, text: typed });
    });
    this.element = element(
      "div",
      { class: "field wide formula", title: text.meaning },
      element("span", {}, `${text.symbol} =`),
      this.#field.element,
      this.#from,
    );
    this.update(text);
  }
  update(text: TextKnob): void {
    this.#text = text;
    this.#field.set(text.value);
    const changed = text.value !== text.original;
    this.#from.hidden = !changed;
    if (!changed) return;
    const reset = element(
      "button",
      {
        class: "link push",
        "aria-label": `Reset ${text.label}`,
        click: () => post({ type: "write", name: text.name, text: text.original }),
      },
      "Reset",
    );
    this.#from.replaceChildren(element("span", {}, `was ${text.original}`), reset);
  }
}
