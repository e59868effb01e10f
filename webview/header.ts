import type { Show } from "../src/protocol/index.ts";
import { hosted, post } from "./api.ts";
import { element, glyphs } from "./element.ts";
import { menuButton } from "./menu.ts";
import type { Item } from "./menu.ts";

export const baseName = (file: string): string => file.split(/[\\/]/).at(-1) ?? file;

/** Whose optimizer, where it stands, and what can be done with it. */
export class Header {
  readonly element = element("header");
  readonly #items: () => readonly (Item | "line")[];
  #show?: Show;

  constructor(items: () => readonly (Item | "line")[]) {
    this.#items = items;
  }
  update(show: Show | undefined): void {
    this.element.hidden = !show;
    if (!show || show === this.#show) return;
    if (this.#show && same(this.#show, show)) {
      this.#show = show;
      return;
    }
    this.#show = show;
    const place = `${baseName(show.file)}:${show.line}`;
    const link = hosted
      ? element(
          "button",
          { class: "link", title: "Show in the editor (Alt+G)", click: () => post({ type: "reveal" }) },
          place,
        )
      : element("span", { class: "muted" }, place);
    this.element.replaceChildren(
      element("span", { class: "name" }, show.optimizer),
      link,
      element("span", { class: "muted note roomy" }, show.framework),
      ...(hosted && show.choices.length > 1 ? [this.#choices(show)] : []),
      element("span", { class: "push" }),
      ...(hosted ? this.#actions() : []),
      menuButton([glyphs.more()], { class: "icon", label: "More", items: this.#items }),
    );
    const more = this.element.lastElementChild;
    more?.setAttribute("aria-label", "More: export, copy data, pin run");
    more?.setAttribute("title", "More");
  }

  #choices(show: Show): HTMLElement {
    return menuButton([`${show.chosen + 1} of ${show.choices.length} `, glyphs.down()], {
      class: "quiet muted",
      label: `Optimizers in ${baseName(show.file)}`,
      items: () =>
        show.choices.map(({ label, detail, line }, index) => ({
          label,
          detail,
          hint: `line ${line}`,
          chosen: index === show.chosen,
          run: () => post({ type: "pick", index }),
        })),
    });
  }
  #actions(): HTMLElement[] {
    return [
      element("button", { class: "quiet roomy", click: () => post({ type: "save" }) }, "Save experiment"),
      element("button", { class: "quiet", click: () => post({ type: "insert" }) }, "Insert…"),
    ];
  }
}
const same = (a: Show, b: Show): boolean =>
  a.optimizer === b.optimizer &&
  a.file === b.file &&
  a.line === b.line &&
  a.framework === b.framework &&
  a.chosen === b.chosen &&
  JSON.stringify(a.choices) === JSON.stringify(b.choices);
