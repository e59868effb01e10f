import type { Configuration } from "../../../protocol/index.ts";
import { power } from "../../kernels/elementary.ts";
import { findOptimizer } from "../../optimizers/index.ts";

// Units. With parameters ψ = cφ and the loss aL the gradient is (a/c) ĝ. A rule makes the same run if its rate becomes
// η′ = c^p a^q η and its ε becomes ε′ = (a/c)^r ε. McAllester, TTIC 31230, "RMSProp and Adam and Decoupled Versions".

/** p, q of the rate and r of ε. */
export type Exponents = readonly [p: number, q: number, r: number];
export type Numbers = Readonly<Record<string, number>>;
export interface Rule {
  readonly title: string;
  readonly optimizer: string;
  /** All of the optimizer's hyperparameters. */
  readonly values: Numbers;
  readonly exponents: Exponents;
  /** Why no change of η makes up for a change of units. */
  readonly bound?: string;
}

/** The nine of the table, by the keys of their golden trajectories. */
export const nine = [
  { key: "sgd", title: "SGD", exponents: [2, -1, 0] },
  { key: "momentum_coupled", title: "Momentum, lr = η/N", exponents: [2, -1, 0] },
  { key: "momentum_decoupled", title: "Momentum, average", exponents: [2, -1, 0] },
  { key: "rmsprop_eq1", title: "RMSProp (1), ĝ/σ", exponents: [1, 0, 1] },
  { key: "rmsprop_centered", title: "RMSProp, centered", exponents: [1, 0, 1] },
  { key: "rmsprop_eq2", title: "RMSProp (2), ĝ/σ²", exponents: [0, 1, 2] },
  { key: "adam_min", title: "Adam, min(N, t)", exponents: [1, 0, 1] },
  { key: "adam_kb", title: "Adam, published", exponents: [1, 0, 1] },
  { key: "adam_none", title: "Adam, uncorrected", exponents: [1, 0, 1] },
] as const satisfies readonly { key: string; title: string; exponents: Exponents }[];
export type RuleKey = (typeof nine)[number]["key"];
export const ruleTitles: readonly string[] = nine.map(({ title }) => title);

/** Whose units are known. */
export const covered = ["RMSProp", "Adam", "AdamW", "SGD", "DecoupledRMSProp", "DecoupledAdam", "DecoupledSGD"];

const complete = (name: string, values: Readonly<Partial<Record<string, number>>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(findOptimizer(name)!.hyperparameters).map(([key, it]) => [key, values[key] ?? it.default]),
  );

/** Rate, ε and windows of the configuration; usual ones where its optimizer has none. */
export interface Common {
  readonly eta: number;
  readonly epsilon: number;
  readonly Ng: number;
  readonly Ns: number;
  /** Share of s that survives a step: β₂, or 1 − 1/N_s. */
  readonly beta: number;
  /** What makes good that s starts at 0: none, 1 − βᵗ, min(N, t). */
  readonly correction: number;
  /** Where s starts, in units of ĝ²; ε stands inside the root. */
  readonly s0: number;
  readonly inRoot: boolean;
  readonly centered: boolean;
  /** The configuration has no second moment; a window of 100 steps is shown. */
  readonly borrowed: boolean;
}
export function commonOf({ optimizer, groups }: Configuration, gradientWindow: number): Common {
  const h: Readonly<Partial<Record<string, number>>> = complete(optimizer, groups.at(0)?.values ?? {});
  const beta = h["beta2"] ?? 1 - 1 / (h["squareWindow"] ?? 100);
  const kept = h["beta1"] ?? h["momentum"] ?? 0;
  return {
    eta: h["learningRate"]!,
    epsilon: h["epsilon"] ?? 1e-8,
    Ng: optimizer.startsWith("Decoupled")
      ? (h["gradientWindow"] ?? gradientWindow)
      : kept > 0
        ? 1 / (1 - kept)
        : gradientWindow,
    Ns: h["squareWindow"] ?? 1 / (1 - beta),
    beta,
    correction: h["correction"] ?? h["biasCorrection2"] ?? h["biasCorrection"] ?? 0,
    s0: h["initialSecondMoment"] ?? 0,
    inRoot: (h["epsilonInRoot"] ?? 0) !== 0,
    centered: (h["centered"] ?? 0) !== 0,
    borrowed: h["beta2"] === undefined && h["squareWindow"] === undefined,
  };
}

/** The nine rules at one rate, one ε and one pair of windows, as their own optimizers compute them. */
export function nineRules({ eta, epsilon, Ng, Ns }: Pick<Common, "eta" | "epsilon" | "Ng" | "Ns">): Rule[] {
  const rms = { learningRate: eta, squareWindow: Ns, epsilon };
  const adam = { ...rms, gradientWindow: Ng };
  const made: Record<RuleKey, readonly [string, Numbers]> = {
    sgd: ["SGD", { learningRate: eta }],
    momentum_coupled: ["SGD", { learningRate: eta / Ng, momentum: 1 - 1 / Ng }],
    momentum_decoupled: ["DecoupledSGD", { learningRate: eta, gradientWindow: Ng }],
    rmsprop_eq1: ["DecoupledRMSProp", rms],
    rmsprop_centered: ["DecoupledRMSProp", { ...rms, centered: 1 }],
    rmsprop_eq2: ["DecoupledRMSProp", { ...rms, divisor: 1 }],
    adam_min: ["DecoupledAdam", { ...adam, correction: 2 }],
    adam_kb: ["DecoupledAdam", { ...adam, correction: 1 }],
    adam_none: ["DecoupledAdam", { ...adam, correction: 0 }],
  };
  return nine.map(({ key, title, exponents }) => {
    const [optimizer, values] = made[key];
    return { title, optimizer, values: complete(optimizer, values), exponents };
  });
}
/** The configuration's own, with its library's arithmetic; its first group. */
export function ownRule({ optimizer, groups }: Configuration): Rule {
  const values = complete(optimizer, groups.at(0)?.values ?? {});
  const h: Readonly<Partial<Record<string, number>>> = values;
  const s0 = h["initialSecondMoment"] ?? 0;
  return {
    title: optimizer,
    optimizer,
    values,
    exponents: exponentsOf(optimizer, h),
    ...(s0 !== 0 && { bound: "its second moment starts at a number of the library's own, which has a unit" }),
  };
}
function exponentsOf(optimizer: string, h: Readonly<Partial<Record<string, number>>>): Exponents {
  switch (optimizer) {
    case "SGD":
    case "DecoupledSGD":
      return [2, -1, 0];
    case "DecoupledRMSProp":
      return h["divisor"] === 1 ? [0, 1, 2] : [1, 0, 1];
    case "DecoupledAdam": // η₀ of η = η₀ε is a rate of SGD; η₀ of η = η₀/ε has the units of loss
      return h["rateForm"] === 1 ? [2, -1, 1] : h["rateForm"] === 2 ? [0, 1, 1] : [1, 0, 1];
    default:
      return [1, 0, (h["epsilonInRoot"] ?? 0) === 0 ? 1 : 2];
  }
}

/** xⁿ for whole n of either sign; exact where x is a power of two. */
export const factor = (x: number, n: number): number => (n < 0 ? 1 / power(x, -n) : power(x, n));

/** The same rule for parameters c times and a loss a times as large, every number of it that has a unit changed. */
export function converted(rule: Rule, c: number, a: number, [p, q, r]: Exponents = rule.exponents): Numbers {
  const rate = factor(c, p) * factor(a, q);
  const h: Record<string, number> = { ...rule.values };
  const known: Readonly<Partial<Record<string, number>>> = rule.values;
  const times = (name: string, by: number) => {
    if (known[name] !== undefined) h[name] = known[name] * by;
  };
  times("learningRate", rate);
  times("epsilon", factor(a / c, r));
  times("epsilonRoot", factor(a / c, 2));
  // ηλ is a number where decay is taken from θ itself; added to the gradient, λθ has the gradient's unit.
  const decoupled = rule.optimizer === "AdamW" || (known["decoupledWeightDecay"] ?? 0) !== 0;
  times("weightDecay", decoupled ? 1 / rate : a / (c * c));
  return h;
}
/** Without its floors, which have units of their own. */
export function withoutEpsilon(values: Numbers): Numbers {
  const h = { ...values };
  for (const name of ["epsilon", "epsilonRoot"]) if (name in h) h[name] = 0;
  return h;
}
/** "(c²/a)", "c", "a": what stands before η. */
export function spelledFactor([p, q]: readonly [number, number, ...number[]], c = "c", a = "a"): string {
  const up = (x: string, n: number) => (n === 1 ? x : `${x}²`);
  const above = [...(p > 0 ? [up(c, p)] : []), ...(q > 0 ? [up(a, q)] : [])].join(" ");
  return q < 0 ? `(${above}/${up(a, -q)})` : above;
}
