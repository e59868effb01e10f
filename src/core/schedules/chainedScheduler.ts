import type { Schedule } from "./schedule.ts";

/** Schedules whose factors multiply. `find` looks a part up by name. */
export const chainedScheduler = (find: (name: string) => Schedule | undefined): Schedule => ({
  name: "ChainedScheduler",
  source: "torch.optim.lr_scheduler.ChainedScheduler (PyTorch 2)",
  hyperparameters: {},
  prepare(base, { parts = [] }, length) {
    if (parts.length === 0) throw new Error("ChainedScheduler needs its schedules (parts), got none.");
    // Prepared for a rate of 1, a part that multiplies gives its factor; one with a lowest or highest rate does not.
    const factors = parts.map((part) => {
      const found = find(part.name);
      if (!found) throw new Error(`${part.name} is read, but not simulated yet.`);
      const values: Readonly<Partial<Record<string, number>>> = part.values;
      if (values["maximum"] !== undefined || (values["minimum"] ?? 0) !== 0)
        throw new Error(`ChainedScheduler is simulated for parts that multiply the rate; ${part.name} sets it.`);
      return found.prepare(1, part, length);
    });
    return { rate: (count) => factors.reduce((rate, factor) => rate * factor.rate(count), base) };
  },
});
