import { expect, test } from "vitest";
import type { Detection } from "../../src/documents/document.ts";
import { readExperiment } from "../../src/documents/frameworks/experiment.ts";
import { insertPlan, type InsertRequest } from "../../src/documents/insert.ts";
import { plainSnippet } from "../../src/documents/spellSnippet.ts";
import type { Configuration, ScheduleConfiguration } from "../../src/protocol/index.ts";

const adamw: Configuration = {
  framework: "torch",
  optimizer: "AdamW",
  groups: [
    {
      name: "all parameters",
      values: {
        learningRate: 1e-3,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecay: 0.01,
        amsgrad: 0,
        maximize: 0,
      },
    },
  ],
};
const notes = [
  { text: "AdamW: Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2." },
  { hyperparameter: "learningRate", text: "the longest step of any coordinate, in units of the parameters" },
  { hyperparameter: "beta1", text: "the mean of about 10 gradients" },
  { hyperparameter: "beta2", text: "their squares over about 1,000 steps" },
  { hyperparameter: "weightDecay", text: "every step shrinks the weights by η λ = 1e-5" },
];

/** `|` is the cursor; `[|` and `|]` hold what is selected. */
function inserted(marked: string, over: Partial<InsertRequest> = {}): string {
  const from = Math.max(marked.indexOf("[|"), 0) || marked.indexOf("|");
  const text = marked.replace("[|", "").replace("|]", "").replace("|", "");
  const to = marked.includes("|]") ? marked.indexOf("|]") - 2 : from;
  const plan = insertPlan({
    text,
    selection: { from, to },
    framework: "torch",
    configuration: adamw,
    notes,
    detections: [],
    ...over,
  });
  if (!plan) throw new Error("No plan");
  const edits = [{ span: plan.span, text: plainSnippet(plan.snippet) }, ...(plan.imports ? [plan.imports] : [])];
  return edits
    .sort((a, b) => b.span.from - a.span.from)
    .reduce((now, { span, text: put }) => now.slice(0, span.from) + put + now.slice(span.to), text);
}

const cosine = { name: "CosineAnnealingLR", values: { length: 1000, minimum: 0 } };
const quiet: Partial<InsertRequest> = { notes: [] };
const withValues = (optimizer: string, values: Record<string, number>, schedule?: ScheduleConfiguration) => ({
  configuration: {
    framework: "torch",
    optimizer,
    groups: [{ name: "all parameters", values, ...(schedule && { schedule }) }],
  },
});
/** As a reader of Python would detect the call that `call` begins. */
function detected(text: string, call: string, framework = "torch"): Detection {
  const from = text.indexOf(call);
  let to = from + call.length;
  for (let depth = 1; depth > 0; to++) depth += text[to] === "(" ? 1 : text[to] === ")" ? -1 : 0;
  const line = text.slice(0, from).split("\n").length;
  return {
    ...{ framework, frameworkTitle: "", span: { from, to }, line, origins: [], notes: [] },
    configuration: { framework, optimizer: "SGD", groups: [] },
    spelled: { optimizer: "SGD", hyperparameters: {} },
  };
}

test("an empty file gets the import, the paper, and each number with what it means", () => {
  expect(inserted("|")).toBe(`import torch

# AdamW: Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2.
optimizer = torch.optim.AdamW(
    model.parameters(),
    lr=1e-3,             # the longest step of any coordinate, in units of the parameters
    betas=(0.9, 0.999),  # the mean of about 10 gradients
                         # their squares over about 1,000 steps
    eps=1e-8,
    weight_decay=0.01,   # every step shrinks the weights by η λ = 1e-5
)`);
});

test("tab stops go from number to number, and what snippets read as their own is escaped", () => {
  const plan = insertPlan({
    ...{ text: "import torch\n", selection: { from: 13, to: 13 }, framework: "torch", detections: [] },
    configuration: adamw,
    notes: [{ hyperparameter: "learningRate", text: "costs $5 \\ {a}" }],
  });
  expect(plan?.snippet).toBe(
    [
      "optimizer = torch.optim.AdamW(",
      "    model.parameters(),",
      "    lr=${1:1e-3},  # costs \\$5 \\\\ {a\\}",
      "    betas=(${2:0.9}, ${3:0.999}),",
      "    eps=${4:1e-8},",
      "    weight_decay=${5:0.01},",
      ")",
    ].join("\n"),
  );
  expect(plan?.imports).toBeUndefined();
});

test("the file's own imports, model and indentation are followed", () => {
  const text =
    "import torch.optim as O\n\ndef main():\n  net = Net()\n  fit(net.parameters(),\n      1)  # (|\n  x = 1\n";
  expect(inserted(text, quiet)).toBe(`import torch.optim as O

def main():
  net = Net()
  fit(net.parameters(),
      1)  # (
  optimizer = O.AdamW(
    net.parameters(),
    lr=1e-3,
    betas=(0.9, 0.999),
    eps=1e-8,
    weight_decay=0.01,
  )
  x = 1
`);
});

test("words that the file imports by name are imported by name, one line a module, after the others", () => {
  const parts: ScheduleConfiguration[] = [
    { name: "LinearLR", values: { startFactor: 0.1, endFactor: 1, length: 500 } },
    { name: "CosineAnnealingLR", values: { length: 0, minimum: 1e-5 } },
  ];
  const schedule = { name: "SequentialLR", values: {}, points: [500], parts };
  const sgd = { learningRate: 0.1, momentum: 0.9, nesterov: 1, dampening: 0 };
  const text = '"""Doc."""\nfrom torch.optim import SGD\n\n\nclass Lit:\n    def configure_optimizers(self):\n|';
  expect(inserted(text, { ...quiet, ...withValues("SGD", sgd, schedule) })).toBe(`"""Doc."""
from torch.optim import SGD
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR


class Lit:
    def configure_optimizers(self):
        optimizer = SGD(
            self.parameters(),
            lr=0.1,
            momentum=0.9,
            nesterov=True,
        )
        # Call scheduler.step() after every optimizer.step().
        scheduler = SequentialLR(
            optimizer,
            [
                LinearLR(optimizer, start_factor=0.1, total_iters=500),
                CosineAnnealingLR(optimizer, T_max=num_training_steps, eta_min=1e-5),
            ],
            milestones=[500],
        )`);
});

test("groups become a list, each with what is its own", () => {
  const values = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
  const groups = [
    { name: "backbone", values: { ...values, learningRate: 1e-5 }, schedule: cosine },
    { name: "head", values: { ...values, learningRate: 1e-3, beta2: 0.99 }, schedule: cosine },
  ];
  const configuration = { framework: "torch", optimizer: "Adam", groups };
  expect(inserted("import torch\n|", { ...quiet, configuration })).toBe(`import torch
optimizer = torch.optim.Adam(
    [
        {"params": model.backbone.parameters(), "lr": 1e-5, "betas": (0.9, 0.999)},
        {"params": model.head.parameters(), "lr": 1e-3, "betas": (0.9, 0.99)},
    ],
    eps=1e-8,
)
# Call scheduler.step() after every optimizer.step().
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=1000)`);
});

test("a construction is replaced in its place, its parameters and its spelling kept", () => {
  const text = `import torch

opt = torch.optim.SGD(
    list(net.parameters()),  # all (of) them
    lr=0.1, fused=True,
)
`;
  const detections = [detected(text, "torch.optim.SGD(")];
  for (const at of ["lr=0|.1", "torch.optim.|SGD"])
    expect(inserted(text.replace(at.replace("|", ""), at), { detections })).toBe(`import torch

opt = torch.optim.AdamW(
    # AdamW: Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2.
    list(net.parameters()),
    lr=1e-3,             # the longest step of any coordinate, in units of the parameters
    betas=(0.9, 0.999),  # the mean of about 10 gradients
                         # their squares over about 1,000 steps
    eps=1e-8,
    weight_decay=0.01,   # every step shrinks the weights by η λ = 1e-5
    fused=True,
)
`);
});

test("parameters over several lines keep their shape when their construction is replaced", () => {
  const text = `import torch

def main():
    opt = torch.optim.SGD(
        [
            {"params": net.body.parameters(), "lr": 0.01},
            {"params": net.head.parameters()},
        ],
        lr=0.1,
    )
`;
  const detections = [detected(text, "torch.optim.SGD(")];
  expect(inserted(text.replace("lr=0.1,", "lr=0|.1,"), { detections, ...short })).toBe(text);
});

const short = { ...quiet, ...withValues("SGD", { learningRate: 0.1 }) };
test("a selected expression is replaced by an expression, a selected statement by a statement", () => {
  const call = "torch.optim.SGD(\n    model.parameters(),\n    lr=0.1,\n)";
  expect(inserted("import torch\nopt = [|make()|]\n", short)).toBe(`import torch\nopt = ${call}\n`);
  expect(inserted("import torch\n[|opt = make()\n|]", short)).toBe(`import torch\noptimizer = ${call}\n`);
});

test("in an empty line of a block the statement is indented as the block", () => {
  const want = `import torch
def f():
    a = 1
    optimizer = torch.optim.SGD(
        model.parameters(),
        lr=0.1,
    )
`;
  expect(inserted("import torch\ndef f():\n    a = 1\n|\n    b = 2\n", short)).toBe(`${want}    b = 2\n`);
  expect(inserted("import torch\ndef f():\n    a = 1\n    |\nb = 2\n", short)).toBe(`${want}b = 2\n`);
});

const oneCycle = { maximum: 0.3, length: 100, riseFraction: 0.4, annealing: 1, threePhase: 1, divideBy: 25 };
const spelled: readonly { schedule: ScheduleConfiguration; text: string; imports?: string }[] = [
  {
    schedule: { name: "StepLR", values: { stepSize: 30, gamma: 0.1 } },
    text: "torch.optim.lr_scheduler.StepLR(optimizer, step_size=30)",
  },
  {
    schedule: { name: "MultiStepLR", values: { gamma: 0.2 }, points: [10, 30] },
    text: "torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[10, 30], gamma=0.2)",
  },
  {
    schedule: { name: "ExponentialLR", values: { gamma: 0.96 } },
    text: "torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.96)",
  },
  {
    schedule: { name: "LambdaLR", values: {}, formula: "min((e + 1) / 20, 1) * 0.97 ** floor(e / 10)" },
    text: `torch.optim.lr_scheduler.LambdaLR(
    optimizer,
    lambda e: min((e + 1) / 20, 1) * 0.97 ** math.floor(e / 10),
)`,
    imports: "import math\n",
  },
  {
    schedule: { name: "OneCycleLR", values: oneCycle },
    text: `torch.optim.lr_scheduler.OneCycleLR(
    optimizer,
    max_lr=0.3,
    total_steps=100,
    pct_start=0.4,
    anneal_strategy="linear",
    three_phase=True,
)`,
  },
  {
    schedule: { name: "get_cosine_schedule_with_warmup", values: { warmup: 10, length: 100, cycles: 0.5 } },
    text: "get_cosine_schedule_with_warmup(optimizer, num_warmup_steps=10, num_training_steps=100)",
    imports: "from transformers import get_cosine_schedule_with_warmup\n",
  },
];
test.each(spelled)(
  "$schedule.name follows its optimizer in its library's words",
  ({ schedule, text, imports = "" }) => {
    expect(inserted("import torch\n\n\n|", { ...quiet, ...withValues("SGD", { learningRate: 0.1 }, schedule) })).toBe(
      `import torch\n${imports}\n\noptimizer = torch.optim.SGD(\n    model.parameters(),\n    lr=0.1,\n)\n` +
        `# Call scheduler.step() after every optimizer.step().\nscheduler = ${text}`,
    );
  },
);

test("TrainingArguments say what the Trainer can do, and nothing is written that it cannot", () => {
  const one = adamw.groups[0];
  const schedule = { name: "get_cosine_schedule_with_warmup", values: { warmup: 100, length: 0, cycles: 0.5 } };
  const configuration: Configuration = {
    ...{ ...adamw, batchSize: 32, accumulation: 4, epochs: 3, clip: { type: "norm", max: 1 } },
    groups: [{ ...one, schedule }],
  };
  expect(inserted("|", { ...quiet, framework: "transformers", configuration }))
    .toBe(`from transformers import TrainingArguments

training_args = TrainingArguments(
    output_dir="output",
    optim="adamw_torch",
    learning_rate=1e-3,
    adam_beta1=0.9,
    adam_beta2=0.999,
    adam_epsilon=1e-8,
    weight_decay=0.01,
    max_grad_norm=1,
    lr_scheduler_type="cosine",
    warmup_steps=100,
    num_train_epochs=3,
    per_device_train_batch_size=8,
    gradient_accumulation_steps=4,
)`);
  const refused: Configuration[] = [
    { ...adamw, optimizer: "Adam" },
    { ...adamw, groups: [one, one] },
    { ...adamw, clip: { type: "value", max: 1 } },
    { ...adamw, groups: [{ ...one, schedule: cosine }] },
    { ...adamw, optimizer: "SGD", groups: [{ name: "all parameters", values: { learningRate: 1, momentum: 0.9 } }] },
  ];
  for (const it of refused)
    expect(() => inserted("|", { framework: "transformers", configuration: it })).toThrow("No plan");
});

test("replaced arguments of a Trainer keep what is none of the optimizer's business", () => {
  const text = `args = SFTConfig(
    "out",
    bf16=True,  # fast
    learning_rate=1e-4,
    max_steps=500,
)
`;
  const detections = [detected(text, "SFTConfig(", "transformers")];
  const made = inserted(text.replace("1e-4", "1e|-4"), { ...quiet, framework: "transformers", detections });
  expect(made).toBe(`args = SFTConfig(
    "out",
    bf16=True,
    optim="adamw_torch",
    learning_rate=1e-3,
    adam_beta1=0.9,
    adam_beta2=0.999,
    adam_epsilon=1e-8,
    weight_decay=0.01,
    max_grad_norm=0,
    lr_scheduler_type="constant",
)
`);
});

test("an experiment file has its configuration replaced, an empty one gets a whole experiment", () => {
  const text = '{\n  "seed": 3,\n  "configuration": {"optimizer": "SGD"}\n}\n';
  const { detections } = readExperiment(text);
  const made = inserted(text.replace("SGD", "S|GD"), { framework: "experiment", detections });
  expect(made.startsWith('{\n  "seed": 3,\n  "configuration": {\n    "framework": "torch",\n')).toBe(true);
  expect(readExperiment(made).detections[0]).toMatchObject({ configuration: adamw, experiment: { seed: 3 } });
  const fresh = inserted("|", { framework: "experiment" });
  expect(readExperiment(fresh).detections[0].configuration).toEqual(adamw);
});

test("no place in half-written text makes it throw", () => {
  const text = `import torch\ndef f(a, '''x\n  y = [1, (2\nfoo("\\\n""" # x: )]}\r\n\tz:\r\n@`;
  for (let at = 0; at <= text.length; at++) {
    const selection = { from: at, to: at };
    const plan = insertPlan({ text, selection, framework: "torch", configuration: adamw, notes, detections: [] });
    expect(plan).toBeDefined();
  }
});
