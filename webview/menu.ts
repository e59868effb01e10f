import { element, glyphs } from "./element.ts";

export interface Item {
  readonly label: string;
  /** Muted, after the label. */
  readonly detail?: string;
  /** At the right: a key, a line. */
  readonly hint?: string;
  /** One of several to choose from; the chosen one is marked. */
  readonly chosen?: boolean;
  run(): void;
}
let close: (() => void) | undefined;

/** Opens a menu under a button. Arrows, Home, End, a first letter, Enter and Esc work as in the editor's own menus. */
export function openMenu(anchor: HTMLElement, label: string, items: readonly (Item | "line")[]): void {
  const again = anchor.getAttribute("aria-expanded") === "true";
  close?.();
  if (again) return;
  const rows: HTMLElement[] = [];
  const menu = element("div", { class: "menu", role: "menu", "aria-label": label });
  const end = (): void => {
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    close = undefined;
  };
  const outside = (event: Event): void => {
    if (event.target instanceof Node && !menu.contains(event.target) && !anchor.contains(event.target)) end();
  };
  for (const item of items) {
    if (item === "line") {
      menu.append(element("hr"));
      continue;
    }
    const run = (): void => {
      end();
      anchor.focus();
      item.run();
    };
    const row = element(
      "div",
      {
        role: item.chosen === undefined ? "menuitem" : "menuitemradio",
        "aria-checked": item.chosen === undefined ? undefined : String(item.chosen),
        tabindex: -1,
        click: run,
        pointermove: () => row.focus(),
        keydown: (event: KeyboardEvent) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          run();
        },
      },
      item.chosen !== undefined && element("span", { class: "mark" }, item.chosen && glyphs.tick()),
      element("span", {}, item.label),
      item.detail !== undefined && element("span", { class: "muted detail" }, item.detail),
      item.hint !== undefined && element("span", { class: "muted push" }, item.hint),
    );
    rows.push(row);
    menu.append(row);
  }
  menu.addEventListener("keydown", (event) => {
    const now = rows.indexOf(document.activeElement as HTMLElement);
    const letter = (row: HTMLElement) => row.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase());
    const next: Record<string, HTMLElement | undefined> = {
      ArrowDown: rows[(now + 1) % rows.length],
      ArrowUp: rows[(now - 1 + rows.length) % rows.length],
      Home: rows[0],
      End: rows.at(-1),
    };
    if (event.key === "Escape" || event.key === "Tab") {
      end();
      anchor.focus();
    }
    const target =
      next[event.key] ??
      (event.key.length === 1 ? [...rows.slice(now + 1), ...rows.slice(0, now + 1)].find(letter) : undefined);
    target?.focus();
    if (target || event.key === "Escape") event.preventDefault();
    event.stopPropagation();
  });
  document.body.append(menu);
  const box = anchor.getBoundingClientRect();
  const left = Math.min(Math.max(box.left, 8), window.innerWidth - menu.offsetWidth - 8);
  menu.style.left = `${left + window.scrollX}px`;
  menu.style.top = `${box.bottom + 4 + window.scrollY}px`;
  anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  close = end;
  (rows.find((row) => row.getAttribute("aria-checked") === "true") ?? rows[0])?.focus();
}
/** A button that opens a menu; what it holds is asked for when it opens. */
export function menuButton(
  face: readonly (Node | string)[],
  options: { readonly class: string; readonly label: string; readonly items: () => readonly (Item | "line")[] },
): HTMLButtonElement {
  const button = element(
    "button",
    {
      class: options.class,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      click: () => openMenu(button, options.label, options.items()),
    },
    ...face,
  );
  return button;
}
/** Words of a lab, over everything, closed by Esc; `more` leads to its page, where it has one. */
export function openDialog(title: string, paragraphs: readonly string[], more?: () => void): void {
  const dialog = element(
    "dialog",
    { "aria-label": title, close: () => dialog.remove() },
    element("h2", {}, title),
    ...paragraphs.map((text) => element("p", {}, text)),
    more &&
      element(
        "p",
        {},
        element(
          "button",
          {
            class: "link",
            click: () => {
              dialog.close();
              more();
            },
          },
          "Formulas, and how to read the charts",
        ),
      ),
    element("button", { class: "link", click: () => dialog.close() }, "Close"),
  );
  document.body.append(dialog);
  dialog.showModal();
}
