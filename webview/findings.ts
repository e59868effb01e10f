import type { Finding, Show } from "../src/protocol/index.ts";
import { count, pair, spell, spellRate } from "../src/protocol/index.ts";
import { drawing, element, glyphs } from "./element.ts";
import { lineLink } from "./warnings.ts";

/** How many standard errors a measurement lies from its prediction. */
export const distance = ({ measured, predicted, standardError }: Finding): number | undefined =>
  measured === undefined || predicted === undefined || !standardError
    ? undefined
    : (measured - predicted) / standardError;

/** The verdict in words; the sign before it says the same without them. */
export function verdict(finding: Finding): string {
  const z = Math.abs(distance(finding) ?? NaN);
  switch (finding.verdict) {
    case "agrees":
      return "agrees";
    case "off":
      return Number.isNaN(z) ? "off" : `${z >= 10 ? count(z) : z.toFixed(1)} se off`;
    case "out of range":
      return "out of range";
    case "exact":
      return "exact";
    case "none":
      return "no prediction";
  }
}
export const measuredWords = ({ measured, standardError, verdict: how }: Finding): string =>
  measured === undefined
    ? "–"
    : how === "exact"
      ? spellRate(measured)
      : standardError === undefined
        ? spell(measured)
        : pair(measured, standardError);
export const predictedWords = ({ predicted }: Finding): string => (predicted === undefined ? "–" : spell(predicted));

/** The measurement at −4…4 standard errors, what agrees shaded, an arrow beyond. */
function strip(z: number, within: number): SVGSVGElement {
  const x = 32 + 5 * Math.min(Math.max(z, -4), 4);
  const [tip, back] = z > 0 ? [49, 5] : [15, -5];
  return drawing(
    { class: "strip", width: 46, height: 18, viewBox: "9 0 46 18", stroke: "none" },
    ["rect", { x: 32 - 5 * within, y: 4, width: 10 * within, height: 10, fill: "var(--grid)" }],
    ["path", { d: "M32.5 3v12", stroke: "var(--muted)", "stroke-opacity": 0.6 }],
    ["path", { d: "M10 9.5h44", stroke: "var(--hairline)" }],
    Math.abs(z) > 4
      ? ["path", { d: `m${tip} 5.5 ${back} 4 ${-back} 4z`, fill: "var(--s-1)" }]
      : ["circle", { cx: x, cy: 9.5, r: 3.5, fill: "var(--s-1)" }],
  );
}
/** Lines that a number follows from, where the document writes them. */
function sources({ from }: Finding, places: Show["places"]): HTMLElement | undefined {
  const lines = from?.names.flatMap((name) => places?.at(from.group)?.[name] ?? []) ?? [];
  const links = [...new Set(lines)].flatMap((line, k) => [k > 0 ? ", " : "", lineLink(line)]);
  return links.length > 0 ? element("span", {}, "from ", ...links) : undefined;
}
/** `plain`: nothing in the table is predicted. */
function row(finding: Finding, places: Show["places"], plain: boolean): HTMLElement[] {
  const z = distance(finding);
  const why =
    sources(finding, places) ?? finding.reason ?? (finding.verdict === "out of range" ? finding.assumption : undefined);
  const words = verdict(finding);
  const signed = finding.verdict === "agrees" ? glyphs.yes() : finding.verdict === "off" ? glyphs.no() : undefined;
  const cells = [
    element("td", {}, finding.quantity),
    element("td", {}, measuredWords(finding)),
    element("td", {}, predictedWords(finding)),
    element(
      "td",
      { class: "v", title: finding.assumption },
      element(
        "span",
        { class: "verdict" },
        z !== undefined && finding.verdict !== "out of range" && strip(z, finding.within ?? 2),
        signed,
        element("span", { class: signed ? undefined : "muted" }, words),
      ),
    ),
  ];
  const first = element("tr", { class: why === undefined ? undefined : "has" }, ...cells.slice(0, plain ? 2 : 4));
  return why === undefined ? [first] : [first, element("tr", { class: "why" }, element("td", { colspan: 4 }, why))];
}

/** Of a longer list the first so many are shown, with what is off among the others; a list hardly longer is shown whole. */
const many = 12;
const folds = ({ length }: readonly Finding[]): boolean => length > many + 3;

/** Measured against predicted, one row each; those of a former run are dimmed until the new ones come. */
export class Findings {
  readonly element = element("section", { "aria-labelledby": "findings", hidden: true });
  #findings: readonly Finding[] = [];
  #places: string | undefined;
  #all = false;

  /** `places` are the lines that findings may follow from. */
  update(findings: readonly Finding[], old: boolean, places: Show["places"]): void {
    this.element.classList.toggle("old", old);
    const where = JSON.stringify(places);
    if (findings === this.#findings && where === this.#places) return;
    this.#findings = findings;
    this.#places = where;
    this.element.hidden = findings.length === 0;
    this.#fill(findings, places);
  }
  #fill(findings: readonly Finding[], places: Show["places"]): void {
    const plain = findings.every((finding) => finding.verdict === "exact");
    const names = plain ? ["exact"] : ["measured", "predicted"];
    const head = names.map((name) => element("th", { scope: "col" }, name));
    const shown =
      this.#all || !folds(findings) ? findings : findings.filter(({ verdict }, k) => k < many || verdict === "off");
    const toggle = element(
      "button",
      {
        class: "link note more",
        "aria-expanded": String(this.#all),
        click: () => {
          this.#all = !this.#all;
          this.#fill(findings, places);
          this.element.querySelector<HTMLElement>(".more")?.focus();
        },
      },
      this.#all ? "Fewer findings" : `All ${findings.length} findings`,
    );
    this.element.replaceChildren(
      element("h2", { id: "findings" }, "Findings"),
      element(
        "table",
        { class: "rows" },
        element(
          "thead",
          {},
          element("tr", {}, element("td"), ...head, !plain && element("th", { class: "v", scope: "col" }, "verdict")),
        ),
        element("tbody", {}, ...shown.flatMap((finding) => row(finding, places, plain))),
      ),
      ...(folds(findings) ? [toggle] : []),
    );
  }
}
