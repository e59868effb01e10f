import { parseFormula } from "../formula.ts";
import { schedule } from "./schedule.ts";

/** A factor that a formula gives, applied to the rate as the optimizer was given it. */
export const lambdaLR = schedule({
  name: "LambdaLR",
  source: "torch.optim.lr_scheduler.LambdaLR (PyTorch 2)",
  hyperparameters: {},
  rates(base, _given, _runLength, { formula }) {
    if (formula === undefined) throw new Error("LambdaLR needs its factor as arithmetic in the counter e (formula).");
    const factor = parseFormula(formula);
    return { rate: (count) => base * factor(count) };
  },
});
