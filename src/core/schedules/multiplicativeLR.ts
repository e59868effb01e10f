import { parseFormula } from "../formula.ts";
import { schedule } from "./schedule.ts";

/** A factor that a formula gives, applied at every count to the rate of the count before. */
export const multiplicativeLR = schedule({
  name: "MultiplicativeLR",
  source: "torch.optim.lr_scheduler.MultiplicativeLR (PyTorch 2)",
  hyperparameters: {},
  rates(base, _given, _runLength, { formula }) {
    if (formula === undefined)
      throw new Error("MultiplicativeLR needs its factor as arithmetic in the counter e (formula).");
    const factor = parseFormula(formula);
    const known = [base]; // every rate rests on all before it
    return {
      rate(count) {
        for (let e = known.length; e <= count; e++) known.push(known[e - 1] * factor(e));
        return known[count];
      },
      recursion: {
        next: (rate, count) => (count === 0 ? rate : rate * factor(count)),
        restart: (rate) => rate * factor(0), // before PyTorch 2 the rate was left as it was
      },
    };
  },
});
