import type { Schedule } from "./schedule.ts";

/** Schedules one after the other, each counting from 0 at its milestone. `find` looks a part up by name. */
export const sequentialLR = (find: (name: string) => Schedule | undefined): Schedule => ({
  name: "SequentialLR",
  source: "torch.optim.lr_scheduler.SequentialLR (PyTorch 2)",
  hyperparameters: {},
  prepare(base, { parts = [], points = [] }, length) {
    if (parts.length === 0) throw new Error("SequentialLR needs its schedules (parts), got none.");
    if (points.length !== parts.length - 1)
      throw new Error(
        `SequentialLR needs ${parts.length - 1} milestones (points) for ${parts.length} schedules, got ${points.length}.`,
      );
    if (points.some((point, i) => !(point > (points[i - 1] ?? 0))))
      throw new Error(`SequentialLR needs milestones (points) that rise from above 0, got ${points.join(", ")}.`);
    const starts = [0, ...points];
    const prepared = parts.map((part, i) => {
      const found = find(part.name);
      if (!found) throw new Error(`${part.name} is read, but not simulated yet.`);
      return found.prepare(base, part, (points[i] ?? length) - starts[i]);
    });
    const partAt = (count: number) => {
      let i = points.length;
      while (i > 0 && count < points[i - 1]) i--;
      return i;
    };
    const last = prepared[prepared.length - 1].length;
    return {
      rate(count) {
        const i = partAt(count);
        return prepared[i].rate(count - starts[i]);
      },
      ...(last !== undefined && { length: starts[starts.length - 1] + last }),
    };
  },
});
