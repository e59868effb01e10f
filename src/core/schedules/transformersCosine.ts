import { cos } from "../kernels/elementary.ts";
import { schedule } from "./schedule.ts";
import { counts, lowestRate, lowestShare, share } from "./shared.ts";
import { givenRate, rising, source, trainingLength, warmUp, warmUpCounts } from "./warmUp.ts";

// The schedules of Hugging Face transformers that fall along a cosine, or may.

const cycles = {
  symbol: "n",
  label: "cycles",
  meaning: "Whole cosine waves after the warm-up; one half ends at 0 (num_cycles).",
  default: 0.5,
  range: [0.5, 5],
  scale: "linear",
} as const;
const lowest = {
  minimum: lowestRate({ meaning: "The rate at the end (min_lr)." }),
  minimumFraction: lowestShare({
    meaning: "Share of the peak rate at the end, where the lowest rate is 0 (min_lr_rate).",
  }),
  optimizerRate: givenRate,
} as const;
/** The lowest factor: the lowest rate is taken as a share of the rate that the optimizer itself was given. */
const lowestFactor = (
  base: number,
  { minimum, minimumFraction, optimizerRate }: { readonly [K in keyof typeof lowest]: number },
): number => (minimum > 0 ? minimum / (optimizerRate > 0 ? optimizerRate : base) : minimumFraction);

const progress = (count: number, warmup: number, length: number) => (count - warmup) / Math.max(1, length - warmup);
const wave = (share: number, waves: number) => 0.5 * (1 + cos(2 * Math.PI * waves * share));

export const cosine = schedule({
  name: "get_cosine_schedule_with_warmup",
  source: source("get_cosine_schedule_with_warmup"),
  hyperparameters: { ...warmUp, ...trainingLength, cycles },
  rates(base, given) {
    const { length } = given;
    const warmup = warmUpCounts(given, length);
    const factor = (count: number) =>
      count < warmup ? rising(count, warmup) : Math.max(0, wave(progress(count, warmup, length), given.cycles));
    return { rate: (count) => base * factor(count) };
  },
});

export const cosineWithRestarts = schedule({
  name: "get_cosine_with_hard_restarts_schedule_with_warmup",
  source: source("get_cosine_with_hard_restarts_schedule_with_warmup"),
  hyperparameters: {
    ...warmUp,
    ...trainingLength,
    cycles: {
      ...cycles,
      meaning: "Half cosines after the warm-up, each from the peak to 0 (num_cycles).",
      default: 1,
      range: [1, 10],
    },
  },
  rates(base, given) {
    const { length } = given;
    const warmup = warmUpCounts(given, length);
    const factor = (count: number) => {
      if (count < warmup) return rising(count, warmup);
      const share = progress(count, warmup, length);
      return share >= 1 ? 0 : Math.max(0, wave((given.cycles * share) % 1, 0.5));
    };
    return { rate: (count) => base * factor(count), length };
  },
});

export const cosineToMinimum = schedule({
  name: "get_cosine_with_min_lr_schedule_with_warmup",
  source: source("get_cosine_with_min_lr_schedule_with_warmup"),
  hyperparameters: {
    ...warmUp,
    ...trainingLength,
    cycles,
    ...lowest,
  },
  rates(base, given) {
    const { length } = given;
    const warmup = warmUpCounts(given, length);
    const low = lowestFactor(base, given);
    const factor = (count: number) =>
      count < warmup
        ? rising(count, warmup)
        : Math.max(0, wave(progress(count, warmup, length), given.cycles) * (1 - low) + low);
    return { rate: (count) => base * factor(count) };
  },
});

export const cosineToMinimumFromOne = schedule({
  name: "get_cosine_with_min_lr_schedule_with_warmup_lr_rate",
  source: source("get_cosine_with_min_lr_schedule_with_warmup_lr_rate"),
  hyperparameters: {
    ...warmUp,
    ...trainingLength,
    cycles,
    ...lowest,
    startFactor: share({
      symbol: "s₀",
      label: "first share",
      meaning:
        "Share of the peak rate at the first count (warmup_lr_rate); one part of the warm-up where it is not given.",
      default: 0,
    }),
  },
  // Counts from 1 where its sister counts from 0.
  rates(base, given, _runLength, configuration) {
    const { length } = given;
    const written: Readonly<Partial<Record<string, number>>> = configuration.values;
    const startFactor = written["startFactor"];
    const warmup = warmUpCounts(given, length);
    const low = lowestFactor(base, given);
    const factor = (count: number) => {
      if (count >= warmup)
        return Math.max(0, wave(progress(count + 1, warmup, length), given.cycles) * (1 - low) + low);
      return startFactor !== undefined
        ? startFactor + ((1 - startFactor) * count) / Math.max(1, warmup - 1)
        : rising(count + 1, warmup);
    };
    return { rate: (count) => base * factor(count) };
  },
});

const shapes = ["linear", "cosine", "1-sqrt"];
export const warmupStableDecay = schedule({
  name: "get_wsd_schedule",
  source: source("get_wsd_schedule"),
  hyperparameters: {
    ...warmUp,
    ...trainingLength,
    stable: counts({
      symbol: "T_s",
      label: "stable",
      meaning:
        "Counts at the peak rate (num_stable_steps); what warm-up and decay leave of the length where it is not given.",
      default: 0,
      range: [0, 100_000],
    }),
    decay: counts({
      symbol: "T_d",
      label: "decay",
      meaning: "Counts from the peak rate to the lowest (num_decay_steps).",
      default: 100,
      range: [1, 100_000],
    }),
    warmupShape: {
      symbol: "a_w",
      label: "warm-up shape",
      meaning: "How the rate rises (warmup_type).",
      default: 0,
      range: [0, 2],
      scale: "choice",
      choices: shapes,
    },
    decayShape: {
      symbol: "a_d",
      label: "decay shape",
      meaning: "How the rate falls (decay_type).",
      default: 1,
      range: [0, 2],
      scale: "choice",
      choices: shapes,
    },
    minimumFraction: lowestShare({ meaning: "Share of the peak rate at both ends (min_lr_ratio)." }),
    cycles,
  },
  rates(base, given, _runLength, configuration) {
    const { length, decay, minimumFraction: low } = given;
    const warmup = warmUpCounts(given, length);
    const written: Readonly<Partial<Record<string, number>>> = configuration.values;
    const stable = written["stable"] ?? length - warmup - decay;
    const rise = (share: number) =>
      given.warmupShape === 0 ? share : given.warmupShape === 1 ? wave(1 - share, 0.5) : 1 - Math.sqrt(1 - share);
    const fall = (share: number) =>
      given.decayShape === 0 ? 1 - share : given.decayShape === 1 ? wave(share, given.cycles) : 1 - Math.sqrt(share);
    const factor = (count: number) => {
      if (count < warmup) return Math.max(0, rise(rising(count, warmup)) * (1 - low) + low);
      if (count < warmup + stable) return 1;
      if (count >= warmup + stable + decay) return low;
      return Math.max(0, fall((count - warmup - stable) / Math.max(1, decay)) * (1 - low) + low);
    };
    return { rate: (count) => base * factor(count), length: warmup + stable + decay };
  },
});
