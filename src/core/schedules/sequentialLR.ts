import type { Schedule } from "./schedule.ts";
import { sequence, together, type FindSchedule } from "./stepped.ts";

/** Schedules one after the other, each counting from 0 at its milestone. `find` looks a part up by name. */
export const sequentialLR = (find: FindSchedule): Schedule => ({
  name: "SequentialLR",
  source: "torch.optim.lr_scheduler.SequentialLR (PyTorch 2)",
  hyperparameters: {},
  prepare: (base, configuration, length) => together((group) => sequence(find, group, configuration, length), base),
});
