import { beforeAll, expect, test } from "vitest";
import { parseFormula } from "../../src/core/formula.ts";
import { only, ready } from "./python.ts";

// Rates that a script sets itself, in the forms that training scripts have; each is compared with the same arithmetic here.

beforeAll(ready);
const head = "import math\nimport torch\nmodel = torch.nn.Linear(2, 1)\n";
function followed(text: string) {
  const { configuration, notes } = only(head + text);
  const { values, schedule } = configuration.groups[0];
  const { formula, interval } = schedule ?? {};
  if (formula === undefined) return { interval: undefined, rate: undefined, notes: notes.map((it) => it.text) };
  const factor = parseFormula(formula);
  return { interval, rate: (count: number) => values["learningRate"] * factor(count), notes: [] };
}
function expectRates(text: string, interval: string, want: (count: number) => number, counts: readonly number[]) {
  const got = followed(text);
  expect(got.notes).toEqual([]);
  expect(got.interval).toBe(interval);
  for (const count of counts) expect(got.rate?.(count), `at ${count}`).toBeCloseTo(want(count), 12);
}

test("a function with if and return, called with the counter of a while loop", () => {
  const text = `
learning_rate = 6e-4
max_iters = 6000
warmup_iters = 100
lr_decay_iters = 5000
min_lr = 6e-5
decay_lr = True
iter_num = 0

# linear warm-up, then a cosine
def get_lr(it):
    # 1) up
    if it < warmup_iters:
        return learning_rate * (it + 1) / (warmup_iters + 1)
    # 2) past the end
    if it > lr_decay_iters:
        return min_lr
    # 3) down
    decay_ratio = (it - warmup_iters) / (lr_decay_iters - warmup_iters)
    assert 0 <= decay_ratio <= 1
    coeff = 0.5 * (1.0 + math.cos(math.pi * decay_ratio))
    return min_lr + coeff * (learning_rate - min_lr)

optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, betas=(0.9, 0.95))
while True:
    lr = get_lr(iter_num) if decay_lr else learning_rate
    for param_group in optimizer.param_groups:
        param_group['lr'] = lr
    for micro_step in range(4):
        loss = model(X).mean()
        loss.backward()
    optimizer.step()
    iter_num += 1
    if iter_num > max_iters:
        break
`;
  const want = (it: number) => {
    if (it < 100) return (6e-4 * (it + 1)) / 101;
    if (it > 5000) return 6e-5;
    return 6e-5 + 0.5 * (1 + Math.cos((Math.PI * (it - 100)) / 4900)) * (6e-4 - 6e-5);
  };
  expectRates(text, "step", want, [0, 50, 99, 100, 2500, 5000, 5001]);
});

test("a warm-up in an expression, in a loop over steps", () => {
  const text = `
warm, total, base = 10, 100, 3e-3
opt = torch.optim.SGD(model.parameters(), lr=base)
for step in range(total):
    lr = base * step / warm if step < warm else base * 0.5 * (1 + math.cos(math.pi * (step - warm) / (total - warm)))
    for g in opt.param_groups:
        g["lr"] = lr
    opt.step()
`;
  const want = (t: number) => (t < 10 ? (3e-3 * t) / 10 : 3e-3 * 0.5 * (1 + Math.cos((Math.PI * (t - 10)) / 90)));
  expectRates(text, "step", want, [0, 5, 10, 60, 99]);
});

test("if and else around assignments, and a rate set through an index", () => {
  const text = `
opt = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(90):
    if epoch < 5:
        lr = 0.1 * (epoch + 1) / 5
    elif epoch < 60:
        lr = 0.1
    else:
        lr = 0.01
    opt.param_groups[0]["lr"] = lr
    for batch in loader:
        opt.step()
`;
  expectRates(text, "epoch", (e) => (e < 5 ? (0.1 * (e + 1)) / 5 : e < 60 ? 0.1 : 0.01), [0, 4, 5, 59, 60]);
});

test("a function that sets the rate of every group, called once an epoch with options", () => {
  const text = `
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--lr", default=0.03, type=float)
parser.add_argument("--epochs", default=200, type=int)
parser.add_argument("--schedule", default=[120, 160], nargs="*", type=int)
parser.add_argument("--cos", action="store_true")

def main():
    args = parser.parse_args()
    optimizer = torch.optim.SGD(model.parameters(), args.lr, momentum=0.9)
    for epoch in range(args.epochs):
        adjust_learning_rate(optimizer, epoch, args)
        for batch in loader:
            optimizer.step()

def adjust_learning_rate(optimizer, epoch, args):
    """Decay the learning rate based on schedule"""
    lr = args.lr
    if args.cos:
        lr *= 0.5 * (1. + math.cos(math.pi * epoch / args.epochs))
    else:
        for milestone in args.schedule:
            lr *= 0.1 if epoch >= milestone else 1.
    for param_group in optimizer.param_groups:
        param_group['lr'] = lr

main()
`;
  expectRates(text, "epoch", (e) => 0.03 * (e >= 120 ? 0.1 : 1) * (e >= 160 ? 0.1 : 1), [0, 119, 120, 160]);
  const cosine = text.replace('action="store_true"', "default=True");
  expectRates(cosine, "epoch", (e) => 0.03 * 0.5 * (1 + Math.cos((Math.PI * e) / 200)), [0, 50, 199]);
});

test("a step decay with whole division, named in between", () => {
  const text = `
LR = 0.1
def adjust(optimizer, epoch):
    lr = LR * (0.1 ** (epoch // 30))
    for param_group in optimizer.param_groups:
        param_group['lr'] = lr
opt = torch.optim.SGD(model.parameters(), lr=LR)
for epoch in range(1, 91):
    adjust(opt, epoch)
    for batch in loader:
        opt.step()
`;
  expectRates(text, "epoch", (count) => 0.1 * 0.1 ** Math.floor((count + 1) / 30), [0, 28, 29, 59]);
});

test("a counter of updates inside two loops, and a function with several arguments", () => {
  const text = `
def schedule(step, warmup, total, top=1e-3):
    if step < warmup:
        return top * step / warmup
    return top * max(0.0, (total - step) / (total - warmup))
opt = torch.optim.Adam(model.parameters(), lr=1e-3)
global_step = 0
for epoch in range(3):
    for batch in loader:
        global_step += 1
        for group in opt.param_groups:
            group["lr"] = schedule(global_step, 10, total=100)
        opt.step()
`;
  const want = (count: number) => {
    const step = count + 1;
    return step < 10 ? (1e-3 * step) / 10 : 1e-3 * Math.max(0, (100 - step) / 90);
  };
  expectRates(text, "step", want, [0, 8, 9, 50, 99, 120]);
});

test.each([
  ["a table", 'g["lr"] = table[step]'],
  ["a rate that depends on the loss", 'g["lr"] = 0.1 * float(loss)'],
  ["what other code returns", 'g["lr"] = scheduled(step)'],
])("%s is no arithmetic, and is said not to be", (_what, line) => {
  const text = `
opt = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(100):
    for g in opt.param_groups:
        ${line}
    opt.step()
`;
  expect(followed(text).notes).toContain("The rate is set by hand in a way that is not plain arithmetic.");
});
test("a name that a loop sets to something else is not taken for what it was before", () => {
  const text = `
opt = torch.optim.SGD(model.parameters(), lr=0.1)
lr = 0.1
for step in range(100):
    for part in parts:
        lr = measure(part)
    for g in opt.param_groups:
        g["lr"] = lr / (1 + step)
    opt.step()
`;
  expect(followed(text).rate).toBeUndefined();
});
