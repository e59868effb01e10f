import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildProgram, callProgram } from "./built.ts";

let home: string;
const at = (name: string): string => path.join(home, name);
beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), "optimizer-lab-schedule-"));
  await buildProgram(home);
  writeFileSync(at("train.py"), script);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));
const call = (...argv: string[]) => callProgram(home, argv);

const script = `import torch
LR = 1e-3
body, head = Body(), Head()
optimizer = torch.optim.AdamW(
    [{"params": body.parameters(), "lr": LR}, {"params": head.parameters(), "lr": 2e-3, "weight_decay": 0}],
    weight_decay=0.1,
)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=200)
for step in range(100):
    loss.backward()
    optimizer.step()
    scheduler.step()
`;
/** One file of a Python script with a line of its own for the optimizer and one for the schedule. */
const python = (optimizer: string, schedule = ""): string => {
  writeFileSync(at("wrong.py"), `import torch\n\noptimizer = torch.optim.${optimizer}\n${schedule}\n`);
  return at("wrong.py");
};
const experiment = (
  configuration: Record<string, unknown>,
  controls: Record<string, number> = { steps: 50, seeds: 2 },
) => {
  const it = { lab: "training", seed: 1, controls, problem: { name: "noisy quadratic" }, configuration };
  writeFileSync(at("wrong.optlab.json"), JSON.stringify(it, null, 2));
  return at("wrong.optlab.json");
};
const lineWith = (file: string, text: string): number =>
  readFileSync(file, "utf8")
    .split("\n")
    .findIndex((line) => line.includes(text)) + 1;

test("schedule prints key points with their sources, warnings, and the rates", async () => {
  const { code, out, err } = await call("schedule", at("train.py"));
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const file = at("train.py");
  expect(out).toContain(`AdamW · ${file}:4 · PyTorch 2.x · 100 steps`);
  expect(out).toMatch(
    /body\n +step +epoch +η\n +Start +1 +0 +1\.00e-3 {3}η .*train\.py:2\n +End +100 +0 +5\.08e-4 {3}T .*train\.py:8\n/,
  );
  expect(out).toContain(`learning rate, ${file}:2, constant LR`.replace("learning rate", "peak rate"));
  expect(out).toContain(
    `Warnings\n  ${file}:8: In body: CosineAnnealingLR is 200 steps long, the run 100 steps: the rate ends at 5.08e-4, not at 0.\n`,
  );
  expect(out).toMatch(/\n {2}step +epoch +body η +body ηλ +head η\n {2}1 +0 +1\.00e-3 +1\.00e-4 +2\.00e-3\n/);
  expect(out).toMatch(/\n {2}100 +0\.99\d* .*\n$/);
});

test("schedule writes every step as CSV, with all digits", async () => {
  const { code, out, err } = await call("schedule", at("train.py"), "--csv", "-");
  expect(code).toBe(0);
  const rows = out.trimEnd().split("\n");
  expect(rows).toHaveLength(101);
  expect(rows[0]).toBe(
    "step,epoch,body.learningRate,body.beta1,body.weightDecay,body.decayPerStep,head.learningRate,head.beta1,head.weightDecay",
  );
  expect(rows[1]).toBe("1,0,0.001,0.9,0.1,0.0001,0.002,0.9,0");
  const rate = (0.001 * (1 + Math.cos(Math.PI * (99 / 200)))) / 2;
  expect(Number(rows[100].split(",")[2])).toBeCloseTo(rate, 15);
  expect(err).toMatch(/^optimizer-lab: .*train\.py:8: In body: CosineAnnealingLR is 200 steps long/);
  await call("schedule", at("train.py"), "--csv", at("rates.csv"), "--every", "30", "--set", "steps=200");
  expect(
    readFileSync(at("rates.csv"), "utf8")
      .trimEnd()
      .split("\n")
      .map((row) => row.split(",")[0]),
  ).toEqual([...["step", "1", "31", "61", "91", "121", "151", "181", "200"]]);
});

test("schedule prints the same as JSON", async () => {
  const { out } = await call("schedule", at("train.py"), "--json", "--set", "learningRate=0.5");
  const it = JSON.parse(out) as {
    groups: { name: string; learningRate: number[]; keyPoints: unknown[]; sources: unknown[] }[];
    warnings: { line: number; text: string }[];
  };
  expect(it.groups.map(({ name, learningRate }) => [name, learningRate.length, learningRate[0]])).toEqual([
    ["body", 100, 0.5],
    ["head", 100, 0.5],
  ]);
  expect(it.groups[0].keyPoints[0]).toEqual({ step: 1, what: "Start", rate: 0.5 });
  expect(it.warnings[0]).toMatchObject({ line: 8 });
});

test("simulate tells of the warnings, too", async () => {
  const { out } = await call("simulate", at("train.py"), "--set", "seeds=2");
  expect(out).toMatch(/\nWarnings\n {2}.*train\.py:8: In body: CosineAnnealingLR is 200 steps long, the run 100 steps/);
  const { out: json } = await call("simulate", at("train.py"), "--set", "seeds=2", "--json");
  expect((JSON.parse(json) as { warnings: unknown[] }).warnings.length).toBeGreaterThan(0);
});

describe.each(["schedule", "simulate"])("%s says in one sentence what is wrong in a script, and where", (command) => {
  test.each([
    ["Adam(net.parameters(), betas=(0.9, 1.2))", "Adam needs β₂ (beta2) below 1, got 1.2."],
    ["SGD(net.parameters(), lr=-0.1)", "SGD needs η (learningRate) of at least 0, got -0.1."],
    ["SGD([], lr=0.1)", 'The group "all parameters" has no parameters: its size is 0.'],
  ])("%s", async (optimizer, sentence) => {
    const file = python(optimizer);
    const { code, err } = await call(command, file);
    expect({ code, err }).toEqual({ code: 1, err: `optimizer-lab: ${file}:3: ${sentence}\n` });
  });

  test("a schedule that is not known is named, and the run goes without it", async () => {
    const file = python("SGD(net.parameters(), lr=0.1)", "scheduler = WobblyLR(optimizer, 30)");
    const { code, out } = await call(command, file, "--set", "steps=20");
    expect(code).toBe(0);
    expect(out).toContain(
      `${file}:4: There is no schedule WobblyLR among those simulated: the rate is drawn without it.`,
    );
  });

  test("a schedule longer than the run", async () => {
    const file = python(
      "SGD(net.parameters(), lr=0.1)",
      "scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=300)",
    );
    const { out } = await call(command, file, "--set", "steps=20");
    expect(out).toMatch(
      /wrong\.py:4: OneCycleLR is 300 steps long, the run 20 steps: the rate ends at 0\.0144, not at/,
    );
  });
});

describe.each(["schedule", "simulate", "run"])("%s says what is wrong in an experiment file, and where", (command) => {
  const base = { framework: "torch", optimizer: "AdamW", hyperparameters: { lr: 0.1 } };
  test.each([
    [
      "β₁ ≥ 1",
      { ...base, hyperparameters: { betas: [1.25, 0.9] } },
      "1.25",
      "AdamW needs β₁ (beta1) below 1, got 1.25.",
    ],
    [
      "a negative rate",
      { ...base, hyperparameters: { lr: -1 } },
      '"lr"',
      "AdamW needs η (learningRate) of at least 0, got -1.",
    ],
    [
      "an unknown schedule",
      { ...base, schedule: { name: "WobblyLR" } },
      "WobblyLR",
      'There is no schedule "WobblyLR" among those that are simulated.',
    ],
    [
      "a group without parameters",
      {
        ...base,
        groups: [
          { name: "a", size: 0 },
          { name: "b", size: 100 },
        ],
      },
      '"size": 0',
      'The group "a" has no parameters: its size is 0.',
    ],
  ])("%s", async (_, configuration, text, sentence) => {
    const file = experiment(configuration);
    const { code, out, err } = await call(command, file);
    const place = `${file}:${lineWith(file, text)}`;
    expect({ code, out, err }).toEqual({ code: 1, out: "", err: `optimizer-lab: ${place}: ${sentence}\n` });
  });

  test("a schedule longer than the run", async () => {
    const schedule = { name: "CosineAnnealingLR", T_max: 80 };
    const file = experiment({ ...base, schedule });
    const { code, out } = await call(command, file, ...(command === "schedule" ? ["--set", "steps=50"] : []));
    expect(code).toBe(0);
    const line = lineWith(file, "T_max");
    expect(out).toContain(`${file}:${line}: CosineAnnealingLR is 80 steps long, the run 50 steps: the rate ends at `);
  });
});

test("schedule knows its own usage", async () => {
  expect((await call("schedule")).err).toMatch(/schedule needs a file/);
  expect((await call("schedule", at("train.py"), "--every", "0")).err).toMatch(/--every needs a whole number from 1/);
  expect((await call("simulate", at("train.py"), "--csv", "-")).err).toMatch(/simulate takes no --csv/);
});
