import type { Show } from "../src/protocol/index.ts";
import { hosted, post } from "./api.ts";
import { element, glyphs } from "./element.ts";
import { menuButton } from "./menu.ts";

/** The labs, as many as fit in one row; the rest under "More labs". One tab stop, moved through by arrows. */
export class Tabs {
  readonly element: HTMLElement;
  readonly #list = element("div", { role: "tablist", "aria-label": "Lab" });
  readonly #more: HTMLButtonElement;
  readonly #tabs = new Map<string, HTMLButtonElement>();
  #show?: Show;

  constructor() {
    this.#more = menuButton(["More labs ", glyphs.down()], {
      class: "push more",
      label: "More labs",
      items: () =>
        (this.#show?.labs ?? [])
          .filter(({ name }) => this.#tabs.get(name)?.hidden)
          .map(({ name, title, question }) => ({ label: title, detail: question, run: () => this.#choose(name) })),
    });
    this.element = element("nav", { "aria-label": "Labs" }, this.#list, this.#more);
    this.#list.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#fit()).observe(this.element);
  }
  update(show: Show | undefined): void {
    this.element.hidden = !show;
    if (!show || show === this.#show) return;
    const names = (some: Show | undefined) => some?.labs.map(({ name, title }) => `${name} ${title}`).join("\n");
    const rebuilt = names(show) !== names(this.#show);
    this.#show = show;
    if (rebuilt) this.#build(show);
    for (const { name, question } of show.labs) {
      const tab = this.#tabs.get(name);
      const chosen = name === show.lab;
      tab?.setAttribute("aria-selected", String(chosen));
      tab?.setAttribute("tabindex", chosen ? "0" : "-1");
      tab?.setAttribute("title", question);
    }
    this.#fit();
  }

  #build({ labs: all, lab }: Show): void {
    this.#tabs.clear();
    const labs = hosted ? all : all.filter(({ name }) => name === lab);
    for (const { name, title } of labs)
      this.#tabs.set(
        name,
        element(
          "button",
          {
            role: "tab",
            "aria-controls": "work",
            click: () => this.#choose(name),
          },
          title,
        ),
      );
    this.#list.replaceChildren(...this.#tabs.values());
  }
  #choose(lab: string): void {
    if (lab !== this.#show?.lab) post({ type: "choose", lab });
  }
  /** Hides what does not fit; the chosen lab always shows. */
  #fit(): void {
    for (const tab of this.#tabs.values()) tab.hidden = false;
    this.#more.hidden = true;
    const widths = new Map([...this.#tabs].map(([name, tab]) => [name, tab.offsetWidth + 20]));
    const total = [...widths.values()].reduce((sum, width) => sum + width, 0);
    const room = this.element.clientWidth - 32;
    if (total - 20 <= room || room <= 0) return;
    this.#more.hidden = false;
    let left = room - this.#more.offsetWidth - 20 - (widths.get(this.#show?.lab ?? "") ?? 0);
    for (const [name, tab] of this.#tabs) {
      if (name === this.#show?.lab) continue;
      left -= widths.get(name) ?? 0;
      tab.hidden = left < 0;
    }
  }
  #key(event: KeyboardEvent): void {
    const tabs = [...this.#tabs.values()].filter((tab) => !tab.hidden);
    const now = tabs.indexOf(document.activeElement as HTMLButtonElement);
    const next = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined || now < 0) return;
    event.preventDefault();
    tabs.at(next % tabs.length)?.focus();
  }
}
