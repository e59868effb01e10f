import { schedule } from "./schedule.ts";
import { length, power } from "./shared.ts";

/** A power of the share of the length that is left. */
export const polynomialLR = schedule({
  name: "PolynomialLR",
  source: "torch.optim.lr_scheduler.PolynomialLR (PyTorch 2)",
  hyperparameters: {
    length: length({ meaning: "Counts until the rate is 0 (total_iters); 0 is the length of the run.", default: 5 }),
    power,
  },
  rates: (base, { length: total, power: p }) => ({
    rate: (count) => base * (1 - Math.min(count, total) / total) ** p,
    length: total,
    recursion: {
      next: (rate, count) =>
        count === 0 || count > total ? rate : rate * ((1 - count / total) / (1 - (count - 1) / total)) ** p,
    },
  }),
});
