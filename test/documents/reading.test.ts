import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { fillTemplate } from "../../src/documents/spelling.ts";
import { only, read, ready } from "./python.ts";

beforeAll(ready);
const head = "import torch\nmodel = torch.nn.Linear(2, 1)\n";
const sgd = (lr: string, before = "") => `${head}${before}opt = torch.optim.SGD(model.parameters(), lr=${lr})\n`;
const rateOf = (text: string): unknown => only(text).spelled.hyperparameters["lr"];
/** The text after another value is written where the first group's was read. */
function rewritten(text: string, name: string, value: number): string {
  const origin = only(text).origins[0][name];
  if (origin.site === undefined) throw new Error(`${name} has no place to be written`);
  const { span, template } = origin.site;
  return text.slice(0, span.from) + fillTemplate(template, () => value, "python") + text.slice(span.to);
}

test("a number that is written is the number that is read", () => {
  const numbers = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-12, max: 1e12 }),
    fc.integer({ min: 0, max: 1_000_000 }),
  );
  fc.assert(
    fc.property(numbers, fc.boolean(), (x, positional) => {
      const text = positional ? `${head}opt = torch.optim.SGD(model.parameters(), ${x})\n` : sgd(String(x));
      expect(rateOf(text)).toBe(x);
    }),
    { seed: 1, numRuns: 200 },
  );
});
test.each([
  ["1_000", 1000],
  ["1.", 1],
  [".5", 0.5],
  ["10e-4", 0.001],
  ["2.82e-5", 2.82e-5],
  ["0x10", 16],
  ["-1e-3", -0.001],
  ["2 ** -3", 0.125],
  ["7 // 2", 3],
  ["-7 // 2", -4],
  ["-7 % 3", 2],
  ["7 / 2 * 2 - 1", 6],
  ["float('1e-2')", 0.01],
  ["int(3.9)", 3],
  ["max(0.1, 0.2)", 0.2],
  ["min([0.1, 0.2])", 0.1],
  ["round(2.5)", 2],
  ["abs(-0.25)", 0.25],
  ["(0.1, 0.2)[1]", 0.2],
  ["{'a': 0.3}['a']", 0.3],
  ["0.1 if 1 < 2 else 0.2", 0.1],
  ["0.1 if not True else 0.2", 0.2],
  ["None or 0.4", 0.4],
])("%s is %d", (expression, value) => {
  expect(rateOf(sgd(expression))).toBe(value);
});
test.each([
  "1 / 0",
  "len(loader)",
  "0.1 * world",
  "os.environ['LR']",
  "f'{x}'",
  "0.1 if flag else 0.2",
  "9e999",
  "2 ** 9999",
  "1j",
])("%s is not known, and is shown as it stands", (expression) => {
  expect(rateOf(sgd(expression))).toEqual({ unresolved: expression });
});
test("a name has the value of its last assignment before the use", () => {
  expect(rateOf(`${sgd("LR", "LR = 0.1\nLR = 0.2\n")}LR = 0.3\n`)).toBe(0.2);
});
test("a name that both branches of an unknown condition set alike is known, else not", () => {
  const either = (a: string, b: string) => sgd("lr", `if flag():\n    lr = ${a}\nelse:\n    lr = ${b}\n`);
  expect(rateOf(either("0.1", "0.2"))).toEqual({ unresolved: "lr" });
  expect(rateOf(sgd("lr", "lr = 0.1\nif flag():\n    lr = 0.2\n"))).toEqual({ unresolved: "lr" });
  expect(rateOf(sgd("lr", "lr = 0.1\nif flag():\n    lr = 0.1\n"))).toBe(0.1);
  expect(rateOf(sgd("lr", "lr = 0.1\nif False:\n    lr = 0.2\n"))).toBe(0.1);
});
test("a name that a loop brings back changed is not known", () => {
  const text = `${head}lr = 0.1\nfor i in range(3):\n    opt = torch.optim.SGD(model.parameters(), lr=lr)\n    lr = lr / 2\n`;
  expect(rateOf(text)).toEqual({ unresolved: "lr" });
});
test("names that go round in a circle are not known", () => {
  expect(rateOf(sgd("a", "a = b\nb = a\n"))).toEqual({ unresolved: "a" });
  expect(rateOf(sgd("f(1)", "def f(x):\n    return f(x)\n"))).toEqual({ unresolved: "f(1)" });
});

test("a rate reached through an option is written at the option's default", () => {
  const text = `import argparse\np = argparse.ArgumentParser()\np.add_argument("--lr", default="1e-2", type=float)\nargs = p.parse_args()\n${sgd("args.lr")}`;
  const origin = only(text).origins[0]["learningRate"];
  expect(origin).toMatchObject({ kind: "written", text: "args.lr", via: "--lr default", line: 3 });
  expect(rewritten(text, "learningRate", 0.5)).toContain('default="0.5"');
});
test("arithmetic is written over as a whole, and says so", () => {
  const text = sgd("BASE * 8 / 256", "BASE = 0.1\n");
  const origin = only(text).origins[0]["learningRate"];
  expect(origin.site?.note).toBe("in place of BASE * 8 / 256");
  expect(rewritten(text, "learningRate", 0.5)).toContain("lr=0.5)");
});
test.each([
  ["SGD(m, lr=1)", "SGD(m, lr=1, weight_decay=0.5)"],
  ["SGD(m, lr=1,)", "SGD(m, lr=1, weight_decay=0.5,)"],
  ["SGD(\n    m,\n    lr=1,\n)", "SGD(\n    m,\n    lr=1,\n    weight_decay=0.5,\n)"],
  ["SGD(\n    m,\n    lr=1  # rate\n)", "SGD(\n    m,\n    lr=1,\n    weight_decay=0.5  # rate\n)"],
  ["SGD(m,\n    lr=1)", "SGD(m,\n    lr=1, weight_decay=0.5)"],
])("an argument is added to %j in its own layout", (call, expected) => {
  const text = `from torch.optim import SGD\nopt = ${call}\n`;
  expect(rewritten(text, "weightDecay", 0.5)).toBe(`from torch.optim import SGD\nopt = ${expected}\n`);
});
test("both betas are added in one tuple, and a flag as True", () => {
  const [origins] = only(`${head}opt = torch.optim.Adam(model.parameters())\n`).origins;
  expect(origins["beta1"].site).toEqual(origins["beta2"].site);
  expect(origins["beta1"].site?.template).toBe(", betas=({beta1}, {beta2})");
  expect(origins["amsgrad"].site?.template).toBe(", amsgrad={amsgrad:bool}");
});
test("PyTorch's defaults fill what is not written, under canonical names", () => {
  const { configuration, origins } = only(`${head}opt = torch.optim.RMSprop(model.parameters())\n`);
  expect(configuration.optimizer).toBe("RMSProp");
  expect(configuration.groups[0]).toEqual({
    name: "all parameters",
    values: { learningRate: 0.01, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, momentum: 0, centered: 0, maximize: 0 },
  });
  expect(origins[0]["beta2"].kind).toBe("default");
});
test("groups take their names from their parameters and inherit what they do not say", () => {
  const text = `${head}opt = torch.optim.SGD([{"params": model.body.parameters()}, {"params": head_params, "lr": 0.5}], lr=0.1)\n`;
  const { configuration, origins } = only(text);
  expect(configuration.groups.map(({ name, values }) => [name, values["learningRate"]])).toEqual([
    ["body", 0.1],
    ["head", 0.5],
  ]);
  expect(text.slice(origins[0]["learningRate"].span.from, origins[0]["learningRate"].span.to)).toBe("0.1");
});
test("a lambda and a function of arithmetic become a formula in e", () => {
  const scheduled = (what: string, before = "") =>
    only(`${before}${sgd("0.1")}s = torch.optim.lr_scheduler.LambdaLR(opt, ${what})\n`).configuration.groups[0]
      .schedule;
  expect(scheduled("lambda epoch: 0.95 ** epoch")?.formula).toBe("(0.95 ** e)");
  expect(
    scheduled("f", "W = 10\ndef f(step):\n    if step < W:\n        return step / W\n    return 1.0\n")?.formula,
  ).toBe("((e / 10) if (e < 10) else 1)");
  expect(scheduled("lambda epoch: table[epoch]")?.formula).toBeUndefined();
});
test("a scheduler counts epochs where its step stands outside the loop over batches", () => {
  const loops = (step: string) =>
    only(
      `${sgd("0.1")}s = torch.optim.lr_scheduler.StepLR(opt, 30)\nfor epoch in range(90):\n    for batch in loader:\n        opt.step()\n${step}\n`,
    ).configuration.groups[0].schedule?.interval;
  expect(loops("    s.step()")).toBe("epoch");
  expect(loops("        s.step()")).toBe("step");
});
test("a schedule whose length is not known lasts as long as the run", () => {
  const { configuration, origins } = only(
    `${sgd("0.1")}s = torch.optim.lr_scheduler.CosineAnnealingLR(opt, T_max=len(loader) * epochs)\n`,
  );
  expect(configuration.groups[0].schedule?.values).toEqual({ length: 0, minimum: 0 });
  expect(origins[0]["schedule.length"]).toMatchObject({ kind: "unresolved", text: "len(loader) * epochs" });
});
test("TrainingArguments mean AdamW with a linear schedule and clipping at 1", () => {
  const { configuration } = only(
    "from transformers import TrainingArguments\na = TrainingArguments('o', max_steps=200, warmup_ratio=0.1)\n",
  );
  expect(configuration).toMatchObject({
    optimizer: "AdamW",
    steps: 200,
    batchSize: 8,
    clip: { type: "norm", max: 1 },
    groups: [
      {
        values: { learningRate: 5e-5, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
        schedule: { name: "get_linear_schedule_with_warmup", values: { warmup: 20, length: 200 } },
      },
    ],
  });
});

test("whatever a text holds, reading it does not throw", () => {
  const pieces = fc.constantFrom(
    ...[
      "torch.optim.SGD(",
      "lr=",
      "0.1",
      ")",
      "[",
      "{",
      "}",
      "\n",
      "    ",
      "def f(a, *b, **c):",
      "class A(B):",
      "lambda e:",
      "if x:",
      "else:",
    ],
    ...[
      "for i in range(3):",
      "return ",
      "args.lr",
      "**kw",
      "*a",
      '"""',
      "'",
      "#",
      "\\",
      "\0",
      "\ud800",
      "é😀",
      "\t",
      "\r\n",
      "=",
      ",",
      ":",
      "@",
    ],
    ...[
      "parser.add_argument('--lr', default=",
      "self.",
      "import torch",
      "from torch.optim import *",
      "LambdaLR(opt, ",
      "cfg['a']",
      ".get(",
    ],
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (all) => {
      const text = all.join("");
      for (const { span } of read(text).detections) expect(span.to).toBeLessThanOrEqual(text.length);
    }),
    { seed: 2, numRuns: 1500 },
  );
});
test("nesting without end, and no end of brackets, is read", () => {
  const deep = 20_000;
  for (const text of [
    sgd("(".repeat(deep) + "0.1" + ")".repeat(deep)),
    sgd("(".repeat(deep)),
    sgd("-".repeat(deep) + "1"),
    sgd(Array.from({ length: deep }, () => "1").join(" + ")),
    `${head}opt = ${"f(".repeat(3000)}torch.optim.SGD(model.parameters(), lr=0.1)${")".repeat(3000)}`,
  ])
    expect(read(text).detections).toBeInstanceOf(Array);
});
test("an optimizer after a table of ten million characters is found where it stands", () => {
  const table = `table = [\n${"    (1.5, 2, 'a'),\n".repeat(500_000)}]\n`;
  const text = `${head}LR = 0.3\n${table}opt = torch.optim.SGD(model.parameters(), lr=LR)\n`;
  const found = only(text);
  expect(found.spelled.hyperparameters).toEqual({ lr: 0.3 });
  expect(text.slice(found.span.from, found.span.to)).toBe("torch.optim.SGD(model.parameters(), lr=LR)");
  expect(found.origins[0]["learningRate"].line).toBe(3);
});
test("an option that another function changes is not known, unless the defaults never lead there", () => {
  const script = (change: string) => `import argparse
import torch
class Trainer:
    def __init__(self, args):
        self.args = args
    def build(self, model):
        return torch.optim.SGD(model.parameters(), lr=self.args.lr)
def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.5)
    parser.add_argument("--scale", action="store_true")
    args = parser.parse_args()
${change}
    Trainer(args).build(net)
main()
`;
  expect(rateOf(script("    args.lr *= world_size()"))).toEqual({ unresolved: "self.args.lr" });
  expect(rateOf(script("    if args.scale:\n        args.lr *= world_size()"))).toBe(0.5);
});
test("of several mappings handed on, only their own words are open", () => {
  const { spelled, origins } = only(
    `${head}extra = dict(fused=True) if cuda() else dict()\nopt = torch.optim.AdamW(model.parameters(), lr=0.1, **extra)\n`,
  );
  expect(spelled.hyperparameters).toEqual({ lr: 0.1, fused: { unresolved: "**extra" } });
  expect(origins[0]["weightDecay"].kind).toBe("default");
});
test("words handed on from an unknown mapping are not taken for defaults", () => {
  const { origins } = only(`${head}opt = torch.optim.AdamW(model.parameters(), lr=0.1, **options())\n`);
  expect(origins[0]["learningRate"].kind).toBe("written");
  expect(origins[0]["weightDecay"]).toMatchObject({ kind: "unresolved", text: "**options()" });
});
test("a rate set by hand is a factor of the optimizer's, counted from the loop's first turn", () => {
  const { configuration } = only(
    `${sgd("0.2")}for it in range(1, 101):\n    rate = 0.2 * (1 - (it - 1) / 100)\n    opt.param_groups[0]["lr"] = rate\n    opt.step()\n`,
  );
  expect(configuration.groups[0].schedule).toMatchObject({
    name: "LambdaLR",
    formula: "(0.2 * (1 - (((e + 1) - 1) / 100))) / 0.2",
    interval: "step",
  });
});
test("while a comma is missing, what cannot be read is not taken for a default", () => {
  const { origins, spelled } = only(
    `${head}opt = torch.optim.SGD(\n    model.parameters(),\n    lr=0.1\n    momentum=0.9)\n`,
  );
  expect(spelled.hyperparameters).toEqual({ lr: 0.1 });
  expect(origins[0]["momentum"].kind).toBe("unresolved");
});
