import type { Axis } from "../src/protocol/index.ts";
import { grouped, typed } from "../src/protocol/index.ts";

/** The ends of an axis, in its own units. */
export type Span = readonly [low: number, high: number];

const raised = (n: number): string =>
  String(n).replace(/./g, (digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(Number(digit))));
const trim = (x: number): number => Number(x.toPrecision(9));

function linear([low, high]: Span, most: number): number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  const at = (step: number): number[] => {
    const first = Math.ceil(low / step - 1e-9);
    const last = Math.floor(high / step + 1e-9);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => trim((first + k) * step));
  };
  const unit = 10 ** Math.floor(Math.log10(span / most));
  const rows = [1, 2, 2.5, 5, 10, 20, 25, 50].map((factor) => at(unit * factor));
  const k = rows.findIndex((row) => row.length <= most);
  const [finest, coarser] = [rows[k] ?? [low, high], rows[k + 1]];
  // The next step is better where it alone reaches the axis's end: 0, 0.25, 0.5 rather than 0, 0.2, 0.4.
  const reaches = (row: readonly number[]) => Math.abs((row.at(-1) ?? low) - high) < 1e-6 * span;
  if (coarser && coarser.length > 2 && reaches(coarser) && !reaches(finest)) return coarser;
  return finest;
}
function logarithmic([low, high]: Span, most: number): number[] {
  const [from, to] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  if (Math.log10(high / low) >= 2) {
    const every = Math.ceil((to - from + 1) / most);
    const powers = Array.from({ length: to - from + 1 }, (_, k) => from + k);
    return powers.filter((power) => power % every === 0).map((power) => 10 ** power);
  }
  const among = (digits: readonly number[]) =>
    Array.from({ length: to - from + 3 }, (_, k) => from - 1 + k)
      .flatMap((power) => digits.map((digit) => trim(digit * 10 ** power)))
      .filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
  const ticks = [[1, 2, 5], [1, 3], [1]].map(among).find((row) => row.length <= most) ?? [];
  return ticks.length > 1 ? ticks : linear([low, high], Math.min(most, 4));
}
/** At most `most` places worth printing. */
export const ticks = (scale: Axis["scale"], span: Span, most: number): number[] =>
  scale === "log" && span[0] > 0 ? logarithmic(span, most) : linear(span, most);

/** A tick's words: powers of ten on long logarithmic axes, else plain. */
export function tickLabel(scale: Axis["scale"], span: Span, x: number): string {
  if (scale === "log" && span[1] / span[0] >= 100) return `10${raised(Math.round(Math.log10(x)))}`;
  const plain = trim(x);
  const long = Number.isInteger(plain) && Math.abs(plain) >= 1000 && Math.abs(plain) < 1e6;
  return (long ? grouped(plain) : typed(plain)).replace(/^-/, "−");
}

/** The least and greatest finite number of some columns; on a logarithmic axis, of the positive ones. */
export function spanOf(columns: Iterable<Float64Array>, scale: Axis["scale"]): Span | undefined {
  const above = scale === "log" ? 0 : -Infinity;
  let [low, high] = [Infinity, above];
  for (const column of columns)
    for (let k = 0; k < column.length; k++) {
      const x = column[k]!;
      if (x < low && x > above) low = x;
      if (x > high && x < Infinity) high = x;
    }
  return low <= high ? [low, high] : undefined;
}
/** Room around data on a y axis: from 0 where 0 is near; on a logarithmic one at least half a decade. */
export function aired([low, high]: Span, scale: Axis["scale"]): Span {
  if (scale === "log") {
    const top = Math.min(high, Math.max(low, 1) * 1e12); // a diverged curve leaves the chart at its top
    const ratio = top / low;
    const air = Math.max(ratio ** 0.06, Math.sqrt((ratio < 1.5 ? 5 : 3) / ratio), 1.1);
    return [low / air, top * air];
  }
  if (low === high) return low === 0 ? [0, 1] : low > 0 ? [0, 1.25 * low] : [1.25 * low, 0];
  const air = 0.05 * (high - low);
  return [low >= 0 && low < 0.3 * high ? 0 : low - air, high <= 0 && high > 0.3 * low ? 0 : high + air];
}
/** The positive finite numbers of some columns in order; of long columns every so many, which tell as much, sorted at once. */
function ordered(columns: readonly Float64Array[]): Float64Array {
  const size = columns.reduce((sum, { length }) => sum + length, 0);
  const every = Math.max(1, Math.floor(size / 2000));
  const all = new Float64Array(size);
  let at = 0;
  for (const column of columns)
    for (let k = 0; k < column.length; k += every) {
      const y = column[k]!;
      if (y > 0 && y < Infinity) all[at++] = y;
    }
  return all.subarray(0, at).sort();
}
/**
 * The span of a logarithmic axis without a last dive: where the lowest twentieth of the points takes more than half as
 * many decades as all others (a rate that ends at 1e-10), it leaves the chart at the bottom, at a power of ten.
 */
export function withoutDive([low, high]: Span, columns: readonly Float64Array[]): Span {
  const all = ordered(columns);
  const twentieth = all[Math.floor(all.length / 20)] ?? low;
  const dives = Math.log(twentieth / low) > 0.5 * Math.log(high / twentieth) && twentieth / low > 10;
  return dives ? [10 ** Math.floor(Math.log10(twentieth)), high] : [low, high];
}
/**
 * The span of a logarithmic axis on which something diverged, without its flight: where the highest tenth of the points
 * takes more decades than all others, it leaves the chart at the top, at a power of ten.
 */
export function withoutFlight([low, high]: Span, columns: readonly Float64Array[]): Span {
  const all = ordered(columns);
  const most = all[Math.ceil(0.9 * all.length) - 1] ?? high;
  const flies = Math.log(high / most) > Math.log(most / low) && high / most > 100;
  return flies ? [low, 10 ** Math.ceil(Math.log10(most))] : [low, high];
}
