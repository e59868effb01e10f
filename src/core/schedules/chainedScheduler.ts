import type { Schedule } from "./schedule.ts";
import { chain, together, type FindSchedule } from "./stepped.ts";

/** Schedules stepped one after another at every count, each from the rate it finds. `find` looks a part up by name. */
export const chainedScheduler = (find: FindSchedule): Schedule => ({
  name: "ChainedScheduler",
  source: "torch.optim.lr_scheduler.ChainedScheduler (PyTorch 2)",
  hyperparameters: {},
  prepare: (base, configuration, length) => together((group) => chain(find, group, configuration, length), base),
});
