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
import { principal, reachOf, type Pair } from "./theory.ts";

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

/** Whose law it is, for a sentence. */
export const titleOf = ({ family, name, power }: Law): string =>
  family === "own"
    ? name
    : family === "matrix"
      ? `SGD with ${name}`
      : power === 0
        ? "SGD at one rate"
        : `SGD with rates ∝ 1/σ${power === 1 ? "" : power === 2 ? "²" : `^${power}`}`;

/** Upwards, to a tenth or less of it. */
const nice = (x: number): number => {
  const power = Number(`1e${Math.floor(Math.log10(x))}`);
  const unit = x / power < 2 ? power / 10 : x / power < 5 ? power / 4 : power / 2;
  return Number((Math.ceil(x / unit - 1e-9) * unit).toPrecision(3));
};
/** Ends of the map: all of the bins and all contours. */
export function mapReach({ bowls, laws: [law], correlated }: Setting): Pair {
  const highest = contours[contours.length - 1] * meanTemperature(law, correlated);
  const end = (i: 0 | 1): number => nice(Math.max(1.02 * law.reach[i], 1.1 * reachOf(bowls[i], highest)));
  return [end(0), end(1)];
}
export const directionNames = (correlated: boolean) =>
  correlated ? (["hottest", "coldest direction"] as const) : (["along θ₁", "along θ₂"] as const);
export const temperatureNames = (correlated: boolean) =>
  correlated ? (["T_hot", "T_cold"] as const) : (["T₁", "T₂"] as const);
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
  const [high, low] = predictedTemperatures(shown, correlated).map((own) => own / T);
  const ratio = Math.max(high, low);
  const p = { label: "p", scale: "linear", min: -0.1, max: 2.1, unit: "p" } as const;
  const points = (label: string, colour: 1 | 2 | 3, hollow: boolean): Series => ({
    label,
    mark: "points",
    role: "measured",
    colour,
    unnamed: true,
    ...(hollow && { hollow }),
  });
  const theory = (label: string, nameAt?: number, nameSide: Series["nameSide"] = "above"): Series => ({
    label,
    mark: "line",
    role: "theory",
    ...(nameAt === undefined ? { unnamed: true } : { nameAt, nameSide }),
  });
  const families = familiesOf(it);
  const own = families.includes("own") ? ` ○ ${optimizer.name}` : "";
  const both = families.includes("matrix") ? " ○ Σ^(−p/2)" : "";
  return [
    {
      id: "map",
      title: "Density over the loss",
      caption: "solid: contours of L, dashed: predicted",
      short: "solid: L, dashed: predicted",
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
      caption: `−ln p against L/T. ● ${hot} ○ ${cold}`,
      short: "one line if Gibbs",
      x: { label: "L / T", scale: "linear", min: 0, max: nice(4.2 * ratio) },
      y: { label: "−ln p", scale: "linear", min: 0, max: 6 },
      series: [
        points(hot, 1, false),
        points(cold, 2, true),
        theory(`1/${one}`, 3.2 * high, "below"),
        theory(`1/${two}`, 5 * low, ratio > 1.5 ? "right" : "above"),
      ],
      size: "middle",
      column: 0,
    },
    {
      id: "temperatures",
      title: "Temperatures",
      caption: `${correlated ? "hottest and coldest" : "of each coordinate"}, rates ∝ 1/σ^p.${both}${own}`,
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
      caption: `ln(${one}/${two}), Gibbs in L within the band.${both}${own}`,
      short: "band: Gibbs in L",
      x: p,
      y: { label: `ln(${one}/${two})`, scale: "linear" },
      series: [
        { label: "Gibbs in L", mark: "band", role: "all", unnamed: true },
        ...families.map((family) => points(`ratio, ${familyLabel(family, optimizer.name)}`, 1, family !== "diagonal")),
        theory("at this η", 0.55, "below"),
        { label: "η → 0", mark: "line", role: "other", nameAt: 1.5, nameSide: "above" },
        ...(correlated ? [theory("at this η, matrix", 0.8, "below")] : []),
      ],
      size: "middle",
      column: 1,
    },
  ];
}
