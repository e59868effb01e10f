import { beforeAll, expect, test } from "vitest";
import { readExperiment } from "../../src/documents/frameworks/experiment.ts";
import { experimentProblems } from "../../src/documents/frameworks/experimentProblems.ts";
import { writeExperiment } from "../../src/documents/frameworks/experimentWrite.ts";
import { only, ready } from "./python.ts";

// Packages whose Adam differs from PyTorch's, and what their words mean.

beforeAll(ready);
const head =
  "import bitsandbytes as bnb\nfrom apex.optimizers import FusedAdam\nfrom deepspeed.ops.adam import DeepSpeedCPUAdam\n";
const of = (construction: string) => only(`${head}from transformers import AdamW\nopt = ${construction}\n`);
const valuesOf = (construction: string) => of(construction).configuration.groups[0].values;

test("one flag turns off both corrections of a fused Adam and of Transformers' own AdamW", () => {
  const neither = { biasCorrection: 0, biasCorrection2: 0 };
  expect(valuesOf("FusedAdam(net.parameters(), bias_correction=False)")).toMatchObject(neither);
  expect(valuesOf("AdamW(net.parameters(), correct_bias=False)")).toMatchObject(neither);
  expect(valuesOf("FusedAdam(net.parameters())")).toMatchObject({ biasCorrection: 1, biasCorrection2: 1 });
});

test("the flag is written in one place, by its first name", () => {
  for (const construction of ["FusedAdam(net.parameters())", "FusedAdam(net.parameters(), bias_correction=False)"]) {
    const [origins] = of(construction).origins;
    expect(origins["biasCorrection"]).toMatchObject({
      site: { template: expect.stringContaining(":bool}") as string },
    });
    expect(origins["biasCorrection2"]).not.toHaveProperty("site");
  }
});

test("positions follow each package's own signature", () => {
  expect(valuesOf("FusedAdam(ps, 0.1, True, (0.8, 0.9), 1e-6, False, 0.2)")).toMatchObject({
    ...{ learningRate: 0.1, beta1: 0.8, beta2: 0.9, epsilon: 1e-6, decoupledWeightDecay: 0, weightDecay: 0.2 },
  });
  expect(valuesOf("DeepSpeedCPUAdam(ps, 0.1, True, (0.8, 0.9), 1e-6, 0.2, False, False)")).toMatchObject({
    ...{ learningRate: 0.1, epsilon: 1e-6, weightDecay: 0.2, amsgrad: 0, decoupledWeightDecay: 0 },
  });
});

test("Transformers' own AdamW puts ε beside √v and decays after the step", () => {
  const { configuration } = of("AdamW(net.parameters(), lr=5e-5)");
  expect(configuration.optimizer).toBe("AdamW");
  expect(configuration.groups[0].values).toMatchObject({ epsilon: 1e-6, epsilonHat: 1, decayAfterStep: 1 });
});

test("bitsandbytes takes decay from θ after the step, in Adam too, and says so", () => {
  const { configuration, notes } = of("bnb.optim.Adam8bit(net.parameters(), weight_decay=0.1)");
  expect(configuration.optimizer).toBe("Adam");
  expect(configuration.groups[0].values).toMatchObject({
    decoupledWeightDecay: 1,
    decayAfterStep: 1,
    weightDecay: 0.1,
  });
  expect(notes.map(({ text }) => text).join(" ")).toContain("from θ itself");
  expect(valuesOf("bnb.optim.PagedAdamW(net.parameters())")).toMatchObject({ decayAfterStep: 1, weightDecay: 0.01 });
});

test("the Trainer's names for either keep that arithmetic; PyTorch's names keep PyTorch's", () => {
  const values = (optim: string) =>
    only(`from transformers import TrainingArguments\nargs = TrainingArguments("o", optim="${optim}")\n`).configuration
      .groups[0].values;
  expect(values("adamw_hf")).toMatchObject({ epsilonHat: 1, decayAfterStep: 1 });
  expect(values("paged_adamw_32bit")).toMatchObject({ decayAfterStep: 1 });
  expect(values("adamw_bnb_8bit")).not.toHaveProperty("epsilonHat");
  for (const optim of ["adamw_torch", "adamw_torch_fused", "adamw_torch_4bit"])
    expect(values(optim)).not.toHaveProperty("decayAfterStep");
});

test("an experiment file keeps all of it, in canonical names or in the package's own", () => {
  for (const construction of [
    "FusedAdam(net.parameters(), bias_correction=False)",
    "AdamW(net.parameters(), correct_bias=False)",
    "bnb.optim.Adam(net.parameters(), weight_decay=0.1)",
  ]) {
    const { configuration } = of(construction);
    const text = writeExperiment({ configuration, lab: "training", seed: 1, controls: {} });
    expect(experimentProblems(text)).toEqual([]);
    expect(readExperiment(text).detections[0].configuration).toMatchObject(configuration);
  }
  const own = (framework: string, optimizer: string, hyperparameters: object) => {
    const text = JSON.stringify({ configuration: { framework, optimizer, hyperparameters } });
    expect(experimentProblems(text)).toEqual([]);
    return readExperiment(text).detections[0].configuration;
  };
  expect(own("transformers4", "AdamW", { lr: 1e-3, correct_bias: false }).groups[0].values).toMatchObject({
    ...{ biasCorrection: 0, biasCorrection2: 0, epsilonHat: 1, decayAfterStep: 1 },
  });
  expect(own("apex", "FusedAdam", { adam_w_mode: false })).toMatchObject({ optimizer: "Adam" });
});
