// How numbers are spelled wherever a person reads them: sentences of a lab, tables, axes, knobs.

const minus = (text: string): string => text.replace(/^-/, "−");
/** 12345 as 12,345. `toLocaleString` says the same, and takes 40 ms to be ready when a panel comes up. */
export const grouped = (whole: number): string => String(whole).replace(/\B(?=(?:\d{3})+$)/g, ",");

/** Three significant digits: plain from 0.001 to 9,999, outside as one would type it: 1.00e-5. */
export function spell(x: number, digits = 3): string {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  if (x === 0) return "0";
  const size = Math.abs(Number(x.toPrecision(digits)));
  if (size < 1e-3 || size >= 1e4) return minus(x.toExponential(digits - 1).replace("e+", "e"));
  if (size >= 10 ** (digits - 1)) return minus(grouped(Math.round(x)));
  return minus(x.toPrecision(digits));
}

/** Learning rates are typed as 3e-4 long before other numbers are. */
export const spellRate = (rate: number): string => (rate > 0 && rate < 1e-2 ? rate.toExponential(2) : spell(rate));

/** A measurement shows the digits that its standard error leaves: 0.0223 ± 0.0005. */
export function pair(x: number, standardError: number): string {
  if (!Number.isFinite(x) || !Number.isFinite(standardError) || standardError <= 0) return spell(x);
  const size = Math.max(Math.abs(x), standardError);
  if (size >= 1e-3 && size < 1e4) {
    const digits = Math.min(Math.max(0, -Math.floor(Math.log10(standardError))), 9);
    if (digits <= 6) return `${minus(x.toFixed(digits))} ± ${standardError.toFixed(digits)}`;
  }
  const power = Math.floor(Math.log10(size));
  const unit = 10 ** power;
  const digits = Math.min(Math.max(0, -Math.floor(Math.log10(standardError / unit))), 9);
  return `(${minus((x / unit).toFixed(digits))} ± ${(standardError / unit).toFixed(digits)})e${power}`;
}

/** A whole number with thousands: 2,000. */
export const count = (n: number): string => minus(grouped(Math.round(n)));

/** A number of steps, whole where it is so but for rounding: 10, 33.3, 100,000. */
export const steps = (n: number): string => {
  const three = Number(n.toPrecision(3));
  if (!Number.isFinite(n)) return spell(n);
  return Math.abs(n - Math.round(n)) < 1e-6 * n && n < 1e6 ? count(n) : three >= 100 ? count(three) : spell(three);
};

/** A value as one would type it: 0.001 to 9,999 plain, outside 3e-4; all its digits. */
export function typed(x: number): string {
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (!Number.isFinite(x)) return String(x);
  if (size >= 1e-2 && size < 1e6) return String(x);
  return x.toExponential().replace("e+", "e");
}
