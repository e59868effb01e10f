import { typed, type Hyperparameter } from "../protocol/index.ts";

/** A sentence where a value cannot be run with: "Adam needs β₂ (beta2) below 1, got 1.2." */
export function invalidValue(
  owner: string,
  name: string,
  { symbol, valid = {}, choices, scale }: Hyperparameter,
  value: number,
): string | undefined {
  const sentence = (what: string) => `${owner} needs ${what}, got ${Number.isNaN(value) ? "NaN" : written(value)}.`;
  if (Number.isNaN(value)) return sentence(`a number for ${name} (${symbol})`);
  if (choices && !(Number.isInteger(value) && value >= 0 && value < choices.length))
    return sentence(`one of ${choices.join(", ")} for ${name} (${symbol})`);
  if (scale === "integer" && Number.isFinite(value) && !Number.isInteger(value))
    return sentence(`a whole number for ${name} (${symbol})`);
  const { least, above, most, below } = valid;
  const bounds = [
    ...(least !== undefined && !(value >= least) ? [`of at least ${written(least)}`] : []),
    ...(above !== undefined && !(value > above) ? [`above ${written(above)}`] : []),
    ...(most !== undefined && !(value <= most) ? [`of at most ${written(most)}`] : []),
    ...(below !== undefined && !(value < below) ? [`below ${written(below)}`] : []),
  ];
  return bounds.length === 0 ? undefined : sentence(`${symbol} (${name}) ${bounds.join(" and ")}`);
}
const written = (x: number): string => typed(x);
