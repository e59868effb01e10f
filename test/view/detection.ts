import type { Detection, Origin } from "../../src/documents/document.ts";
import type { Configuration } from "../../src/protocol/index.ts";

const span = { from: 0, to: 1 };
export const written = (line: number): Origin => ({ kind: "written", span, line });
export const standing = (line: number): Origin => ({ kind: "default", span, line });
export const unresolved = (line: number, text: string): Origin => ({ kind: "unresolved", span, line, text });

/** A script's AdamW in two groups, one of them under a cosine, as a reader hands it over. */
export const configuration: Configuration = {
  framework: "torch",
  optimizer: "AdamW",
  groups: [
    {
      name: "backbone",
      values: {
        learningRate: 5e-4,
        beta1: 0.9,
        beta2: 0.98,
        epsilon: 1e-8,
        weightDecay: 0.01,
        amsgrad: 0,
        maximize: 0,
      },
      schedule: { name: "constant", values: {} },
    },
    {
      name: "head",
      values: { learningRate: 3e-4, beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0, amsgrad: 0, maximize: 0 },
    },
  ],
  batchSize: 128,
  steps: 600,
};
export const detection = (changed: Partial<Detection> = {}): Detection => ({
  framework: "torch",
  frameworkTitle: "PyTorch 2.x",
  span,
  line: 48,
  configuration,
  origins: [
    { learningRate: written(48), beta1: standing(48), epsilon: unresolved(48, "cfg.eps"), weightDecay: written(49) },
    { learningRate: written(50) },
  ],
  spelled: { optimizer: "AdamW", hyperparameters: { lr: 5e-4 } },
  notes: [{ text: "read from a branch" }],
  ...changed,
});
