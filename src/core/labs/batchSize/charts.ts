import { spell, type Chart, type Configuration } from "../../../protocol/index.ts";
import type { Controls } from "./controls.ts";
import { methods } from "./quadratic.ts";
import { baseOf, rulesOf, scansOf, sizesOf } from "./setting.ts";
import { targetSizes } from "./work.ts";

const colour = (k: number) => (k + 1) as 1 | 2 | 3 | 4;
/** Nats above the least of a batch size that the map tells apart. */
export const depth = 3;
/** Names of the exact lines of SGD's rules. */
export const exactOf = (name: string): string => `exact, ${name}`;

/** From which batch size on a window of examples is less than one step. */
export function broken(configuration: Configuration, controls: Controls): string | undefined {
  const { Ng, Ns, adaptive } = baseOf(configuration);
  const over = sizesOf(controls).filter((B) => (Ng > 1 && Ng < B) || (adaptive && Ns < B));
  if (over.length === 0) return undefined;
  const [window, N] = Ng > 1 && Ng < over[0] ? ["N_g", Ng] : ["N_s", Ns];
  return `not here: ${window} = ${spell(N)} examples is less than a step from B = ${over[0]} on`;
}

export function charts(configuration: Configuration, controls: Controls): Chart[] {
  const base = baseOf(configuration);
  const sizes = sizesOf(controls);
  const scans = scansOf(base);
  const rules = rulesOf(base);
  const wide = Math.SQRT2;
  const x = { label: "B", scale: "log", min: 1 / wide, max: wide * sizes[sizes.length - 1] } as const;
  const targets = targetSizes(controls);
  const gone = broken(configuration, controls);
  return [
    {
      id: "rates",
      title: "The best η by batch size",
      caption: `points: best η after ${spell(controls.examples)} examples${base.perRate > 1 ? ", η = lr/(1 − μ)" : ""}; the stronger the shade, the worse the loss ${base.adaptive ? "with the square of the mean" : "beside that batch size's best"}`,
      short: "best η by B; strong shade: worse",
      x,
      y: { label: "η", scale: "log" },
      series: [
        {
          label: "loss",
          mark: "heatmap",
          role: "all",
          unnamed: true,
          cells: { label: "nats above that B's least", max: depth },
        },
        ...scans.map(({ name }, k) => ({ label: name, mark: "points", role: "measured", colour: colour(k) }) as const),
        ...(base.adaptive
          ? ([
              { label: "∝ B", mark: "line", role: "theory" },
              { label: "∝ √B", mark: "line", role: "theory" },
            ] as const)
          : ([{ label: "exact", mark: "line", role: "theory" }] as const)),
      ],
      size: "tall",
      column: 0,
      assumption: {
        text: base.adaptive
          ? "Slopes 1 and ½ hold where noise dominates g² and windows are N/B of at least one step."
          : "η ∝ B holds while ηB h ≪ 1; the dashed line is exact.",
        ...(gone !== undefined && { broken: gone }),
      },
    },
    {
      id: "rules",
      title: "What moving to B costs",
      caption: `final loss over that at B = 1, η ${spell(base.eta / base.perRate)} and its windows moved by each rule`,
      short: "loss over that at B = 1",
      x,
      y: { label: "loss / loss at 1", scale: "log" },
      series: [
        ...rules.map(({ name }, k) => ({ label: name, mark: "line", role: "measured", colour: colour(k) }) as const),
        ...(base.adaptive
          ? ([{ label: "as at B = 1", mark: "line", role: "theory" }] as const)
          : rules.map(({ name }) => ({ label: exactOf(name), mark: "line", role: "theory", unnamed: true }) as const)),
      ],
      size: "middle",
      column: 0,
    },
    {
      id: "moments",
      title: "The two second moments",
      caption: "of gradients on the data, summed over coordinates; hollow: no row twice; dashed: exact",
      short: "second moments on the data",
      x,
      y: { label: "second moment", scale: "log" },
      series: [
        { label: "mean of squares", mark: "points", role: "measured", colour: 1 },
        { label: "square of mean", mark: "points", role: "measured", colour: 2 },
        { label: "no row twice", mark: "points", role: "measured", colour: 3, hollow: true, unnamed: true },
        { label: "exact, mean of squares", mark: "line", role: "theory", unnamed: true },
        { label: "exact, square of mean", mark: "line", role: "theory", unnamed: true },
        { label: "exact, no row twice", mark: "line", role: "theory", unnamed: true },
      ],
      size: "middle",
      column: 1,
    },
    {
      id: "least",
      title: "Loss at the best η",
      caption: `mean loss of the last eighth of ${spell(controls.examples)} examples, at each batch size's best η`,
      short: "least loss by B",
      x,
      y: { label: "loss", scale: "log" },
      series: [
        ...scans.map(({ name }, k) => ({ label: name, mark: "points", role: "measured", colour: colour(k) }) as const),
        ...(base.adaptive ? [] : ([{ label: "exact", mark: "line", role: "theory", unnamed: true }] as const)),
      ],
      size: "low",
      column: 0,
    },
    {
      id: "coordinates",
      title: "Second moments by coordinate",
      caption: "exact, of the first coordinates of the data's gradients: square of the mean; below, no row twice",
      short: "square of the mean, exact",
      x,
      y: { label: "E (mean of ĝ)²", scale: "log" },
      series: ["₁", "₂", "₃"].flatMap(
        (i) =>
          [
            { label: `θ${i}`, mark: "line", role: "theory" },
            { label: `θ${i}, no row twice`, mark: "line", role: "theory", unnamed: true },
          ] as const,
      ),
      size: "low",
      column: 1,
    },
    {
      id: "steps",
      title: "Steps to target",
      caption: `steps to a loss of ${spell(controls.target)} on ${spell(controls.dimension)} curvatures 1/i, best η; dashed: exact; points: simulated; hollow: the critical batch sizes`,
      short: `steps to a loss of ${spell(controls.target)}`,
      x: { label: "batch size", scale: "log", min: 1 / wide, max: 8 * targets[targets.length - 2] },
      y: { label: "steps", scale: "log" },
      series: [
        ...methods.map((label, k) => ({ label, mark: "points", role: "measured", colour: colour(k) }) as const),
        { label: "critical", mark: "points", role: "given", hollow: true, unnamed: true },
        ...methods.map((name) => ({ label: exactOf(name), mark: "line", role: "theory", unnamed: true }) as const),
      ],
      size: "tall",
      column: 1,
      assumption: {
        text: "Gradient noise of one example has the covariance of the Hessian; each B has its own best η.",
      },
    },
  ];
}
