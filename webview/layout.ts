/** One column with folded knobs; charts beside knobs; charts in two columns beside knobs. */
export type Layout = "narrow" | "normal" | "wide";

const narrow = matchMedia("(max-width: 559px)");
const wide = matchMedia("(min-width: 1000px)");

export const layout = (): Layout => (narrow.matches ? "narrow" : wide.matches ? "wide" : "normal");
export function watchLayout(changed: () => void): void {
  narrow.addEventListener("change", changed);
  wide.addEventListener("change", changed);
}
