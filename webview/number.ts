/**
 * Reads a number as people type one: `3e-4`, `1/3`, `2**-7`, `0.1 * 256 / 32`, `1,000`. Undefined where it is none or not
 * finite. A power binds tighter than a sign to its left, and to the right first, as in Python.
 */
export function readNumber(text: string): number | undefined {
  const plain = text
    .trim()
    .replace(/−/g, "-")
    .replace(/×/g, "*")
    .replace(/(?<=\d),(?=\d{3}(?!\d))/g, "");
  const tokens = plain.match(/(?:\d[\d_]*\.?[\d_]*|\.\d+)(?:[eE][+-]?\d+)?|\*\*|[-+*/()]|\S/g) ?? [];
  let at = 0;
  const take = (...wanted: string[]): string | undefined =>
    at < tokens.length && wanted.includes(tokens[at]!) ? tokens[at++] : undefined;
  const sum = (): number => {
    let value = product();
    for (let sign = take("+", "-"); sign; sign = take("+", "-")) value += (sign === "+" ? 1 : -1) * product();
    return value;
  };
  const product = (): number => {
    let value = signed();
    for (let sign = take("*", "/"); sign; sign = take("*", "/"))
      value = sign === "*" ? value * signed() : value / signed();
    return value;
  };
  const signed = (): number => (take("-") ? -signed() : take("+") ? signed() : power());
  const power = (): number => {
    const base = atom();
    return take("**") ? base ** signed() : base;
  };
  const atom = (): number => {
    if (take("(")) {
      const value = sum();
      return take(")") ? value : NaN;
    }
    const token = tokens[at++] ?? "";
    return /^[\d.]/.test(token) ? Number(token.replaceAll("_", "")) : NaN;
  };
  const value = tokens.length ? sum() : NaN;
  return at === tokens.length && Number.isFinite(value) ? value : undefined;
}
