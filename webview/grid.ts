import type { Grid } from "../src/protocol/index.ts";
import { spell } from "../src/protocol/index.ts";
import { hosted, post } from "./api.ts";
import { element } from "./element.ts";

const spelled = ({ zero }: Grid, value: number | undefined): string => {
  if (value === undefined || Number.isNaN(value)) return "–";
  return value <= zero.most ? zero.text : spell(value, 2);
};

/** A table whose cells choose what the other charts show. One stop of the Tab key; arrows move within it. */
export class GridTable {
  readonly element = element("div", { class: "scroll grid" });
  #says = "";

  update(title: string, grid: Grid, cells: Float64Array | undefined): void {
    const says = JSON.stringify([title, grid, cells && Array.from(cells, String)]);
    if (says === this.#says) return;
    this.#says = says;
    const focused = this.element.contains(document.activeElement);
    const wide = grid.columns.length;
    const head = element(
      "tr",
      {},
      element("th", { scope: "col" }, grid.head),
      ...grid.columns.map((name) => element("th", { scope: "col" }, name)),
    );
    const rows = grid.rows.map(({ name, note }, row) =>
      element(
        "tr",
        { class: row === grid.chosen[0] ? "chosen" : "" },
        element("th", { scope: "row" }, name, note !== undefined && element("span", { class: "muted" }, ` ${note}`)),
        ...grid.columns.map((column, k) => {
          const value = cells?.[row * wide + k];
          const text = spelled(grid, value);
          const zero = value !== undefined && value <= grid.zero.most;
          const on = row === grid.chosen[0] && k === grid.chosen[1];
          return element(
            "td",
            { class: zero ? "zero" : "" },
            hosted ? this.#button(grid, row, k, text, on, `${name}, ${column}`) : text,
          );
        }),
      ),
    );
    const table = element(
      "table",
      { class: "rows", "aria-label": title, keydown: (event: KeyboardEvent) => this.#key(event, wide) },
      element("thead", {}, head),
      element("tbody", {}, ...rows),
    );
    this.element.replaceChildren(table);
    if (focused) this.element.querySelector<HTMLElement>("[tabindex='0']")?.focus();
  }
  #button(grid: Grid, row: number, column: number, text: string, on: boolean, name: string): HTMLElement {
    return element(
      "button",
      {
        class: on ? "cell on" : "cell",
        tabindex: on ? 0 : -1,
        "aria-pressed": String(on),
        "aria-label": `${name}: ${text}`,
        click: () => {
          const { picks } = grid;
          post({ type: "set", of: "lab", name: picks.row, value: row });
          post({ type: "set", of: "lab", name: picks.column, value: picks.values[column] ?? 0 });
        },
      },
      text,
    );
  }
  #key(event: KeyboardEvent, wide: number): void {
    const move = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: wide, ArrowUp: -wide }[event.key];
    const all = [...this.element.querySelectorAll<HTMLElement>("button.cell")];
    const at = all.findIndex((it) => it === document.activeElement);
    const next = move === undefined || at < 0 ? undefined : all[at + move];
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    next.focus();
  }
}
