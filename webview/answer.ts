import type { Progress, Show } from "../src/protocol/index.ts";
import { count } from "../src/protocol/index.ts";
import { hosted, post } from "./api.ts";
import { element, glyphs } from "./element.ts";
import { actionButton } from "./knobs.ts";
import type { State } from "./state.ts";

/** A sentence's nodes: what stands between double asterisks is bold, everything is text. */
export function sentence(text: string): (Node | string)[] {
  const parts = text.split("**");
  const whole = parts.length % 2 === 1;
  return parts.flatMap((part, k) => (k % 2 === 1 && whole ? element("b", {}, part) : unbroken(part)));
}
/** A line does not end within a number: not after the hyphen of 4.93e-9. */
const unbroken = (text: string): (Node | string)[] =>
  text
    .split(/([\d.]+e-\d+)/)
    .map((part, k) => (k % 2 === 1 ? element("span", { class: "exponent" }, part) : part))
    .filter((part) => part !== "");
const link = (text: string, click: () => void) => element("button", { class: "link", click }, text);

/** "Step 1,240 of 2,000 · 3 s left": never a percentage, always the lab's own unit. */
export function progressWords({ done, total, unit, secondsLeft }: Progress): string {
  const one = unit.replace(/s$/, "");
  const words = `${one.charAt(0).toUpperCase()}${one.slice(1)} ${count(done)} of ${count(total)}`;
  return secondsLeft === undefined ? words : `${words} · ${count(Math.max(1, secondsLeft))} s left`;
}

/** What a lab answers, the line under it, progress and banner. */
export class Answer {
  readonly bar = element(
    "div",
    { class: "bar", role: "progressbar", "aria-label": "Simulation", "aria-valuemin": 0, "aria-valuemax": 100 },
    element("i"),
  );
  readonly element: HTMLElement;
  readonly #answer = element("p", { class: "answer", role: "status", "aria-live": "off" });
  readonly #status = element("div", { class: "status" });
  readonly #actions = element("div", { class: "actions" });
  readonly #banner = element("div", { class: "banner", role: "note" });
  #said = "";

  constructor() {
    this.element = element("div", { class: "lead" }, this.#answer, this.#status, this.#actions, this.#banner);
  }
  /** `slow`: the run has lasted long enough for its progress to be shown. */
  update(state: State, slow: boolean): void {
    const { phase, stale, progress } = state;
    const busy = phase === "waiting" || phase === "running";
    const ended = !busy || state.empty !== undefined;
    this.#say(this.#sentence(state), ended);
    this.#answer.classList.toggle("old", stale !== undefined || (busy && slow && phase === "waiting"));
    this.#answer.setAttribute("aria-busy", String(!ended));
    this.#setStatus(this.#line(state, slow));
    this.#setActions(state);
    this.#banner.hidden = stale?.text === undefined;
    this.#banner.replaceChildren(...(stale?.text ? [glyphs.warning(), element("span", {}, stale.text)] : []));
    const shown = busy && slow && !state.empty && state.show !== undefined;
    const share = progress && progress.total > 0 ? Math.min(progress.done / progress.total, 1) : 0;
    this.bar.classList.toggle("on", shown);
    this.bar.setAttribute("aria-hidden", String(!shown));
    this.bar.setAttribute("aria-valuenow", String(Math.round(100 * share)));
    (this.bar.firstElementChild as HTMLElement).style.width = `${100 * share}%`;
  }

  #sentence({ empty, phase, failure, report, show }: State): (Node | string)[] {
    if (empty) return sentence(empty.answer);
    if (phase === "failed" && failure) return [glyphs.error(), ...sentence(failure.message)];
    if (!report?.answer) return [show?.labs.find(({ name }) => name === show.lab)?.question ?? ""];
    return [...(report.diverged ? [glyphs.error()] : []), ...sentence(report.answer)];
  }
  /** Spoken once a run, when it has ended; silent while its numbers move. */
  #say(parts: (Node | string)[], ended: boolean): void {
    const text = parts.map((part) => (typeof part === "string" ? part : part.textContent)).join("");
    if (text === this.#said && this.#answer.getAttribute("aria-live") === (ended ? "polite" : "off")) return;
    this.#said = text;
    this.#answer.setAttribute("aria-live", ended ? "polite" : "off");
    this.#answer.replaceChildren(...parts);
  }
  #line(state: State, slow: boolean): (Node | string)[] {
    const { empty, stale, phase, report, progress, show, exported } = state;
    if (empty) return [element("span", {}, empty.status)];
    if (stale?.status) return [element("span", {}, stale.status)];
    if (phase === "failed") return [element("span", {}, "Your code was not touched. The worker has been restarted.")];
    if (slow && (phase === "waiting" || phase === "running"))
      return [
        element("i", { class: "ring" }),
        element("span", {}, progress && phase === "running" ? progressWords(progress) : "Starting"),
        ...(hosted ? [link("Stop", () => post({ type: "stop" }))] : []),
      ];
    if (exported !== undefined) return [element("span", {}, exported)];
    if (show?.restored !== undefined && (phase === "done" || phase === "waiting"))
      return [element("span", {}, show.restored), ...this.#key(show)];
    if (phase === "stopped")
      return [
        element("span", {}, report?.status ?? ""),
        ...(hosted ? [link("Run again", () => post({ type: "again" }))] : []),
        ...this.#key(show),
      ];
    const advice = report?.advice;
    return [
      element("span", {}, report?.status ?? ""),
      ...(advice && hosted
        ? [link(advice.text, () => post({ type: "set", of: "optimizer", name: advice.name, value: advice.value }))]
        : []),
      ...this.#key(show),
    ];
  }
  /** The key to the faint trace. */
  #key(show: Show | undefined): Node[] {
    if (!show?.before) return [];
    const { pinned, label } = show.before;
    const words = element("span", {}, element("i", { class: "key" }), `${pinned ? "pinned" : "before"}: ${label}`);
    return [element("span", { class: "keyed" }, words, hosted && link("Hide", () => post({ type: "hide" })))];
  }
  /** Replaced only where it differs, so that a focused link stays. */
  #setStatus(parts: (Node | string)[]): void {
    const next = element("div", {}, ...parts);
    const ring = (node: Element) => node.querySelector(".ring") !== null;
    const running = this.#status.querySelector("span");
    if (ring(next) && ring(this.#status) && running)
      running.textContent = next.querySelector("span")?.textContent ?? "";
    else if (next.innerHTML !== this.#status.innerHTML) this.#status.replaceChildren(...next.childNodes);
  }
  #setActions({ empty, phase, failure }: State): void {
    const kind = !hosted ? "" : empty ? `empty ${empty.actions.join(" ")}` : phase === "failed" ? "failed" : "";
    if (this.#actions.dataset.kind === kind) return;
    this.#actions.dataset.kind = kind;
    this.#actions.hidden = kind === "";
    if (empty) {
      const words = { insert: "Insert one here…", example: "Try an example", again: "Run again" };
      const buttons = empty.actions.map((type, k) => actionButton(words[type], k === 0, () => post({ type })));
      this.#actions.replaceChildren(...buttons);
    } else if (failure) {
      this.#actions.replaceChildren(
        actionButton("Run again", true, () => post({ type: "again" })),
        actionButton("Copy details", false, () =>
          post({ type: "copy", text: `${failure.message}\n${failure.details}` }),
        ),
      );
    } else this.#actions.replaceChildren();
  }
}
