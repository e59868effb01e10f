import { spell, type Finding } from "../../../protocol/index.ts";
import { exp, log } from "../../kernels/elementary.ts";
import { broken } from "./charts.ts";
import { exactScheme, schemeNames } from "./controls.ts";
import { sdeSecond, sgdSecond } from "./expectation.ts";
import type { Line } from "./gatherLine.ts";
import { columns } from "./line.ts";
import { compare } from "../compared.ts";
import { ofGroups, orderOf, unmeasured } from "../groups.ts";
import { coarsest, compared, levels, pathTime } from "./paths.ts";
import { telling } from "./models.ts";
import type { LineSetting } from "./setting.ts";

/** Orders are fitted over a finite range of steps, where the next term still bends the line. */
const bend = 0.1;
const fitted = 3;

export function lineFindings(it: LineSetting, line: Line): Finding[] {
  const { steps, eta, h, variance, kappa, x0, T } = it;
  const lost = line.lost.reduce((a, b) => a + b, 0);
  const out = broken(it) ?? (lost > 0 ? "not here: chains have left for infinity" : undefined);
  const last = (it.records.length - 1) * columns;
  const end = (groups: readonly Float64Array[]) => groups.map((sums) => sums.slice(last, last + columns));
  const [sgd, sde] = [end(line.sgd), end(line.sde)];
  const mean = (s: Float64Array) => s[1] / s[0];
  const spread = (s: Float64Array) => s[2] / s[0] - (s[1] / s[0]) ** 2;
  const exact = { sgd: undefined as number | undefined, sde: undefined as number | undefined };
  const means = { ...exact };
  if (h !== undefined) {
    means.sgd = x0;
    for (let k = 0; k < steps; k++) means.sgd *= 1 - eta * h;
    means.sde = x0 * exp(-h * T);
    exact.sgd = sgdSecond(h, variance, kappa, eta, x0, steps) - means.sgd ** 2;
    exact.sde = sdeSecond(h, variance, kappa, eta, x0, T) - means.sde ** 2;
  } else if (line.models) {
    const { sgd: ofSgd, sde: ofSde } = line.models.end;
    means.sgd = ofSgd[0];
    means.sde = ofSde[0];
    exact.sgd = ofSgd[1] - ofSgd[0] ** 2;
    exact.sde = ofSde[1] - ofSde[0] ** 2;
  }
  const findings = [
    compare("Mean of SGD at T", ofGroups(sgd, mean), means.sgd, { out }),
    compare("Mean of the SDE at T", ofGroups(sde, mean), means.sde, { out }),
    compare("Variance of SGD at T", ofGroups(sgd, spread), exact.sgd, { out }),
    compare("Variance of the SDE at T", ofGroups(sde, spread), exact.sde, {
      out,
      ...(it.scheme !== exactScheme && h !== 0 && { slack: (exact.sde ?? 0) * 0.5 * it.delta * (h ?? 0) }),
    }),
  ];
  if (h === 0 && kappa === 0) findings.push(kurtosis(it, sgd, out));
  if (h !== undefined && kappa === 0) findings.push(...atRest(it, h));
  return [...findings, ...orders(it, line, out), ...models(it, line)];
}

/** Of a linear drift, what each equation says of a run without end; without a drift, how fast it spreads. */
function atRest({ eta, variance }: LineSetting, h: number): Finding[] {
  const exact = (quantity: string, measured: number): Finding => ({ quantity, measured, verdict: "exact" });
  if (h === 0) return [exact("Deviation over √t, √η σ", Math.sqrt(eta * variance))];
  const noise = eta * variance;
  return [
    ...(eta * h < 2 ? [exact("Variance after a long time, SGD", noise / (2 * h - eta * h * h))] : []),
    exact("Variance after a long time, SDE", noise / (2 * h)),
    exact("Variance after a long time, corrected SDE", noise / (2 * h + eta * h * h)),
    ...(eta * h < 1
      ? [exact("Rate of the Ornstein–Uhlenbeck process that is SGD, −ln(1 − ηh)/η", -log(1 - eta * h) / eta)]
      : []),
    exact("Correlation of neighbouring steps, SGD", 1 - eta * h),
    exact("Correlation of neighbouring steps, SDE", exp(-eta * h)),
  ];
}

/** Of the sum of N independent noises: 0 for normal ones, −2/N for signs. */
function kurtosis({ signs, steps }: LineSetting, sgd: readonly Float64Array[], out: string | undefined): Finding {
  const excess = (s: Float64Array) => {
    const [n, a, b, c, d] = s;
    const m = a / n;
    const v = b / n - m * m;
    const fourth = d / n - (4 * m * c) / n + (6 * m * m * b) / n - 3 * m * m * m * m;
    return fourth / (v * v) - 3;
  };
  return compare("Excess kurtosis of SGD at T", ofGroups(sgd, excess), signs ? -2 / steps : 0, {
    out,
    reason: "a sum of many noises is normal by the central limit theorem",
  });
}

function orders(it: LineSetting, { paths }: Line, out: string | undefined): Finding[] {
  // Of the smaller steps: at the larger ones the next order bends the line.
  const steps = Array.from({ length: fitted }, (_, l) => pathTime(it) / (coarsest * 2 ** (l + levels - fitted)));
  const order = (scheme: number) => (sums: Float64Array) =>
    orderOf(
      steps,
      steps.map((_, l) => Math.sqrt(sums[1 + scheme * levels + l + levels - fitted] / sums[0])),
      log,
    );
  const constant = it.kappa === 0;
  const exactAlready = constant && it.h === 0; // nothing but a sum of increments
  return compared
    .filter((scheme) => !constant || scheme === 0 || scheme === 2)
    .map((scheme) =>
      compare(
        `Strong order, ${constant && scheme === 0 ? "Euler–Maruyama = Milstein" : schemeNames[scheme]}`,
        exactAlready ? unmeasured : ofGroups(paths, order(scheme)),
        scheme === 0 && !constant ? 0.5 : 1,
        {
          out,
          slack: bend,
          reason:
            scheme === 0 && !constant
              ? "½ is the order of its noise term, which shows where that is not small beside the drift's"
              : `fitted over δ = ${spell(steps[fitted - 1])} to ${spell(steps[0])}`,
        },
      ),
    );
}

function models({ etas: listed }: LineSetting, { models: it }: Line): Finding[] {
  if (!it) return [];
  const used = listed ? listed.length : telling;
  const { etas, sgd, flow, sde, corrected } = it;
  const off = (model: (k: number) => number) => Array.from(etas, (_, k) => sgd[2 * k] - model(k));
  return (
    [
      ["Weak order of the flow, in the mean", off(() => flow), 1],
      ["Weak order of the SDE, in the mean", off((k) => sde[2 * k]), 1],
      ["Weak order of the corrected SDE", off((k) => corrected[2 * k]), 2],
    ] as const
  ).map(([quantity, differences, predicted]) => {
    // Where the leading term changes sign, or nothing is left to compare, no order can be read.
    const last = differences.slice(-used);
    const among = etas.slice(-used);
    // Orders between neighbours: ln of the ratio of differences over that of rates.
    const orders = last.slice(1).map((x, k) => log(last[k] / x) / log(among[k] / among[k + 1]));
    const steady = orders.every((p) => p > 0 && Math.abs(p - orders[0]) < 0.38);
    const sure = steady && last.every((x) => Math.abs(x) > 1e-8);
    const value = sure ? orderOf(among, last.map(Math.abs), log) : NaN;
    return compare(quantity, { value, standardError: NaN }, predicted, {
      slack: 0.15,
      reason: sure
        ? "computed exactly; the next order bends it"
        : "the leading term nearly cancels here, or nothing is left of it",
    });
  });
}
