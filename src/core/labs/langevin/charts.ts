import { spell, type Chart, type Series } from "../../../protocol/index.ts";
import { schemeNames } from "./controls.ts";
import { nameOf } from "./gatherSpace.ts";
import { pathTime } from "./paths.ts";
import type { LineSetting, Setting, SpaceOutline } from "./setting.ts";

const line = (label: string, role: Series["role"], more: Partial<Series> = {}): Series => ({
  label,
  mark: "line",
  role,
  ...more,
});
const time = (T: number) => ({ label: "t = Σ η", scale: "linear", min: 0, max: T, unit: "t" }) as const;

export function charts(it: LineSetting | SpaceOutline): Chart[] {
  return it.kind === "line" ? lineCharts(it) : spaceCharts(it);
}

/** Of one coordinate, what keeps the SDE from being a model of SGD. */
export function broken(it: Setting): string | undefined {
  if (it.kind === "space") return it.stable ? undefined : "not here: η is beyond the stable rate";
  if (it.h !== undefined && it.h > 0 && it.eta * it.h >= 2) return "not here: η h is 2 or more";
  return undefined;
}

function lineCharts(it: LineSetting): Chart[] {
  const known = it.h !== undefined;
  const why = broken(it);
  return [
    {
      id: "moments",
      title: "SGD and its SDE",
      caption: `mean of θ and two deviations about it, from θ₀ = ${spell(it.x0)}`,
      short: "mean ± 2 deviations",
      x: time(it.T),
      y: { label: "θ", scale: "linear" },
      series: [
        { label: "SGD, 2 deviations", mark: "band", role: "measured", colour: 1, unnamed: true },
        line("SGD", "measured", { colour: 1 }),
        line("SDE, low", "measured", { colour: 2, unnamed: true }),
        line("SDE, high", "measured", { colour: 2, unnamed: true }),
        line("SDE", "measured", { colour: 2 }),
        line("flow", "theory"),
      ],
      size: "tall",
      column: 0,
      assumption: {
        text: "The SDE keeps mean and variance of every step as η → 0 at a fixed time.",
        ...(why !== undefined && { broken: why }),
      },
    },
    {
      id: "variance",
      title: "Variance of θ",
      caption: known ? "measured, and exact for a linear drift (dashed)" : "measured over all chains",
      x: time(it.T),
      y: { label: "Var θ", scale: "linear", min: 0 },
      series: [
        line("SGD", "measured", { colour: 1 }),
        line("SDE", "measured", { colour: 2 }),
        ...(known
          ? [line("SGD, exact", "theory", { unnamed: true }), line("SDE, exact", "theory", { unnamed: true })]
          : []),
      ],
      size: "middle",
      column: 0,
    },
    {
      id: "density",
      title: "Density at the end",
      caption: "of θ at T: SGD as bars, the SDE as a line",
      x: { label: "θ", scale: "linear" },
      y: { label: "p(θ)", scale: "linear", min: 0 },
      series: [
        { label: "SGD", mark: "bars", role: "measured", colour: 1, unnamed: true },
        line("SDE", "measured", { colour: 2, unnamed: true }),
      ],
      size: "middle",
      column: 0,
    },
    {
      id: "strong",
      title: "Strong order of the schemes",
      caption: `√E(x − X)² at t = ${spell(pathTime(it))} on the same Brownian paths, by step size`,
      short: "error by step size",
      x: { label: "step δ", scale: "log", unit: "δ" },
      y: { label: "error", scale: "log" },
      series: [
        // Where the noise is constant three of them are one, drawn one over the other.
        ...([0, 1, 2, 3] as const).map((k) =>
          line(schemeNames[k], "measured", {
            colour: ([1, 2, 3, 4] as const)[k],
            unnamed: it.kappa === 0 && (k === 0 || k === 3),
          }),
        ),
        line("order ½", "theory", { nameAt: pathTime(it) / 60, nameSide: "above" }),
        line("order 1", "theory", { nameAt: pathTime(it) / 120, nameSide: "above" }),
      ],
      size: "middle",
      column: 1,
      assumption: {
        text:
          it.kappa === 0
            ? "With constant noise Euler–Maruyama is Milstein's scheme, and of order 1."
            : "With noise that depends on θ, Euler–Maruyama has order ½, the others 1.",
      },
    },
    {
      id: "weak",
      title: "How near is each model?",
      caption: "|E θ of SGD − E θ of the model|, computed without random numbers, by η",
      short: "|difference of means| by η",
      x: { label: "η", scale: "log", unit: "η" },
      y: { label: "difference", scale: "log" },
      series: [
        line("flow", "given"),
        line("SDE", "measured", { colour: 2 }),
        line("corrected SDE", "measured", { colour: 3 }),
      ],
      size: "middle",
      column: 1,
      assumption: { text: "Flow and SDE are of weak order 1, the SDE with drift −∇(L + η|∇L|²/4) of order 2." },
    },
    {
      id: "models",
      title: "Means of the models",
      caption: "E θ at the same time, computed without random numbers, by η",
      short: "E θ by η",
      x: { label: "η", scale: "log", unit: "η" },
      y: { label: "E θ", scale: "linear" },
      series: [
        line("SGD", "measured", { colour: 1 }),
        line("SDE", "measured", { colour: 2 }),
        line("corrected SDE", "measured", { colour: 3 }),
        line("flow", "given"),
      ],
      size: "low",
      column: 1,
    },
    {
      id: "spread",
      title: "Variances of the models",
      caption: "Var θ over η at the same time, by η; the flow has none",
      short: "Var θ over η",
      x: { label: "η", scale: "log", unit: "η" },
      y: { label: "Var θ / η", scale: "linear" },
      series: [
        line("SGD", "measured", { colour: 1 }),
        line("SDE", "measured", { colour: 2 }),
        line("corrected SDE", "measured", { colour: 3 }),
      ],
      size: "low",
      column: 1,
    },
  ];
}

function spaceCharts(it: SpaceOutline): Chart[] {
  const first = Array.from({ length: Math.max(1, Math.min(2, it.names.length)) }, (_, i) => nameOf(it, i));
  return [
    {
      id: "excess",
      title: "Excess loss",
      caption: "½ tr(H E eeᵀ) over all chains, e the distance to the minimum; dashed: exact",
      short: "measured, and exact",
      x: time(it.T),
      y: { label: "L − L*", scale: "log" },
      series: [
        line("SGD", "measured", { colour: 1 }),
        line("SDE", "measured", { colour: 2 }),
        line("SGD, exact", "theory", { unnamed: true }),
        line("SDE, exact", "theory", { unnamed: true }),
      ],
      size: "tall",
      column: 0,
      assumption: {
        text: it.ofRows
          ? "The SDE freezes the noise's covariance at the minimum; SGD's own grows away from it."
          : "A quadratic with noise of constant covariance.",
      },
    },
    {
      id: "means",
      title: "Means",
      caption: "of the first coordinates of SGD, and the gradient flow (dashed)",
      x: time(it.T),
      y: { label: "E e", scale: "linear" },
      series: first.flatMap((name, i) => [
        line(name, "measured", { colour: i === 0 ? 1 : 2 }),
        line(`${name}, flow`, "theory", { unnamed: true }),
      ]),
      size: "middle",
      column: 0,
    },
    {
      id: "ellipse",
      title: "Where the chains are",
      caption: `two deviations about the mean, ${first.join(" and ")}, at the end`,
      short: `two deviations, ${first.join(" and ")}`,
      x: { label: first[0], scale: "linear" },
      y: { label: first[1] ?? "", scale: "linear" },
      series: [
        line("SGD", "measured", { colour: 1, unnamed: true }),
        line("SDE", "measured", { colour: 2, unnamed: true }),
        line("SDE, exact", "theory", { unnamed: true }),
      ],
      size: "tall",
      column: 1,
    },
  ];
}
