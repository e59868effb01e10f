import { schedule } from "./schedule.ts";

/** Half cosines one after the other, each as long as the one before or longer by a factor. */
export const cosineAnnealingWarmRestarts = schedule({
  name: "CosineAnnealingWarmRestarts",
  source:
    "Loshchilov & Hutter 2017, eq. 5, arXiv:1608.03983; torch.optim.lr_scheduler.CosineAnnealingWarmRestarts (PyTorch 2)",
  hyperparameters: {
    length: {
      symbol: "T₀",
      label: "first length",
      meaning: "Counts until the first restart (T_0); 0 is the length of the run.",
      default: 0,
      range: [0, 100_000],
      scale: "integer",
    },
    growth: {
      symbol: "T_mult",
      label: "growth",
      meaning: "How many times as long each stretch is as the one before (T_mult).",
      default: 1,
      range: [1, 4],
      scale: "integer",
    },
    minimum: {
      symbol: "ηₘᵢₙ",
      label: "lowest rate",
      meaning: "The rate just before a restart (eta_min).",
      default: 0,
      range: [1e-8, 1],
      scale: "log",
    },
  },
  rates(base, { length, growth, minimum }) {
    if (growth < 1)
      throw new Error(`CosineAnnealingWarmRestarts needs a growth (T_mult) of at least 1, got ${growth}.`);
    return {
      rate(count) {
        let start = 0;
        let stretch = length;
        if (growth === 1) start = Math.floor(count / length) * length;
        else
          while (count >= start + stretch) {
            start += stretch;
            stretch *= growth;
          }
        return minimum + ((base - minimum) * (1 + Math.cos((Math.PI * (count - start)) / stretch))) / 2;
      },
    };
  },
});
