import type { Controls } from "./controls.ts";
import { itoLaw } from "./laws.ts";
import type { Relief } from "./relief.ts";
import { centre, type Domain, type Variance } from "./theory.ts";

/** In units of T above the bottom: a density there is a millionth of its peak. */
const far = 14;
/** Where noise grows with θ, tails are powers and reach as far as one looks: so many widths are shown. */
const widths = 12;
/** Beyond this a loss that has not risen enough confines nothing. */
const farthest = 1e6;

/** What the noise is measured by where one looks at how far a chain gets. */
const temperatureOf = (noise: Variance, rate: number, x: number): number =>
  (rate * (typeof noise === "number" ? noise : noise(x))) / 2;

/**
 * Out to 14 T above the bottom, and to ±1.8 of half the distance where there are two wells; the bins; the curvature of the right
 * well. Throws a sentence where the loss does not rise so far.
 */
export function domainOf(
  relief: Relief,
  noise: Variance,
  rate: number,
  { low, high, bins }: Pick<Controls, "low" | "high" | "bins">,
): { domain: Domain; curvature: number } {
  const { landscape, minima, saddle, formula } = relief;
  const given = low !== 0 || high !== 0;
  const bottom = Math.min(...minima.map((x) => landscape.height(x)));
  const [first, last] = [minima[0], minima[minima.length - 1]];
  const reach = (from: number, sign: 1 | -1): number => {
    // ∫ 2L′/(ησ²) grows as L/T does where the noise is constant, and slower where it grows with θ.
    let depth = (landscape.height(from) - bottom) / temperatureOf(noise, rate, from);
    let width = 0;
    let step = 1e-4;
    let x = from;
    while (depth < far && !(width > 0 && typeof noise !== "number" && sign * (x - from) > widths * width)) {
      const rise = landscape.height(x + sign * step) - landscape.height(x);
      depth += rise / temperatureOf(noise, rate, x + (sign * step) / 2);
      x += sign * step;
      if (width === 0 && depth > 0.5) width = Math.abs(x - from);
      step *= 1.05;
      if (Math.abs(x) > farthest || Number.isNaN(depth))
        throw new Error(
          `L = ${formula} rises too slowly to hold θ at this temperature: on one side it never comes to ${far} T above its lowest place. Lower η or σ², or add a term that rises, such as θ^2.`,
        );
    }
    const unit = Number(`1e${Math.floor(Math.log10(Math.abs(x)))}`) / 10;
    return sign * Math.ceil((sign * x) / unit - 1e-9) * unit;
  };
  const middle = (first + last) / 2;
  const least = minima.length > 1 ? 0.9 * (last - first) : 0;
  const lo = given ? low : Math.min(middle - least, reach(first, -1));
  const hi = given ? high : Math.max(middle + least, reach(last, 1));
  const cut = Math.max(lo, Math.min(hi - 1e-9, saddle ?? lo));
  const fine = itoLaw({ lo: cut, hi, cells: 4000 }, landscape, rate, noise);
  let mean = 0;
  let square = 0;
  fine.mass.forEach((p, i) => {
    mean += p * centre(fine, i);
    square += p * centre(fine, i) ** 2;
  });
  const spread = Math.sqrt(Math.max(square - mean ** 2, ((hi - lo) / 4000) ** 2));
  const cells = bins > 0 ? bins : Math.min(720, Math.max(72, 2 * Math.ceil((hi - lo) / (spread / 3) / 2)));
  return { domain: { lo, hi, cells }, curvature: temperatureOf(noise, rate, last) / spread ** 2 };
}
