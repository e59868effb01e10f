import type { Knob } from "../src/protocol/index.ts";
import { count, typed } from "../src/protocol/index.ts";
import { post } from "./api.ts";
import { element, glyphs } from "./element.ts";
import { checkbox, dropdown, textField } from "./knobs.ts";
import type { Control } from "./knobs.ts";
import { readNumber } from "./number.ts";
import { beyond, position, valueAt } from "./slider.ts";

/** A word begins with a capital; a symbol stays itself. */
const capital = (text: string): string => text.replace(/^[a-z](?=[a-z])/, (letter) => letter.toUpperCase());
/** "σ² noise", "Steps": symbol and label, or the label alone where it is a whole name or the symbol is in it. */
export function knobName({ hyperparameter: { symbol, label, scale } }: Knob): string {
  const alone = symbol === "" || scale === "flag" || /^[A-Z]/.test(label) || `${label} `.startsWith(`${symbol} `);
  return alone ? capital(label) : `${symbol} ${label}`;
}

/** One knob: symbol, meaning, typed value, slider and origin; or a bare field among the controls of a simulation. */
export class KnobRow {
  readonly element: HTMLElement;
  /** What a hand that rests on it reads more on. */
  readonly #named: HTMLElement;
  #knob: Knob;
  /** Sent and not yet shown back: what comes in between is older than the hand on the knob. */
  #pending?: number;
  /** Typed and committed: kept as typed while it means the value. */
  #text?: string;
  #wrong = false;
  #scheduled = false;
  readonly #slider?: HTMLInputElement;
  readonly #tick = element("i");
  readonly #from = element("div", { class: "origin" });
  readonly #field?: Control<string>;
  readonly #choice?: Control<number>;
  readonly #flag?: Control<boolean>;

  constructor(knob: Knob, kind: "full" | "field", notes: string) {
    this.#knob = knob;
    const { hyperparameter: h } = knob;
    const name = knobName(knob);
    if (h.scale === "flag") {
      this.#flag = checkbox(name, (on) => this.#send(Number(on)));
      this.#named = this.#flag.element;
      this.element = element("div", { class: "field wide" }, this.#flag.element, this.#from);
    } else if (h.scale === "choice") {
      this.#choice = dropdown(name, h.choices ?? [], (index) => this.#send(index));
      this.#named = element("span", {}, name);
      this.element = element("div", { class: "field wide" }, this.#named, this.#choice.element, this.#from);
    } else {
      this.#field = textField(`${name}${h.unit ? `, ${h.unit}` : ""}`, (text) => this.#typed(text));
      if (kind === "field") {
        this.#named = element("span", {}, name);
        this.element = element("div", { class: "field" }, this.#named, this.#field.element, this.#from);
      } else {
        this.#slider = this.#makeSlider(name);
        this.#named = element(
          "span",
          { class: "label" },
          element("span", { class: "sym" }, h.symbol),
          element("span", { class: "mean" }, h.label),
        );
        const slide = element("div", { class: "slide" }, this.#tick, this.#slider);
        this.element = element("div", { class: "knob" }, this.#named, this.#field.element, slide, this.#from);
      }
    }
    this.#explain(notes);
    this.#draw();
    this.element.addEventListener("focusout", () => (this.#pending = undefined));
  }
  update(knob: Knob, notes: string): void {
    this.#explain(notes);
    if (this.#pending === undefined && JSON.stringify(knob) === JSON.stringify(this.#knob)) return;
    if (this.#pending !== undefined && this.#pending !== knob.value) {
      this.#knob = { ...knob, value: this.#knob.value };
    } else {
      this.#pending = undefined;
      this.#knob = knob;
    }
    this.#draw();
  }
  focus(): void {
    (this.#field ?? this.#choice ?? this.#flag)?.element.focus();
  }

  #explain(notes: string): void {
    const title = [this.#knob.hyperparameter.meaning, notes].filter(Boolean).join("\n\n");
    if (this.#named.title !== title) this.#named.title = title;
  }
  #makeSlider(name: string): HTMLInputElement {
    const slider = element("input", {
      type: "range",
      min: 0,
      max: 1,
      step: "any",
      "aria-label": `${name}, slider`,
      input: () => this.#send(valueAt(this.#knob.hyperparameter, Number(slider.value))),
      keydown: (event: KeyboardEvent) => this.#key(event),
    });
    return slider;
  }
  #key(event: KeyboardEvent): void {
    const { hyperparameter: h, value, original } = this.#knob;
    const size = event.shiftKey ? 0.1 : 0.01;
    const sign = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (sign === undefined && event.key !== "Home") return;
    event.preventDefault();
    if (sign === undefined) {
      this.#send(original);
      return;
    }
    let next = valueAt(h, position(h, value) + sign * size);
    if (h.scale === "integer" && next === value) next = value + sign;
    this.#send(next);
  }
  #typed(text: string): void {
    const read = readNumber(text);
    const whole = this.#knob.hyperparameter.scale === "integer";
    this.#wrong = read === undefined;
    if (read === undefined) {
      this.#draw();
      return;
    }
    const value = whole ? Math.round(read) : read;
    this.#text = value === read ? text : undefined;
    this.#send(value);
  }
  /** At most one intent a frame, the latest. */
  #send(value: number): void {
    this.#wrong = false;
    if (value === this.#knob.value && this.#pending === undefined) {
      this.#draw();
      return;
    }
    this.#knob = { ...this.#knob, value };
    this.#pending = value;
    this.#draw();
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      const { of, name } = this.#knob;
      post({ type: "set", of, name, value: this.#knob.value });
    });
  }
  #draw(): void {
    const { hyperparameter: h, value, original } = this.#knob;
    const changed = value !== original;
    if (this.#text !== undefined && readNumber(this.#text) !== value) this.#text = undefined;
    if (!this.#wrong) this.#field?.set(this.#text ?? typed(value));
    this.#choice?.set(value);
    this.#flag?.set(value !== 0);
    if (this.#slider) {
      const at = position(h, value);
      const place = (x: number) => `calc(6px + (100% - 12px) * ${x.toFixed(4)})`;
      this.#slider.value = String(at);
      this.#slider.style.setProperty("--at", place(at));
      this.#slider.setAttribute("aria-valuetext", changed ? `${typed(value)}, was ${typed(original)}` : typed(value));
      this.#tick.hidden = !changed;
      this.#tick.style.left = place(position(h, original));
    }
    this.#drawOrigin(changed);
  }
  #drawOrigin(changed: boolean): void {
    const parts = this.#origin(changed);
    const next = element("div", {}, ...parts);
    this.#from.hidden = parts.length === 0;
    this.#from.classList.toggle("changed", changed);
    if (next.innerHTML !== this.#from.innerHTML) this.#from.replaceChildren(...next.childNodes);
  }
  #origin(changed: boolean): Node[] {
    const { hyperparameter: h, value, original, origin, of, name } = this.#knob;
    const line = (at: number, text = `line ${at}`) =>
      element(
        "button",
        { class: "link", title: "Show in the editor", click: () => post({ type: "reveal", line: at }) },
        text,
      );
    const words = (...some: (Node | string)[]) => element("span", {}, ...some);
    const spelled = (x: number) =>
      h.choices ? (h.choices[x] ?? typed(x)) : h.scale === "flag" ? (x ? "on" : "off") : typed(x);
    if (this.#wrong) return [glyphs.warning(12), words("not a number; the last value stands")];
    const steps = h.scale === "decay" && value < 1 && value > 0 ? ` · ${count(1 / (1 - value))} steps` : "";
    const far = h.choices || h.scale === "flag" ? undefined : beyond(h, value, typed);
    const reset = element(
      "button",
      { class: "link push", "aria-label": `Reset ${h.label}`, click: () => post({ type: "reset", of, name }) },
      "Reset",
    );
    if (changed) {
      const was = origin.kind === "unresolved" ? words(line(origin.line, origin.text), " not resolved") : undefined;
      const place =
        origin.kind === "written" ? [", ", line(origin.line)] : origin.kind === "default" ? [", default"] : [];
      const note = far === undefined ? [] : [element("span", { class: "muted far" }, capital(far))];
      return [was ?? words(`was ${spelled(original)}`, ...place), reset, ...note];
    }
    const note = far === undefined ? "" : ` · ${far}`;
    switch (origin.kind) {
      case "written":
        return [words(line(origin.line), steps + note)];
      case "default":
        return [words(origin.text + steps + note)];
      case "unresolved":
        return [glyphs.warning(12), words(line(origin.line, origin.text), ` not resolved; default${note}`)];
      case "control":
        return note === "" ? [] : [words(note.slice(3))];
    }
  }
}
