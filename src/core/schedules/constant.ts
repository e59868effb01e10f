import type { Schedule } from "./schedule.ts";

/** The rate as given. */
export const constant: Schedule = {
  name: "constant",
  source: "no schedule",
  hyperparameters: {},
  prepare: (base) => ({ rate: () => base, length: 0 }),
};
