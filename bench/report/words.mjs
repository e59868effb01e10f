// Numbers as the screen and the page show them.

/** Three significant digits, no more than are meant. */
export function figure(x) {
  if (typeof x !== "number") return String(x);
  const size = Math.abs(x);
  if (size >= 100) return Math.round(x).toLocaleString("en");
  return size >= 10 ? x.toFixed(1) : size === 0 || size >= 0.1 ? x.toFixed(2) : x.toPrecision(2);
}
/** "1.08 (0.99–1.20)". */
export const ranged = ({ median, low, high }) => `${figure(median)} (${figure(low)}–${figure(high)})`;
/** What a row took more than its anchor. */
export const percent = (ratio) => `${ratio >= 1 ? "+" : "−"}${Math.abs(100 * (ratio - 1)).toFixed(0)} %`;
