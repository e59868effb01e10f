import type { Finding } from "../../../protocol/index.ts";
import { exp } from "../../kernels/elementary.ts";
import { compare } from "../compared.ts";
import { unmeasured, type Measured } from "../groups.ts";
import type { Controls } from "./controls.ts";
import { linearLimit } from "./exact.ts";
import { left, ratio, ratioOfLogs, slopeOn, type AtSize } from "./measured.ts";
import { methods, type Model } from "./quadratic.ts";
import { squaredMean, type Moments } from "./rows.ts";
import { rulesOf, scansOf, type Base } from "./setting.ts";

/** Steps to target of one method at one batch size: exact, and as chains have them. */
export interface Target {
  readonly method: number;
  readonly B: number;
  readonly steps: number;
  readonly measured?: Measured;
  readonly predicted?: number;
}
export interface Gathered {
  readonly base: Base;
  readonly controls: Controls;
  readonly starts: readonly [number, number];
  /** Why the limits of many examples' noise do not hold here. */
  readonly broken: string | undefined;
  readonly data: Moments;
  readonly model: readonly AtSize[];
  /** The same without chance: SGD alone. */
  readonly exact: readonly (AtSize | undefined)[];
  readonly moments: readonly {
    readonly B: number;
    readonly ofMean: Measured;
    readonly ofEach: Measured;
    readonly unreplaced: Measured;
  }[];
  readonly targets: readonly Target[];
  /** By method. */
  readonly critical: readonly number[];
}

export function findings(it: Gathered, model: Model): Finding[] {
  return [...ofRates(it), ...ofRules(it), ...ofMoments(it), ...ofSteps(it, model)];
}

const limit: Readonly<Record<string, string>> = {
  "mean of squares": "1 where windows are N/B of at least a step, and η h ≪ 1",
  "square of mean":
    "½ is the limit where noise dominates; up to 0.1 more is allowed, for s holds g² too, whose share grows with B",
};
/** How far slopes bend from their limits over a finite range of B. */
const bends: Readonly<Record<string, number>> = { "mean of squares": 0.03, "square of mean": 0.1 };
function ofRates({ base, model, exact, broken }: Gathered): Finding[] {
  const sizes = model.map(({ B }) => B);
  const largest = sizes[sizes.length - 1];
  return scansOf(base).flatMap(({ name, slope }, k) => {
    const slopeOf = (all: readonly AtSize[]) =>
      slopeOn(
        sizes,
        all.map(({ best }) => best[k]),
      );
    const known = exact.filter((at) => at !== undefined);
    const predicted = base.adaptive ? slope : known.length === sizes.length ? slopeOf(known).value : NaN;
    return [
      compare(`Slope d ln η*/d ln B, ${name}`, slopeOf(model), predicted, {
        slack: bends[name] ?? 0,
        ...(base.adaptive && { out: broken }),
        reason: limit[name] ?? "1 where η h ≪ 1; predicted for these rates from E θ²",
      }),
      compare(
        `Least loss at B = ${largest} over that at 1, ${name}`,
        ratioOfLogs(model[model.length - 1].least[k], model[0].least[k]),
        base.adaptive ? undefined : known.length === sizes.length ? ratioOfLogs(known[known.length - 1].least[k], known[0].least[k]).value : NaN, // prettier-ignore
        { reason: "nearly 1 while all rates are small" },
      ),
    ];
  });
}
function ofRules({ base, controls, starts, broken, model, exact }: Gathered): Finding[] {
  const [one, end] = [model[0], model[model.length - 1]];
  const [exactOne, exactEnd] = [exact[0], exact[exact.length - 1]];
  const all = rulesOf(base).map(({ name }, k) => {
    const wanted = base.adaptive && k < 2; // those that theory would have change nothing
    const predicted = base.adaptive
      ? wanted
        ? 1
        : undefined
      : (exactEnd?.moved[k].value ?? NaN) / (exactOne?.moved[k].value ?? NaN);
    const measured = ratio(end.moved[k], one.moved[k]);
    const gone = !(measured.value < left);
    return compare(`Loss at B = ${end.B} over that at 1, ${name}`, gone ? unmeasured : measured, predicted, {
      ...(wanted && { out: broken }),
      ...(gone && { out: "runs have left for infinity" }),
      ...(wanted && { reason: "1 where noise dominates, windows are N/B of at least a step, and η h ≪ 1" }),
    });
  });
  if (base.adaptive) return all;
  const { name } = rulesOf(base)[0];
  model.forEach(({ B, mean, variance }, k) => {
    const of = exact[k];
    if (!((of?.moved[0].value ?? 0) < left * exp(model[0].least[0].value))) return;
    all.push(compare(`Mean of the first coordinate, B = ${B}, ${name}`, mean, of?.mean.value));
    // θ is normal here: its variance is known as well as that of so many normals.
    const known = of?.variance.value ?? NaN;
    const own = {
      ...variance,
      standardError: Number.isFinite(known) ? known * Math.sqrt(2 / (controls.replicas - 1)) : NaN,
    };
    all.push(compare(`Variance of the first coordinate, B = ${B}, ${name}`, own, known));
  });
  if (base.Ng === 1) {
    const limit = linearLimit(controls.curvature1, controls.noise1, base.eta, controls.examples);
    all.push(
      {
        quantity: "Limit of the first coordinate's mean, η → 0 at the same Σ η",
        measured: starts[0] * limit.mean_factor,
        verdict: "exact",
      },
      {
        quantity: "Limit of the first coordinate's variance, η → 0 at the same Σ η",
        measured: limit.variance,
        verdict: "exact",
      },
    );
  }
  return all;
}
function ofMoments({ data, moments }: Gathered): Finding[] {
  const { g, m2, count } = data;
  const sum = (f: (i: number) => number) => Array.from(g, (_, i) => f(i)).reduce((a, b) => a + b, 0);
  const ofMean = moments.map(({ B, ofMean: it }) =>
    compare(
      `E (mean of ĝ)², B = ${B}`,
      it,
      sum((i) => squaredMean(data, i, B)),
    ),
  );
  const rest = moments
    .filter(({ B }, k) => B > 1 && B <= count && (k === moments.length - 1 || 2 * B > count))
    .slice(0, 1)
    .map(({ B, unreplaced }) =>
      compare(
        `E (mean of ĝ)², B = ${B}, no row twice`,
        unreplaced,
        sum((i) => squaredMean(data, i, B, false)),
      ),
    );
  const { B, ofEach } = moments[moments.length - 1];
  const each = (what: string, of: Float64Array): Finding[] =>
    g.length > 3
      ? []
      : Array.from(of, (measured, i) => ({ quantity: `${what}, coordinate ${i + 1}`, measured, verdict: "exact" }));
  return [
    ...each("Mean gradient of the data", g),
    ...each("Mean square of the data's gradients", m2),
    ...ofMean,
    ...rest,
    compare(
      `E mean of ĝ², B = ${B}`,
      ofEach,
      sum((i) => m2[i]),
    ),
  ];
}
function ofSteps({ targets, critical }: Gathered, { momentum }: Model): Finding[] {
  const name = (method: number) => (method === 1 ? `momentum ${Number(momentum.toPrecision(3))}` : methods[method]);
  const all = targets.flatMap(({ method, B, measured, predicted }) =>
    measured ? [compare(`Steps to target, ${name(method)}, B = ${B}`, measured, predicted)] : [],
  );
  critical.forEach((measured, method) => {
    if (Number.isFinite(measured))
      all.push({
        quantity: `Critical batch size, ${name(method)}`,
        measured,
        verdict: "exact",
        reason: "twice the steps that it takes without noise",
      });
  });
  return all;
}
