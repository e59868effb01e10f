import { spell, type Configuration } from "../../../protocol/index.ts";
import { exp, log } from "../../kernels/elementary.ts";
import type { Job } from "../lab.ts";
import type { controls, Controls } from "./controls.ts";

// The configuration is taken as tuned at B = 1: its windows N = 1/(1 − β) are counted in examples. At B they are N/B steps, at
// least one. Momentum is in the decoupled form, an average: SGD with μ and lr is that with N = 1/(1 − μ) and η = N lr.

export type BatchJob = Job<typeof controls>;
export const covered = ["SGD", "RMSProp", "Adam", "AdamW"] as const;

export interface Base {
  /** SGD has no second moment. */
  readonly adaptive: boolean;
  /** η at B = 1, of the decoupled form. */
  readonly eta: number;
  /** η of the decoupled form to the configuration's own. */
  readonly perRate: number;
  readonly Ng: number;
  readonly Ns: number;
  readonly epsilon: number;
}
export function baseOf({ optimizer, groups }: Configuration): Base {
  const values: Readonly<Partial<Record<string, number>>> = groups.at(0)?.values ?? {};
  const window = (beta: number) => Math.max(1, 1 / (1 - beta));
  const momentum = values["momentum"] ?? 0;
  if (optimizer === "SGD") {
    const Ng = window(momentum);
    return { adaptive: false, eta: (values["learningRate"] ?? 1e-3) * Ng, perRate: Ng, Ng, Ns: 1, epsilon: 0 };
  }
  const rms = optimizer === "RMSProp";
  return {
    adaptive: true,
    eta: values["learningRate"] ?? (rms ? 1e-2 : 1e-3),
    perRate: 1,
    Ng: rms ? 1 : window(values["beta1"] ?? 0.9),
    Ns: window(values["beta2"] ?? (rms ? 0.99 : 0.999)),
    epsilon: values["epsilon"] ?? 1e-8,
  };
}
/** β of momentum in the runs to target, where the configuration has one. */
export const momentumOf = (configuration: Configuration): number => {
  const { Ng } = baseOf(configuration);
  return Ng > 1 ? 1 - 1 / Ng : 0.9;
};

export const sizesOf = ({ doublings }: Controls): number[] => Array.from({ length: doublings + 1 }, (_, k) => 2 ** k);

/** Which second moment: of each example's gradient, or of the batch's mean; none for SGD. */
export type Moment = "examples" | "mean" | "none";
export interface Rule {
  readonly name: string;
  readonly moment: Moment;
  /** η is multiplied by B to this power, ε divided by it where `shrinks`. */
  readonly power: number;
  readonly shrinks?: true;
}
export const rulesOf = ({ adaptive }: Base): readonly Rule[] =>
  adaptive
    ? [
        { name: "mean of squares, ηB", moment: "examples", power: 1 },
        { name: "square of mean, η√B", moment: "mean", power: 0.5, shrinks: true },
        { name: "square of mean, ηB", moment: "mean", power: 1 },
        { name: "square of mean, η", moment: "mean", power: 0 },
      ]
    : [
        { name: "ηB", moment: "none", power: 1 },
        { name: "η√B", moment: "none", power: 0.5 },
        { name: "η", moment: "none", power: 0 },
      ];
export interface Scan {
  readonly name: string;
  readonly moment: Moment;
  /** Slope of ln η* on ln B that theory expects where noise dominates. */
  readonly slope: number;
}
export const scansOf = ({ adaptive }: Base): readonly Scan[] =>
  adaptive
    ? [
        { name: "mean of squares", moment: "examples", slope: 1 },
        { name: "square of mean", moment: "mean", slope: 0.5 },
      ]
    : [{ name: "SGD", moment: "none", slope: 1 }];

/** Rates of one scan. */
export const rates = 17;
/** The best rate of so many examples is near 5.12 over them: 0.00125 for 4096. */
const expected = 5.12;
export function lnRate({ examples, reference, reach }: Controls, scan: Scan, B: number, k: number): number {
  return (
    log(reference > 0 ? reference : expected / examples) + scan.slope * log(B) + reach * ((2 * k) / (rates - 1) - 1)
  );
}

/** One run of the model: what it does at B. */
export interface Run {
  readonly moment: Moment;
  readonly eta: number;
  readonly Ng: number;
  readonly Ns: number;
  readonly epsilon: number;
}
/** Every scan's rates, then every rule. */
export function runsOf(base: Base, controls: Controls, B: number): Run[] {
  const windows = { Ng: Math.max(1, base.Ng / B), Ns: Math.max(1, base.Ns / B) };
  const root = Math.sqrt(B);
  const scanned = scansOf(base).flatMap((scan) =>
    Array.from({ length: rates }, (_, k) => ({
      ...windows,
      moment: scan.moment,
      eta: exp(lnRate(controls, scan, B, k)),
      epsilon: base.epsilon / (scan.moment === "mean" ? root : 1),
    })),
  );
  const moved = rulesOf(base).map(({ moment, power, shrinks }) => ({
    ...windows,
    moment,
    eta: base.eta * (power === 1 ? B : power === 0 ? 1 : root),
    epsilon: base.epsilon / (shrinks ? root : 1),
  }));
  return [...scanned, ...moved];
}

/** How many times the squared gradient of the start may exceed the noise of the largest batch. */
const mostOfNoise = 10;
/** Where noise is far from dominating the gradient, why. */
export function quiet(
  { curvature1, curvature2, noise1, noise2 }: Controls,
  [first, second]: readonly [number, number],
  sizes: readonly number[],
): string | undefined {
  const B = sizes[sizes.length - 1];
  const share = Math.max((curvature1 * first) ** 2 / noise1 ** 2, (curvature2 * second) ** 2 / noise2 ** 2) * B;
  return share > mostOfNoise
    ? `noise does not dominate: at the start g² is ${spell(share, 2)} times σ²/B at B = ${B}`
    : undefined;
}
