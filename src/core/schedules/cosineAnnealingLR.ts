import { schedule } from "./schedule.ts";

/** Half a cosine from the given rate to the minimum; past its length PyTorch's goes up again. */
export const cosineAnnealingLR = schedule({
  name: "CosineAnnealingLR",
  source:
    "Loshchilov & Hutter 2017, eq. 5 without restarts, arXiv:1608.03983; torch.optim.lr_scheduler.CosineAnnealingLR (PyTorch 2)",
  hyperparameters: {
    length: {
      symbol: "T",
      label: "length",
      meaning: "Counts until the minimum is reached (T_max); 0 is the length of the run.",
      default: 0,
      range: [0, 100_000],
      scale: "integer",
    },
    minimum: {
      symbol: "ηₘᵢₙ",
      label: "lowest rate",
      meaning: "The rate at the end (eta_min).",
      default: 0,
      range: [1e-8, 1],
      scale: "log",
    },
  },
  // PyTorch goes from rate to rate; this is its closed form, equal to rounding.
  rates: (base, { length, minimum }) => ({
    rate: (count) => minimum + ((base - minimum) * (1 + Math.cos((Math.PI * count) / length))) / 2,
  }),
});
