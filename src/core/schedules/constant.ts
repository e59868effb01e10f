import { schedule } from "./schedule.ts";

/** The rate as given. */
export const constant = schedule({
  name: "constant",
  source: "no schedule",
  hyperparameters: {},
  rates: (base) => ({ rate: () => base, length: 0 }),
});
