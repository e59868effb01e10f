import { typed, type Chart, type Configuration, type Series } from "../../../protocol/index.ts";
import { changes, type Controls } from "./controls.ts";
import { commonOf, nineRules, ownRule, spelledFactor, type Rule } from "./rules.ts";
import { streamSteps } from "./work.ts";

/** Rules drawn over the scales, by the index of the table. */
export const drawn = [
  { index: 0, label: "SGD" },
  { index: 3, label: "RMSProp" },
  { index: 5, label: "ĝ/σ²" },
  { index: 7, label: "Adam" },
] as const;
export const parameters = ["θ₁", "θ₂", "θ₃"] as const;

export function shownRule(configuration: Configuration, controls: Controls): Rule {
  if (controls.rule === 0) return ownRule(configuration);
  return nineRules(commonOf(configuration, controls.gradientWindow))[controls.rule - 1];
}

export function charts(configuration: Configuration, controls: Controls): Chart[] {
  const common = commonOf(configuration, controls.gradientWindow);
  const rule = shownRule(configuration, controls);
  const [p, q, r] = rule.exponents;
  const left = configuration.clip
    ? "not here: the configuration clips its gradients, which is left out"
    : configuration.around
      ? "not here: what stands around the optimizer is left out"
      : rule.bound
        ? `not here: ${rule.bound}`
        : undefined;
  const each = controls.change === 3;
  const conversion = `η′ = ${spelledFactor([p, q])}η${r === 0 ? "" : `, ε′ = ${r === 2 ? "(a/c)²" : "(a/c)"}ε`}`;
  const units = {
    text: `${rule.title}: the same run with ${conversion}.`,
    ...(left !== undefined && { broken: left }),
  };
  const time = { label: "steps", scale: "linear", min: 0, max: controls.steps, unit: "steps" } as const;
  const stream = streamSteps(common, controls);
  const over = (id: string, symbol: string, title: string): Chart => ({
    id,
    title,
    caption: `runs apart by ${symbol}, η as it is`,
    x: { label: symbol, scale: "log", min: 1 / 16, max: 16 },
    y: { label: "runs apart", scale: "linear", min: 0, max: 2 },
    series: drawn.map(({ label }, i): Series => ({
      label,
      mark: "line",
      role: "measured",
      colour: (i + 1) as 1 | 2 | 3 | 4,
    })),
    size: "middle",
    column: 1,
  });
  return [
    {
      id: "apart",
      title: "Same run in other units?",
      caption: `runs apart; other units: ${changes[controls.change]}`,
      short: "runs apart",
      x: time,
      y: { label: "runs apart", scale: "linear", min: 0 },
      series: [
        { label: "η as it is", mark: "line", role: "measured", colour: 2 },
        { label: "η′", mark: "line", role: "measured", colour: 1 },
      ],
      size: "middle",
      column: 0,
      assumption: units,
    },
    {
      id: "trajectory",
      title: "Parameters",
      caption: `dashed: old units, points: ${each ? "ε = 0" : "η′"}, solid: η as it is`,
      short: `points: ${each ? "ε = 0" : "η′"}, solid: η as it is`,
      x: time,
      y: { label: "θ, in the old units", scale: "linear" },
      series: parameters.flatMap((label, i): Series[] => {
        const colour = (i + 1) as 1 | 2 | 3;
        return [
          { label, mark: "line", role: "measured", colour },
          { label: `${label}, η′`, mark: "points", role: "measured", colour, unnamed: true },
          { label: `${label}, old units`, mark: "line", role: "theory", unnamed: true },
        ];
      }),
      size: "tall",
      column: 0,
    },
    unitsTable(configuration, controls),
    over("parameters", "c", "Parameters × c"),
    over("loss", "a", "Loss × a"),
    {
      id: "moments",
      title: "Second moment",
      caption: `μ ${typed(controls.mean)}, σ ${typed(controls.deviation)}; band: 80 % of chains`,
      short: "band: 80 % of chains",
      x: { label: "gradients", scale: "linear", min: 0, max: stream, unit: "steps" },
      y: { label: "ĝ²", scale: "linear", min: 0 },
      series: [
        { label: "80 %", mark: "band", role: "measured", colour: 1, unnamed: true },
        { label: "mean s", mark: "line", role: "measured", colour: 1 },
        { label: "median", mark: "line", role: "measured", colour: 3 },
        { label: "s − m²", mark: "line", role: "measured", colour: 2 },
        { label: "E s", mark: "line", role: "theory", unnamed: true },
        { label: "E(s − m²)", mark: "line", role: "theory", unnamed: true },
        { label: "μ² + σ²", mark: "line", role: "given", unnamed: true },
      ],
      size: "middle",
      column: 0,
      assumption: {
        text: "Holds for independent normal gradients of constant mean and deviation.",
        ...(common.borrowed && { broken: `not here: ${configuration.optimizer} has no s; 100 steps are shown` }),
      },
    },
    {
      id: "first",
      title: "First steps",
      caption: `step / η, gradient always ${typed(controls.constant)}; dashed: exact`,
      short: "step / η, dashed: exact",
      x: { label: "steps", scale: "log", min: 1, max: Math.max(10, stream), unit: "steps" },
      y: { label: "step / η", scale: "log" },
      series: [
        { label: "÷ √s", mark: "line", role: "measured", colour: 1 },
        { label: "centered", mark: "line", role: "measured", colour: 2 },
        { label: "exact, ÷ √s", mark: "line", role: "theory", unnamed: true },
        { label: "exact, centered", mark: "line", role: "theory", unnamed: true },
      ],
      size: "middle",
      column: 1,
    },
  ];
}

/** Which figure of a rule stands in which column, and for which change of units it is chosen. */
export const tabled = [
  { figure: "converted", change: 0 },
  { figure: "parameters", change: 1 },
  { figure: "loss", change: 2 },
  { figure: "each", change: 3 },
] as const;

/** Every rule under every change of units; a click shows its runs in the first two charts. */
function unitsTable(configuration: Configuration, controls: Controls): Chart {
  const rules = [ownRule(configuration), ...nineRules(commonOf(configuration, controls.gradientWindow))];
  const chosen = tabled.findIndex(({ change }) => change === controls.change);
  return {
    id: "units",
    title: "Which units matter?",
    caption: "how far runs part; click a cell to see its runs",
    short: "click a cell to see its runs",
    x: { label: "change", scale: "linear", min: 0, max: tabled.length },
    y: { label: "rule", scale: "linear", min: 0, max: rules.length },
    series: [{ label: "runs apart", mark: "heatmap", role: "measured" }],
    grid: {
      head: "rule, η′",
      rows: rules.map(({ title, exponents: [p, q] }, k) => ({
        name: k === 0 ? `${title} of the code` : title,
        note: `${spelledFactor([p, q])}η`,
      })),
      columns: ["both, η′", `θ × ${typed(controls.c)}`, `L × ${typed(controls.a)}`, "each θ, ε = 0"],
      zero: { most: 1e-9, text: "same run" },
      picks: { row: "rule", column: "change", values: tabled.map(({ change }) => change) },
      chosen: [controls.rule, Math.max(0, chosen)],
    },
    size: "middle",
    column: 1,
    assumption: {
      text: "First column with η′ and ε′ for the new units, the others with η as it is; 1 is as far as the run itself goes.",
    },
  };
}
