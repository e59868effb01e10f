import { beforeAll, describe, expect, test } from "vitest";
import type { ScheduleConfiguration } from "../../src/protocol/index.ts";
import { only, read, ready } from "./python.ts";

beforeAll(ready);
const head = "import torch\nfrom torch.optim.lr_scheduler import *\nmodel = torch.nn.Linear(2, 1)\n";
const made = `${head}opt = torch.optim.SGD(model.parameters(), lr=0.1)\n`;
const scheduleOf = (text: string): ScheduleConfiguration | undefined => only(text).configuration.groups[0].schedule;
const notesOf = (text: string): string[] => only(text).notes.map((note) => note.text);

describe("a scheduler's words", () => {
  test.each([
    [
      'ReduceLROnPlateau(opt, "max", 0.5, 3, threshold=0.01, threshold_mode="abs", cooldown=2, min_lr=1e-5, eps=1e-9)',
      "ReduceLROnPlateau",
      {
        mode: 1,
        factor: 0.5,
        patience: 3,
        threshold: 0.01,
        thresholdMode: 1,
        cooldown: 2,
        minimum: 1e-5,
        epsilon: 1e-9,
      },
    ],
    [
      "ReduceLROnPlateau(opt)",
      "ReduceLROnPlateau",
      { mode: 0, factor: 0.1, patience: 10, threshold: 1e-4, thresholdMode: 0, cooldown: 0, minimum: 0, epsilon: 1e-8 },
    ],
    [
      "CosineAnnealingWarmRestarts(opt, 10, 2, 1e-4)",
      "CosineAnnealingWarmRestarts",
      { length: 10, growth: 2, minimum: 1e-4 },
    ],
    [
      'CyclicLR(opt, 0.01, 0.1, 50, mode="exp_range", gamma=0.99, cycle_momentum=False)',
      "CyclicLR",
      {
        ...{ minimum: 0.01, maximum: 0.1, stepsUp: 50, stepsDown: 0, mode: 2, gamma: 0.99 },
        ...{ cycleMomentum: 0, momentumLow: 0.8, momentumHigh: 0.9 },
      },
    ],
  ])("%s", (call, name, values) => {
    expect(scheduleOf(`${made}s = ${call}\n`)).toMatchObject({ name, values });
  });
  test("of transformers, all of them", () => {
    const from = "from transformers import get_cosine_with_min_lr_schedule_with_warmup_lr_rate as ramp\n";
    expect(scheduleOf(`${made}${from}s = ramp(opt, 10, 100, min_lr_rate=0.1, warmup_lr_rate=0.2)\n`)).toMatchObject({
      name: "get_cosine_with_min_lr_schedule_with_warmup_lr_rate",
      values: { warmup: 10, length: 100, cycles: 0.5, minimumFraction: 0.1, startFactor: 0.2 },
    });
    const scheduler = "from transformers import get_scheduler\n";
    expect(
      scheduleOf(`${made}${scheduler}s = get_scheduler("inverse_sqrt", opt, num_warmup_steps=20)\n`),
    ).toMatchObject({
      name: "get_inverse_sqrt_schedule",
      values: { warmup: 20, timescale: 0 },
    });
    const plateau =
      "from transformers import get_reduce_on_plateau_schedule\ns = get_reduce_on_plateau_schedule(opt, patience=3)\n";
    expect(scheduleOf(made + plateau)).toMatchObject({
      name: "ReduceLROnPlateau",
      values: { patience: 3, factor: 0.1 },
    });
    const stable = `s = get_scheduler("warmup_stable_decay", opt, 20, 500, {"num_decay_steps": 50, "min_lr_ratio": 0.1})\n`;
    expect(scheduleOf(made + scheduler + stable)).toMatchObject({
      name: "get_wsd_schedule",
      values: { warmup: 20, length: 500, decay: 50, minimumFraction: 0.1 },
    });
  });
  test("that mean the optimizer's rate, in a group that has its own", () => {
    const text = `import torch
from transformers import get_cosine_with_min_lr_schedule_with_warmup
opt = torch.optim.AdamW([{"params": body}, {"params": head, "lr": 0.01}], lr=0.1)
s = get_cosine_with_min_lr_schedule_with_warmup(opt, 10, 100, min_lr=0.001)
`;
    const given = only(text).configuration.groups.map(({ schedule }) => schedule?.values["optimizerRate"]);
    expect(given).toEqual([undefined, 0.1]);
  });
  test("among a Trainer's arguments", () => {
    const trainer = (words: string) =>
      only(`from transformers import TrainingArguments\na = TrainingArguments("o", max_steps=200, ${words})\n`);
    const kwargs =
      'lr_scheduler_type="cosine_warmup_with_min_lr", lr_scheduler_kwargs={"min_lr_rate": 0.1, "num_cycles": 1}';
    expect(trainer(kwargs).configuration.groups[0].schedule).toEqual({
      name: "get_cosine_with_min_lr_schedule_with_warmup_lr_rate",
      values: { warmup: 0, length: 200, minimumFraction: 0.1, cycles: 1 },
      interval: "step",
    });
    const plateau = trainer(
      'lr_scheduler_type="reduce_lr_on_plateau", lr_scheduler_kwargs={"mode": "max", "patience": 2}',
    );
    expect(plateau.configuration.groups[0].schedule).toEqual({
      name: "ReduceLROnPlateau",
      values: { mode: 1, patience: 2 },
      interval: "epoch",
    });
    expect(plateau.notes.map((it) => it.text).join(" ")).toContain("at every evaluation");
  });
  test("of DeepSpeed", () => {
    const from = "from deepspeed.runtime.lr_schedules import WarmupDecayLR\n";
    expect(
      scheduleOf(`${made}${from}s = WarmupDecayLR(opt, 1000, warmup_max_lr=1e-3, warmup_type="linear")\n`),
    ).toMatchObject({
      name: "WarmupDecayLR",
      values: { length: 1000, minimum: 0, maximum: 1e-3, warmup: 1000, warmupShape: 1 },
    });
  });
});

describe("Lightning", () => {
  const module = (body: string, before = "") => `import lightning as pl
import torch
${before}
class Lit(pl.LightningModule):
    def configure_optimizers(self):
        opt = torch.optim.SGD(self.parameters(), lr=0.1)
        sched = torch.optim.lr_scheduler.StepLR(opt, 30)
${body}
`;
  test.each([
    ["        return [opt], [sched]", { interval: "epoch" }],
    ['        return {"optimizer": opt, "lr_scheduler": sched}', { interval: "epoch" }],
    [
      '        return {"optimizer": opt, "lr_scheduler": {"scheduler": sched, "interval": "step", "frequency": 5}}',
      { interval: "step", frequency: 5 },
    ],
    [
      '        return {"optimizer": opt, "lr_scheduler": dict(scheduler=sched, frequency=EVERY)}',
      { interval: "epoch", frequency: 3 },
    ],
    [
      '        conf = {\n            # once a batch\n            "scheduler": sched,\n            "interval": "step",  # not "epoch"\n        }\n        return [opt], [conf]',
      { interval: "step" },
    ],
    [
      '        conf = {"scheduler": sched}\n        conf["interval"] = "step"\n        return [opt], [conf]',
      { interval: "step" },
    ],
  ])("%s", (body, pace) => {
    const schedule = scheduleOf(module(body, "EVERY = 3"));
    const { name, values, ...rest } = schedule ?? { name: "", values: {} };
    expect(name).toBe("StepLR");
    expect(values["stepSize"]).toBe(30);
    expect(rest).toEqual(pace);
  });
  test("each scheduler has its own mapping", () => {
    const text = `import lightning as pl
import torch
class Gan(pl.LightningModule):
    def configure_optimizers(self):
        a = torch.optim.SGD(self.g.parameters(), lr=0.1)
        s = torch.optim.lr_scheduler.StepLR(a, 30)
        return {"optimizer": a, "lr_scheduler": {"scheduler": s, "interval": "epoch"}, "other": {"scheduler": t, "interval": "step", "frequency": 9}}
`;
    expect(scheduleOf(text)).toEqual({ name: "StepLR", values: { stepSize: 30, gamma: 0.1 }, interval: "epoch" });
  });
  test("a frequency that is not known is said", () => {
    const body = '        return {"optimizer": opt, "lr_scheduler": {"scheduler": sched, "frequency": self.every}}';
    expect(notesOf(module(body))).toContain(
      "How often its schedule is stepped (frequency=self.every) is not known from this file.",
    );
  });
  test("a schedule of transformers is stepped once an epoch unless Lightning is told otherwise", () => {
    const text = `import lightning as pl
import torch
from transformers import get_linear_schedule_with_warmup
class Lit(pl.LightningModule):
    def configure_optimizers(self):
        opt = torch.optim.AdamW(self.parameters(), lr=1e-3)
        return [opt], [get_linear_schedule_with_warmup(opt, 10, 100)]
`;
    expect(scheduleOf(text)?.interval).toBe("epoch");
  });
});

describe("accelerate", () => {
  const script = (accelerator: string, before = "") => `${before}import torch
from accelerate import Accelerator
accelerator = ${accelerator}
model = torch.nn.Linear(2, 1)
opt = torch.optim.AdamW(model.parameters(), lr=1e-3)
sched = torch.optim.lr_scheduler.LinearLR(opt, total_iters=100)
model, opt, loader, sched = accelerator.prepare(model, opt, loader, sched)
for epoch in range(3):
    for batch in loader:
        accelerator.backward(model(batch))
        opt.step()
        sched.step()
`;
  test("a prepared scheduler is stepped once for every process", () => {
    expect(notesOf(script("Accelerator()"))).toContain(
      "accelerate steps its schedule once for every process; it is simulated for one process.",
    );
    expect(scheduleOf(script("Accelerator()"))).toMatchObject({ interval: "step" });
    const known = script("Accelerator()", "num_processes = 8\n");
    expect(scheduleOf(known)).toMatchObject({ interval: "step", perStep: 8 });
    expect(notesOf(known)).toEqual([]); // what it comes to is said where the run's length is known
  });
  test.each(["Accelerator(split_batches=True)", "Accelerator(step_scheduler_with_optimizer=False)"])(
    "but not with %s",
    (accelerator) => {
      const text = script(accelerator, "num_processes = 8\n");
      expect(scheduleOf(text)).not.toHaveProperty("perStep");
      expect(notesOf(text)).toEqual([]);
    },
  );
  test("nor where it was not handed over", () => {
    const text = script("Accelerator()", "num_processes = 8\n").replace("loader, sched)", "loader)");
    expect(scheduleOf(text)).not.toHaveProperty("perStep");
  });
});

describe("when it is stepped", () => {
  const loop = (line: string, schedulers = "s = StepLR(opt, 30)") => `${made}${schedulers}
for epoch in range(90):
    for i, batch in enumerate(loader):
        opt.step()
${line}
`;
  test.each([
    ["        s.step()", "step"],
    ["    s.step()", "epoch"],
    ["        s.step(epoch)", "epoch"],
    ["        s.step(epoch + i / len(loader))", "epoch"],
    ["        s.step(global_step)", "step"],
  ])("%s counts by the %s", (line, interval) => {
    expect(scheduleOf(loop(line))?.interval).toBe(interval);
  });
  test("parts of an epoch are said to be rounded", () => {
    expect(notesOf(loop("        s.step(epoch + i / len(loader))"))).toEqual([
      "It is stepped by parts of an epoch; here the rate changes with every whole epoch.",
    ]);
  });
  test("a plateau that is told a loss by the epoch counts epochs", () => {
    expect(scheduleOf(loop("    s.step(epoch_loss)", "s = ReduceLROnPlateau(opt)"))?.interval).toBe("epoch");
    expect(scheduleOf(loop("        s.step(epoch_loss)", "s = ReduceLROnPlateau(opt)"))?.interval).toBe("step");
  });

  const two = "warm = LinearLR(opt, total_iters=5)\nfall = ExponentialLR(opt, 0.9)";
  test("two schedulers that are both stepped work as a chain", () => {
    const text = loop("    warm.step()\n    fall.step()", two);
    expect(scheduleOf(text)).toEqual({
      name: "ChainedScheduler",
      values: {},
      parts: [
        { name: "LinearLR", values: { startFactor: 1 / 3, endFactor: 1, length: 5 } },
        { name: "ExponentialLR", values: { gamma: 0.9 } },
      ],
      interval: "epoch",
    });
    expect(notesOf(text)).toEqual([
      "Its schedules LinearLR and ExponentialLR are both stepped: they are simulated as a ChainedScheduler.",
    ]);
    const { origins } = only(text);
    expect(text.slice(origins[0]["schedule.parts.1.gamma"].span.from)).toMatch(/^0\.9\)/);
  });
  test("at different intervals, or under conditions, only the last is simulated, and that is said", () => {
    const apart = loop("        warm.step()\n    fall.step()", two);
    expect(scheduleOf(apart)).toMatchObject({ name: "ExponentialLR", interval: "epoch" });
    expect(notesOf(apart)).toEqual([
      "Its schedules LinearLR and ExponentialLR are stepped at different intervals: only the last is simulated.",
    ]);
    const chosen = loop("    if epoch < 5:\n        warm.step()\n    else:\n        fall.step()", two);
    expect(scheduleOf(chosen)?.name).toBe("ExponentialLR");
    expect(notesOf(chosen)[0]).toContain("under conditions");
  });
  test("one that is made and never stepped is not part of a chain", () => {
    expect(scheduleOf(loop("    fall.step()", two))?.name).toBe("ExponentialLR");
  });

  const intervals = (text: string) =>
    read(text).detections.map(({ configuration }) => configuration.groups[0].schedule?.interval);
  const training = (name: string, stepped: string) => `
def ${name}(model, loader):
    opt = torch.optim.SGD(model.parameters(), lr=0.1)
    s = StepLR(opt, 30)
    for epoch in range(90):
        for batch in loader:
            opt.step()
${stepped}
`;
  test.each(["s", "wrapped_sched"])("a %s.step() in its own function comes before one elsewhere", (name) => {
    const slow = training("slow", `        ${name}.step()`);
    const fast = training("fast", `            ${name}.step()`);
    expect(intervals(head + slow + fast)).toEqual(["epoch", "step"]);
    expect(intervals(head + fast + slow)).toEqual(["step", "epoch"]);
  });
  test("one in its own class comes before one in another", () => {
    const kind = (name: string, stepped: string) => `
class ${name}:
    def __init__(self, model):
        self.opt = torch.optim.SGD(model.parameters(), lr=0.1)
        self.s = StepLR(self.opt, 30)
    def fit(self, loader):
        for epoch in range(90):
            for batch in loader:
                self.opt.step()
${stepped}
`;
    const slow = kind("Slow", "            self.s.step()");
    const fast = kind("Fast", "                self.s.step()");
    expect(intervals(head + slow + fast)).toEqual(["epoch", "step"]);
  });
});
test("parts of a SequentialLR know where their values stand", () => {
  const text = `${made}s = SequentialLR(opt, [LinearLR(opt, 0.01), CosineAnnealingLR(opt, T_max=90)], milestones=[10])\n`;
  const [origins] = only(text).origins;
  const at = (name: string) => text.slice(origins[name].span.from, origins[name].span.to);
  expect(at("schedule.parts.0.startFactor")).toBe("0.01");
  expect(at("schedule.parts.1.length")).toBe("90");
  expect(at("schedule.points")).toBe("[10]");
});

describe("objects handed over as the rate", () => {
  const keras = (rate: string, more = "") =>
    `import keras\nfrom keras.optimizers import schedules as S\nopt = keras.optimizers.SGD(learning_rate=${rate})\n${more}`;
  const optax = (rate: string) => `import optax\ntx = optax.sgd(learning_rate=${rate})\n`;
  test.each([
    [
      keras("S.CosineDecay(0.0, 1000, 0.1, warmup_target=0.1, warmup_steps=50)"),
      { name: "CosineDecay", values: { initial: 0, length: 1000, minimumFraction: 0.1, maximum: 0.1, warmup: 50 } },
    ],
    [
      keras("S.PiecewiseConstantDecay([10, 20], [0.1, 0.01, 0.001])"),
      { name: "PiecewiseConstantDecay", points: [10, 20], levels: [0.1, 0.01, 0.001] },
    ],
    [
      optax("optax.piecewise_constant_schedule(0.1, {30: 0.5, 70: 0.2})"),
      { name: "piecewise_constant_schedule", values: { initial: 0.1 }, points: [30, 70], levels: [0.5, 0.2] },
    ],
    [
      optax("optax.join_schedules([optax.linear_schedule(0.0, 0.1, 10), optax.constant_schedule(0.1)], [10])"),
      {
        name: "join_schedules",
        points: [10],
        parts: [
          { name: "linear_schedule", values: { initial: 0, final: 0.1, transition: 10, begin: 0 } },
          { name: "constant_schedule", values: { initial: 0.1 } },
        ],
      },
    ],
    [
      optax("optax.sgdr_schedule([dict(init_value=0.0, peak_value=0.1, warmup_steps=5, decay_steps=40)])"),
      {
        name: "sgdr_schedule",
        parts: [
          {
            name: "warmup_cosine_decay_schedule",
            values: { initial: 0, maximum: 0.1, warmup: 5, length: 40, final: 0, exponent: 1 },
          },
        ],
      },
    ],
  ])("%s", (text, schedule) => {
    expect(scheduleOf(text)).toMatchObject(schedule);
    expect(notesOf(text)).toEqual([]);
  });
  test("Keras's callbacks set the rate at the ends of epochs", () => {
    const plateau = 'model.fit(x, callbacks=[keras.callbacks.ReduceLROnPlateau("val_acc", 0.5, patience=3)])\n';
    expect(scheduleOf(keras("0.1", plateau))).toEqual({
      name: "keras.callbacks.ReduceLROnPlateau",
      values: { factor: 0.5, patience: 3, mode: 1, threshold: 1e-4, cooldown: 0, minimum: 0 },
      interval: "epoch",
    });
    const lambda = "c = keras.callbacks.LearningRateScheduler(lambda epoch: 0.1 if epoch < 5 else 0.01)\n";
    expect(scheduleOf(keras("0.1", lambda))).toEqual({
      name: "LearningRateScheduler",
      values: {},
      formula: "(0.1 if (e < 5) else 0.01)",
      interval: "epoch",
    });
    const rest = "def f(epoch, lr):\n    return lr * 0.9\nc = keras.callbacks.LearningRateScheduler(f)\n";
    expect(notesOf(keras("0.1", rest))).toEqual([
      "The function of LearningRateScheduler is not plain arithmetic, so it is not simulated.",
    ]);
  });
});
