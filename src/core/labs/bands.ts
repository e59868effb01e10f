import { nanAsInfinity, quantile } from "../statistics.ts";
import { zeros, type Vector } from "../vector.ts";

/** By record point: 10 %, 50 % and 90 % over seeds. */
export interface Band {
  readonly low: Vector;
  readonly median: Vector;
  readonly high: Vector;
}
export const newBand = (points: number): Band => ({ low: zeros(points), median: zeros(points), high: zeros(points) });

/** Takes the seeds' values at point p into the band, and reorders them; what is not a number counts as +∞. */
export function noteBand(band: Band, p: number, values: Vector): void {
  nanAsInfinity(values);
  band.low[p] = quantile(values, 0.1);
  band.median[p] = quantile(values, 0.5);
  band.high[p] = quantile(values, 0.9);
}
