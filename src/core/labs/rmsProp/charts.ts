import { spell, type Chart, type Configuration, type Series } from "../../../protocol/index.ts";
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
  const conversion = `η′ = ${spelledFactor([p, q]) === "1" ? "" : `${spelledFactor([p, q])} `}η${r === 0 ? "" : `, ε′ = ${r === 2 ? "(a/c)²" : "(a/c)"} ε`}`;
  const what = each ? "ε = 0" : conversion;
  const units = {
    text: `${rule.title}: the same run with ${conversion}.`,
    ...(left !== undefined && { broken: left }),
  };
  const time = { label: "steps", scale: "linear", min: 0, max: controls.steps, unit: "steps" } as const;
  const stream = streamSteps(common, controls);
  const over = (id: string, symbol: string, title: string, whose: string): Chart => ({
    id,
    title,
    caption: `how far runs part when ${whose} ${symbol} times as large, η and ε as they are`,
    short: `runs apart by ${symbol}`,
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
      title: "Is it the same run in other units?",
      caption: `${rule.title}: distance of the runs, in ways of the first; other units for ${changes[controls.change]}`,
      short: "distance of the runs",
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
      title: "The run, and the run in other units",
      caption: `dashed: in the old units; ● ${what}; solid: η as it is`,
      short: "parameters by step",
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
    over("parameters", "c", "Parameters in other units", "parameters are"),
    over("loss", "a", "The loss in other units", "the loss is"),
    {
      id: "moments",
      title: "Does s know the second moment?",
      caption: `s of gradients with mean ${spell(controls.mean)} and deviation ${spell(controls.deviation)}, N_s ${spell(common.Ns)}; band: 80 % of chains`,
      short: "s, its median and 80 %",
      x: { label: "steps", scale: "linear", min: 0, max: stream, unit: "steps" },
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
      column: 1,
      assumption: {
        text: "Holds for independent normal gradients of constant mean and deviation.",
        ...(common.borrowed && { broken: `not here: ${configuration.optimizer} has no s; 100 steps are shown` }),
      },
    },
    {
      id: "first",
      title: "How large are the first steps?",
      caption: `step / η under a constant gradient ${spell(controls.constant)}; dashed: exact`,
      short: "step / η",
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
