import {
  spell,
  type Chart,
  type Configuration,
  type ProblemConfiguration,
  type Series,
} from "../../../protocol/index.ts";
import type { Controls } from "./controls.ts";
import type { Law } from "./laws.ts";
import { setting, type Setting } from "./setting.ts";
import { principal, type Pair } from "./theory.ts";

type Predictions = Pick<Law, "predicted" | "limit">;
/** The temperatures predicted of a law: of the coordinates, or of the principal directions where noises are correlated. */
export function predictedTemperatures({ predicted, limit }: Predictions, correlated: boolean): Pair {
  const [a, c, , b] = predicted ?? limit;
  if (!correlated) return [a, b];
  const { high, low } = principal(a, b, c);
  return [high, low];
}
/** The unit in which the charts print L: the geometric mean of both. */
export const meanTemperature = (law: Law, correlated: boolean): number => {
  const [T1, T2] = predictedTemperatures(law, correlated);
  return Math.sqrt(T1 * T2);
};
/** Heights of the contours, in mean temperatures: one, two and three standard deviations of Gibbs. */
export const contours = [0.5, 2, 4.5] as const;
/** Of the curve on which the predicted density is constant. */
export const predictedLevel = 2;

/** Where the predictions hold, and what is broken by the configuration itself. */
export function validity(configuration: Configuration, it: Setting) {
  const [law] = it.laws;
  const text = `Holds for ηᵢhᵢ ≪ 1 (here at most ${spell(law.fastest, 1)}) and normal noise of constant covariance.`;
  const fixed = law.family !== "own";
  const broken = configuration.clip
    ? "not here: gradients are clipped"
    : configuration.around?.sam || configuration.around?.lookahead
      ? "not here: what stands around the optimizer is left out"
      : !fixed && !law.predicted
        ? `not here: nothing predicts ${configuration.optimizer} with these values`
        : law.fastest > 1
          ? `not here: ηᵢhᵢ is ${spell(law.fastest, 2)}`
          : undefined;
  return { text, ...(broken !== undefined && { broken }) };
}

/** "η₂h₂"-like words of the law for a caption. */
export const titleOf = ({ family, name, power }: Law): string =>
  family === "own"
    ? `${name} as configured`
    : family === "matrix"
      ? `SGD with ${name}`
      : power === 0
        ? "SGD, one rate"
        : `SGD, rates ∝ 1/σ${power === 1 ? "" : power === 2 ? "²" : `^${power}`}`;

const nice = (x: number): number => {
  const unit = Number(`1e${Math.floor(Math.log10(x))}`) / 2;
  return Number((Math.ceil(x / unit - 1e-9) * unit).toPrecision(3));
};
/** Ends of the map, so that equal lengths are equal heights of L where it is quadratic: contours stay, densities move. */
export function mapReach({ bowls, laws: [law], quadratic }: Setting): Pair {
  const [u, v] = [law.reach[0] * Math.sqrt(bowls[0].h), law.reach[1] * Math.sqrt(bowls[1].h)];
  const widest = Math.max(u, v);
  return quadratic
    ? [nice((1.05 * widest) / Math.sqrt(bowls[0].h)), nice((1.05 * widest) / Math.sqrt(bowls[1].h))]
    : [nice(1.1 * law.reach[0]), nice(1.6 * law.reach[1])];
}
export const directionNames = (correlated: boolean) =>
  correlated ? (["hottest direction", "coldest direction"] as const) : (["along θ₁", "along θ₂"] as const);
export const temperatureNames = (correlated: boolean) =>
  correlated ? (["T hottest", "T coldest"] as const) : (["T₁", "T₂"] as const);
/** Series of a family on the charts over p: the label of points that belong to it. */
export const familyLabel = (family: Law["family"], optimizer: string): string =>
  family === "own" ? optimizer : family === "matrix" ? "matrix" : "measured";
/** Families that are run, as far as the charts tell them apart. */
export const familiesOf = ({ laws }: Setting): Law["family"][] =>
  (["diagonal", "matrix", "own"] as const).filter((family) => laws.some((law) => law.family === family));

/** Four charts: the density over the loss, one line or two, the temperatures and their ratio against p. */
export function charts(configuration: Configuration, problem: ProblemConfiguration, controls: Controls): Chart[] {
  const it = setting(configuration, problem, controls);
  const { laws, correlated, optimizer, quadratic } = it;
  const [shown] = laws;
  const assumption = validity(configuration, it);
  const [right, top] = mapReach(it);
  const [hot, cold] = directionNames(correlated);
  const [one, two] = temperatureNames(correlated);
  const T = meanTemperature(shown, correlated);
  const ratio = Math.max(...predictedTemperatures(shown, correlated)) / T;
  const p = { label: "p", scale: "linear", min: -0.1, max: 2.1, unit: "p" } as const;
  const points = (label: string, colour: 1 | 2 | 3, hollow: boolean): Series => ({
    label,
    mark: "points",
    role: "measured",
    colour,
    unnamed: true,
    ...(hollow && { hollow }),
  });
  const theory = (label: string, nameAt?: number): Series => ({
    label,
    mark: "line",
    role: "theory",
    ...(nameAt === undefined ? { unnamed: true } : { nameAt, nameSide: "above" as const }),
  });
  const families = familiesOf(it);
  const own = families.includes("own") ? ` ○ ${optimizer.name}` : "";
  const both = families.includes("matrix") ? " ○ Σ^(−p/2)" : "";
  return [
    {
      id: "map",
      title: "Density over the loss",
      caption: `of (θ₁, θ₂), ${titleOf(shown)}; solid: the loss at ½, 2 and 4½ T, dashed: the predicted density`,
      short: "solid: L, dashed: predicted p",
      x: { label: "θ₁", scale: "linear", min: -right, max: right, unit: "θ₁" },
      y: { label: "θ₂", scale: "linear", min: -top, max: top },
      series: [
        { label: "density", mark: "heatmap", role: "measured", colour: 1, unnamed: true },
        ...contours.map((level): Series => ({ label: `L = ${level} T`, mark: "line", role: "given", unnamed: true })),
        theory("predicted p"),
      ],
      size: "tall",
      column: 0,
      assumption,
    },
    {
      id: "lines",
      title: "One line or two?",
      caption: `−ln p against L/T: one line if Gibbs, two slopes T/Tᵢ if not. ● ${hot} ○ ${cold}`,
      short: "one line if Gibbs",
      x: { label: "L / T", scale: "linear", min: 0, max: nice(4.5 * ratio) },
      y: { label: "−ln p", scale: "linear", min: 0, max: 6 },
      series: [
        points(hot, 1, false),
        points(cold, 2, true),
        theory(`1/${one}`, 3 * ratio),
        theory(`1/${two}`, 3 / ratio),
      ],
      size: "middle",
      column: 0,
    },
    {
      id: "temperatures",
      title: "Temperatures",
      caption: `of ${correlated ? "the hottest and the coldest direction" : "each coordinate"}, rates ∝ 1/σ^p.${both}${own}`,
      short: "rates ∝ 1/σ^p",
      x: p,
      y: { label: "T", scale: "log" },
      series: [
        ...families.flatMap((family) =>
          [one, two].map((name, i) =>
            points(`${name}, ${familyLabel(family, optimizer.name)}`, i === 0 ? 1 : 2, family !== "diagonal"),
          ),
        ),
        theory(one, 0.35),
        theory(two, 0.35),
        ...(correlated ? [theory(`${one}, matrix`), theory(`${two}, matrix`)] : []),
      ],
      size: "middle",
      column: 1,
      ...(quadratic ? {} : { assumption }),
    },
    {
      id: "ratio",
      title: "Gibbs or not",
      caption: `ln of the ratio of temperatures; within the band it is Gibbs in L.${both}${own}`,
      short: "band: Gibbs in L",
      x: p,
      y: { label: "ln(T₁/T₂)", scale: "linear" },
      series: [
        { label: "Gibbs in L", mark: "band", role: "all", unnamed: true },
        ...families.map((family) => points(`ratio, ${familyLabel(family, optimizer.name)}`, 1, family !== "diagonal")),
        theory("at this η", 0.5),
        { label: "η → 0", mark: "line", role: "other", nameAt: 1.5, nameSide: "above" },
        ...(correlated ? [theory("at this η, matrix")] : []),
      ],
      size: "middle",
      column: 1,
    },
  ];
}
