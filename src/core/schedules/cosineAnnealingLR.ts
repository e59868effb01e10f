import { cos } from "../kernels/elementary.ts";
import { schedule } from "./schedule.ts";
import { length, lowestRate } from "./shared.ts";

/** Half a cosine from the given rate to the minimum; past its length PyTorch's goes up again. */
export const cosineAnnealingLR = schedule({
  name: "CosineAnnealingLR",
  source:
    "Loshchilov & Hutter 2017, eq. 5 without restarts, arXiv:1608.03983; torch.optim.lr_scheduler.CosineAnnealingLR (PyTorch 2)",
  hyperparameters: {
    length: length({ meaning: "Counts until the minimum is reached (T_max); 0 is the length of the run." }),
    minimum: lowestRate({ meaning: "The rate at the end (eta_min)." }),
  },
  rates(base, { length: total, minimum }) {
    const wave = (count: number) => 1 + cos((Math.PI * count) / total);
    return {
      // PyTorch goes from rate to rate; alone, that is this closed form but for rounding.
      rate: (count) => minimum + ((base - minimum) * wave(count)) / 2,
      recursion: {
        next(rate, count) {
          if (count === 0) return rate;
          // One count past a minimum the ratio of waves is 0/0: there it sets off from the rate it finds.
          if ((count - 1 - total) % (2 * total) === 0) return rate + ((base - minimum) * (2 - wave(1))) / 2;
          return (wave(count) / wave(count - 1)) * (rate - minimum) + minimum;
        },
      },
    };
  },
});
