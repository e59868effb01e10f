import type { Change, Knob, Show } from "../src/protocol/index.ts";
import { typed } from "../src/protocol/index.ts";
import { hosted, post } from "./api.ts";
import { element, glyphs } from "./element.ts";
import { baseName } from "./header.ts";
import { KnobRow, knobName } from "./knob.ts";
import { actionButton, dressButton, dropdown } from "./knobs.ts";
import { layout } from "./layout.ts";
import { menuButton } from "./menu.ts";
import { TextRow } from "./textRow.ts";

const shape = ({ of, name, hyperparameter: h }: Knob): string =>
  JSON.stringify([of, name, h.symbol, h.label, h.scale, h.choices, h.rare]);
const summary = (knobs: readonly Knob[]): string =>
  knobs
    .filter(({ of }) => of === "optimizer")
    .map(({ hyperparameter: { symbol, scale, choices }, value }) =>
      scale === "choice" ? (choices?.[value] ?? symbol) : scale === "flag" ? "" : `${symbol} ${typed(value)}`,
    )
    .filter(Boolean)
    .join(" · ");

const notesOn = (knob: Knob, { notes }: Show): string =>
  notes
    .filter(({ hyperparameter }) => knob.of === "optimizer" && hyperparameter === knob.name)
    .map(({ text }) => text)
    .join("\n");

/** The knobs with their way into the code, then what the simulation itself can be told. */
export class Rail {
  readonly element = element("aside", { class: "rail", "aria-label": "Knobs" });
  readonly #body = element("div", { class: "rail body" });
  readonly #fold = element("details", { class: "fold" });
  readonly #summary = element("span", { class: "muted summary" });
  readonly #diff = element("div", { class: "diff" });
  readonly #apply = actionButton("Apply to code", false, () => {
    if (this.#changed) post({ type: "apply" });
  });
  readonly #rows = new Map<string, KnobRow>();
  readonly #texts = new Map<string, TextRow>();
  #shape = "";
  #changed = false;
  #setProblem?: (index: number) => void;

  constructor() {
    const head = element(
      "summary",
      {},
      element("b", {}, "Knobs"),
      this.#summary,
      element("span", { class: "push" }, glyphs.down()),
    );
    this.#fold.append(head);
    this.arrange();
  }
  /** Folded into one line where the panel is narrow. */
  arrange(): void {
    const folded = layout() === "narrow";
    if (folded === (this.element.firstChild === this.#fold) && this.element.firstChild) return;
    if (folded) {
      this.#fold.append(this.#body);
      this.element.replaceChildren(this.#fold);
    } else this.element.replaceChildren(this.#body);
  }
  update(show: Show | undefined, applied: string | undefined): void {
    this.element.hidden = !show;
    if (!show) return;
    this.#summary.textContent = summary(show.knobs);
    if (!hosted) {
      this.#body.replaceChildren(...values(show));
      return;
    }
    const { knobs, groups, problems, texts = [] } = show;
    const next = JSON.stringify([
      knobs.map(shape),
      groups,
      show.group,
      problems,
      show.lab,
      texts.map(({ name }) => name),
    ]);
    if (next === this.#shape) {
      for (const text of texts) this.#texts.get(text.name)?.update(text);
      for (const knob of knobs) this.#rows.get(`${knob.of}/${knob.name}`)?.update(knob, notesOn(knob, show));
    } else this.#build(show);
    this.#shape = next;
    this.#setProblem?.(
      Math.max(
        0,
        problems.findIndex(({ name }) => name === show.problem),
      ),
    );
    this.#showChanges(show, applied);
  }
  focusFirst(): void {
    this.#fold.open = true;
    this.#rows.values().next().value?.focus();
  }

  #build(show: Show): void {
    this.#rows.clear();
    this.#texts.clear();
    const rows = (of: Knob["of"], kind: "full" | "field", rare = false) =>
      show.knobs
        .filter((knob) => knob.of === of && (knob.hyperparameter.rare ?? false) === rare)
        .map((knob) => {
          const row = new KnobRow(knob, kind, notesOn(knob, show));
          this.#rows.set(`${knob.of}/${knob.name}`, row);
          return row.element;
        });
    const knobs = rows("optimizer", "full");
    const schedule = rows("schedule", "full");
    const rare = [...rows("problem", "field", true), ...rows("lab", "field", true)];
    const texts = (show.texts ?? []).map((text) => {
      const row = new TextRow(text);
      this.#texts.set(text.name, row);
      return row.element;
    });
    this.#body.replaceChildren(
      element(
        "h2",
        { class: "first" },
        element("span", { class: "title" }, "Knobs"),
        element("span", { class: "push" }),
        show.groups.length > 1 && this.#groups(show),
      ),
      ...knobs,
      ...(schedule.length ? [folded("Schedule", "schedule", schedule)] : []),
      element("div", { class: "apply" }, this.#diff, this.#apply),
      element("h2", { class: "second" }, "Simulation"),
      ...this.#problems(show),
      ...texts,
      ...rows("problem", "field"),
      ...rows("lab", "field"),
      ...(rare.length ? [folded("More", "schedule more", rare)] : []),
    );
  }
  #groups({ groups, group }: Show): HTMLElement {
    return menuButton([`${groups[group] ?? ""} `, glyphs.down()], {
      class: "quiet muted",
      label: "Parameter group",
      items: () =>
        groups.map((label, index) => ({ label, chosen: index === group, run: () => post({ type: "group", index }) })),
    });
  }
  #problems({ problems }: Show): HTMLElement[] {
    this.#setProblem = undefined;
    if (!problems.length) return [];
    const list = dropdown(
      "Problem",
      problems.map(({ title }) => title),
      (index) => {
        const problem = problems[index];
        if (problem) post({ type: "problem", name: problem.name });
      },
    );
    this.#setProblem = list.set;
    return [element("div", { class: "field wide" }, element("span", {}, "Problem"), list.element)];
  }
  #showChanges({ changes, file }: Show, applied: string | undefined): void {
    const same = changes.length === 0;
    this.#changed = !same;
    dressButton(this.#apply, !same, same);
    this.#diff.classList.toggle("muted", same);
    if (same) this.#diff.replaceChildren(applied ?? `Same as in ${baseName(file)}.`);
    else this.#diff.replaceChildren(...changes.map(changeLine));
  }
}
/** Rows under a heading of their own, closed at first. */
const folded = (title: string, name: string, rows: readonly HTMLElement[]): HTMLElement =>
  element(
    "details",
    { class: name },
    element("summary", {}, element("b", {}, title), element("span", { class: "push" }, glyphs.down())),
    element("div", { class: "rail" }, ...rows),
  );
function changeLine({ symbol, from, to, where, line, note }: Change): HTMLElement {
  const place = element("button", { class: "link", click: () => post({ type: "reveal", line }) }, where);
  return element(
    "div",
    {},
    `${symbol} `,
    element("span", { class: "muted" }, `${from} → `),
    element("b", {}, to),
    element("span", { class: "muted" }, " in "),
    place,
    note !== undefined && element("span", { class: "muted" }, `, ${note}`),
  );
}
/** In a report: what was simulated, without means to change it. */
function values({ knobs, problems, problem, texts = [] }: Show): HTMLElement[] {
  const row = (name: string, value: string) =>
    element("div", { class: "value" }, element("span", { class: "muted" }, name), element("span", {}, value));
  const said = (of: readonly Knob["of"][]) =>
    knobs
      .filter(
        ({ of: whose, hyperparameter, value }) =>
          of.includes(whose) && !(hyperparameter.rare && value === hyperparameter.default),
      )
      .map((knob) => row(knobName(knob), knob.hyperparameter.choices?.[knob.value] ?? typed(knob.value)));
  return [
    element("h2", {}, "Values"),
    ...said(["optimizer", "schedule"]),
    element("h2", { class: "second" }, "Simulation"),
    ...(problem === "" ? [] : [row("Problem", problems.find(({ name }) => name === problem)?.title ?? problem)]),
    ...texts.map(({ symbol, value }) => row(symbol, value)),
    ...said(["problem", "lab"]),
  ];
}
