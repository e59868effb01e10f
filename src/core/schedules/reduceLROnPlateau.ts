import { type Rates, schedule } from "./schedule.ts";
import { counts, factor, lowestRate, rate } from "./shared.ts";

const which = (symbol: string, label: string, meaning: string, choices: readonly string[]) =>
  ({ symbol, label, meaning, default: 0, range: [0, 1], scale: "choice", choices }) as const;
const patience = counts({
  symbol: "P",
  label: "patience",
  meaning: "Counts without improvement that are borne (patience).",
  default: 10,
  range: [0, 100],
});
const cooldown = counts({
  symbol: "C",
  label: "cooldown",
  meaning: "Counts after a drop in which nothing is counted (cooldown).",
  default: 0,
  range: [0, 100],
});
const drop = factor({
  meaning: "What a drop multiplies the rate by (factor).",
  default: 0.1,
  range: [0.01, 0.99],
  valid: { least: 0, below: 1 },
});
const lowest = lowestRate({ meaning: "The rate is never brought below this (min_lr)." });
const threshold = (meaning: string) => rate({ symbol: "Δ", label: "threshold", default: 1e-4, meaning });

/** The rates of one alone: it keeps the rate that it made. */
function alone(base: number, follow: (metric: number, rate: number) => number): Rates {
  let now = base;
  return {
    rate: () => now,
    observe(metric) {
      now = follow(metric, now);
    },
    follow,
  };
}

/** Drops the rate when a metric has not improved for a while. It follows the run: `observe` tells it of every metric. */
export const reduceLROnPlateau = schedule({
  name: "ReduceLROnPlateau",
  source: "torch.optim.lr_scheduler.ReduceLROnPlateau (PyTorch 2)",
  hyperparameters: {
    mode: which("m", "better is", "Whether the metric is to fall or to rise (mode).", ["min", "max"]),
    factor: drop,
    patience,
    threshold: threshold("What the best metric must be beaten by to count as an improvement (threshold)."),
    thresholdMode: which("Δ of", "threshold is", "A share of the best metric, or a difference (threshold_mode).", [
      "rel",
      "abs",
    ]),
    cooldown,
    minimum: lowest,
    epsilon: rate({
      symbol: "ε",
      label: "least change",
      default: 1e-8,
      range: [1e-12, 1e-2],
      meaning: "A drop that would change the rate by no more than this is not made (eps).",
    }),
  },
  rates(base, { mode, factor: by, patience: borne, threshold: margin, thresholdMode, cooldown: pause, ...rest }) {
    const { minimum, epsilon } = rest;
    const toBeat = (best: number) => {
      if (thresholdMode === 1) return mode === 0 ? best - margin : best + margin;
      return best * (mode === 0 ? 1 - margin : 1 + margin);
    };
    const better = (metric: number, best: number) => (mode === 0 ? metric < toBeat(best) : metric > toBeat(best));
    let best = mode === 0 ? Infinity : -Infinity;
    let bad = 0;
    let cooling = 0;
    return alone(base, (metric, now) => {
      if (better(metric, best)) {
        best = metric;
        bad = 0;
      } else bad++;
      if (cooling > 0) {
        cooling--;
        bad = 0;
      }
      if (bad <= borne) return now;
      cooling = pause;
      bad = 0;
      const next = Math.max(now * by, minimum);
      return now - next > epsilon ? next : now;
    });
  },
});

/** Keras's callback of the same name: the margin is a difference, patience is exceeded one count earlier. */
export const kerasReduceLROnPlateau = schedule({
  name: "keras.callbacks.ReduceLROnPlateau",
  source: "keras.callbacks.ReduceLROnPlateau (Keras 3)",
  hyperparameters: {
    factor: drop,
    patience,
    mode: {
      ...which("m", "better is", "Whether the metric is to fall or to rise (mode); auto is fall, as for a loss.", [
        "min",
        "max",
        "auto",
      ]),
      default: 2,
      range: [0, 2],
    },
    threshold: threshold("What the best metric must be beaten by to count as an improvement (min_delta)."),
    cooldown,
    minimum: lowest,
  },
  rates(base, { mode, factor: by, patience: borne, threshold: margin, cooldown: pause, minimum }) {
    let best = mode === 1 ? -Infinity : Infinity;
    let waited = 0;
    let cooling = 0;
    return alone(base, (metric, now) => {
      if (cooling > 0) {
        cooling--;
        waited = 0;
      }
      if (mode === 1 ? metric > best + margin : metric < best - margin) {
        best = metric;
        waited = 0;
        return now;
      }
      if (cooling > 0 || ++waited < borne || !(now > minimum)) return now;
      cooling = pause;
      waited = 0;
      return Math.max(now * by, minimum);
    });
  },
});
