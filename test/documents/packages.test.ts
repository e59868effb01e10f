import { beforeAll, expect, test } from "vitest";
import { only, ready } from "./python.ts";

beforeAll(ready);
const head = "import torch\nimport bitsandbytes as bnb\nfrom apex.optimizers import FusedAdam\nimport timm.optim\n";
const of = (construction: string) => only(`${head}opt = ${construction}\n`);

test("a fused Adam is Adam, decoupled and corrected as it is told", () => {
  const { configuration, notes } = of("FusedAdam(net.parameters(), bias_correction=False, weight_decay=0.1)");
  expect(configuration).toMatchObject({ framework: "torch", optimizer: "Adam" });
  expect(configuration.groups[0].values).toMatchObject({
    learningRate: 1e-3,
    biasCorrection: 0,
    decoupledWeightDecay: 1,
    weightDecay: 0.1,
  });
  expect(notes.map(({ text }) => text).join(" ")).toContain("the arithmetic is the same");
  const coupled = of("FusedAdam(net.parameters(), adam_w_mode=False)").configuration.groups[0].values;
  expect(coupled["decoupledWeightDecay"]).toBe(0);
});

test("names of memory and speed map to the arithmetic they stand for, and say so", () => {
  const said = (construction: string) => {
    const { configuration, notes } = of(construction);
    return [configuration.optimizer, notes.map(({ text }) => text).join(" ")] as const;
  };
  const [paged, why] = said("bnb.optim.PagedAdamW8bit(net.parameters(), lr=1e-4)");
  expect(paged).toBe("AdamW");
  expect(why).toMatch(/kept in 8 bits.*host's memory/);
  expect(said("bnb.optim.AdamW32bit(net.parameters())")).toEqual(["AdamW", ""]);
  expect(said("torch.optim.Adam(net.parameters(), foreach=True)")[1]).toMatch(/foreach=True .* not what they are/);
  expect(said("torch.optim.Adam(net.parameters(), foreach=False)")[1]).toBe("");
  expect(said("torch.optim.SparseAdam(net.parameters())")).toEqual(["Adam", expect.stringContaining("dense")]);
});

test("a package's own arithmetic goes into the configuration", () => {
  const { configuration } = of("timm.optim.RMSpropTF(net.parameters(), lr=0.01)");
  expect(configuration.framework).toBe("timm");
  expect(configuration.groups[0].values).toMatchObject({ epsilonInRoot: 1, initialSecondMoment: 1, rateInMomentum: 1 });
});

test.each([
  ["from lion_pytorch import Lion", "Lion(net.parameters(), lr=1e-4)", "Lion"],
  ["from soap import SOAP", "SOAP(net.parameters(), lr=3e-3)", "SOAP"],
  ["import sophia", "sophia.SophiaG(net.parameters(), lr=1e-4)", "Sophia"],
  ["from adan import Adan", "Adan(net.parameters(), lr=1e-3)", "Adan"],
  ["from prodigyopt import Prodigy", "Prodigy(net.parameters())", "Prodigy"],
  ["import schedulefree", "schedulefree.SGDScheduleFree(net.parameters(), lr=1.0)", "SGDScheduleFree"],
  ["import optax", "optax.lion(1e-4)", "Lion"],
  ["import keras", 'model.compile(optimizer="ftrl", loss="mse")', "Ftrl"],
])("a text that says nothing but %s and %s is read", (imported, construction, optimizer) => {
  expect(only(`${imported}\nx = ${construction}\n`).configuration.optimizer).toBe(optimizer);
  const table = `TABLE = [\n${"    (1.5, 2.25),\n".repeat(30_000)}]\n`; // huge texts are read in part
  expect(only(`${imported}\n${table}x = ${construction}\n`).configuration.optimizer).toBe(optimizer);
});
