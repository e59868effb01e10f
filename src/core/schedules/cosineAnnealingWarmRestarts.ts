import { cos } from "../kernels/elementary.ts";
import { schedule } from "./schedule.ts";
import { counts, length, lowestRate } from "./shared.ts";

/** Half cosines one after the other, each as long as the one before or longer by a factor. */
export const cosineAnnealingWarmRestarts = schedule({
  name: "CosineAnnealingWarmRestarts",
  source:
    "Loshchilov & Hutter 2017, eq. 5, arXiv:1608.03983; torch.optim.lr_scheduler.CosineAnnealingWarmRestarts (PyTorch 2)",
  hyperparameters: {
    length: length({
      symbol: "T₀",
      label: "first length",
      meaning: "Counts until the first restart (T_0); 0 is the length of the run.",
    }),
    growth: counts({
      symbol: "T_mult",
      label: "growth",
      meaning: "How many times as long each stretch is as the one before (T_mult).",
      default: 1,
      range: [1, 4],
      valid: { least: 1 },
    }),
    minimum: lowestRate({ meaning: "The rate just before a restart (eta_min)." }),
  },
  whole: ["length", "growth"],
  rates: (base, { length: first, growth, minimum }) => ({
    rate(count) {
      let start = 0;
      let stretch = first;
      if (growth === 1) start = Math.floor(count / first) * first;
      else
        while (count >= start + stretch) {
          start += stretch;
          stretch *= growth;
        }
      return minimum + ((base - minimum) * (1 + cos((Math.PI * (count - start)) / stretch))) / 2;
    },
  }),
});
