import { expect, test } from "vitest";
import type { Configuration } from "../../src/protocol/index.ts";
import { defaultsFor, othersOf, suggestedComparison, titleOf, type Compared } from "../../src/view/compare.ts";
import { buildOrder, plan } from "../../src/view/plan.ts";
import { buildShow } from "../../src/view/show.ts";
import { difference, same } from "../../src/view/summary.ts";
import { configuration, detection } from "./detection.ts";

const other = detection({ line: 60, configuration: { ...configuration, optimizer: "SGD" } });
const detections = [detection(), other];
const from = { detections, detection: detections[0], configuration };
const planned = (compared: readonly Compared[], lab = "compare") =>
  plan({ detections, chosen: 0, settings: [], lab, compared });

test("a configuration is called by its library and that library's class", () => {
  expect(titleOf(configuration)).toBe("PyTorch AdamW");
  expect(titleOf({ ...configuration, framework: "optax" })).toBe("optax adamw");
  expect(titleOf({ ...configuration, framework: "tensorflow1", optimizer: "SGD" })).toMatch(
    /^TensorFlow 1 \w+Optimizer$/,
  );
  expect(titleOf({ ...configuration, framework: "transformers" })).toMatch(/^Transformers AdamW$/);
  expect(titleOf({ ...configuration, framework: "ours" })).toBe("AdamW");
});

test("what was chosen becomes labels and configurations; what cannot be found is left out", () => {
  const given = { kind: "given", label: "old", configuration: other.configuration } as const;
  const labels = (...all: Compared[]) => othersOf(all, from).map(({ label }) => label);
  expect(labels({ kind: "here", index: 1 }, given, { kind: "default" })).toEqual([
    ...["SGD, line 60", "old", "PyTorch AdamW by default"],
  ]);
  expect(labels({ kind: "here", index: 0 }, { kind: "here", index: 7 }, { kind: "here", index: -1 })).toEqual([]);
  expect(labels({ kind: "library", library: "timm", values: "same" })).toEqual([]);
});

test("with a library's defaults, what the document does not write is that library's", () => {
  const values = (how: "same" | "defaults") =>
    othersOf([{ kind: "library", library: "keras", values: how }], from)[0].configuration.groups[0].values;
  expect(values("same")).toMatchObject({ learningRate: 5e-4, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01 });
  expect(values("defaults")).toMatchObject({ learningRate: 5e-4, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.01 });
});

test("the defaults are the library's, in one group, and Trainer's own where it is one", () => {
  expect(defaultsFor(configuration)).toMatchObject({
    framework: "torch",
    groups: [{ name: "all parameters", values: { learningRate: 1e-3, beta2: 0.999, weightDecay: 0.01 } }],
  });
  expect(defaultsFor({ ...configuration, framework: "transformers" }).groups[0].values).toMatchObject({
    ...{ learningRate: 5e-5, weightDecay: 0 },
  });
  const optax = defaultsFor({ ...configuration, framework: "optax", optimizer: "SGD" });
  expect(optax.groups[0].values["learningRate"]).toBe(5e-4); // optax asks for one
});

test("where nothing is chosen, the defaults suggest themselves; to the defaults, another library", () => {
  expect(suggestedComparison(from)).toEqual([{ kind: "default" }]);
  const plain: Configuration = defaultsFor(configuration);
  expect(suggestedComparison({ ...from, configuration: plain })).toEqual([
    { kind: "library", library: "keras", values: "same" },
  ]);
});

test("an order carries the others where the lab compares, and nowhere else", () => {
  const all = [{ kind: "here", index: 1 }] as const;
  expect(buildOrder(planned(all), 1)).toMatchObject({ label: "PyTorch AdamW", others: [{ label: "SGD, line 60" }] });
  expect(buildOrder(planned(all, "training"), 1)).not.toHaveProperty("others");
  const { charts } = buildShow(planned(all), { run: 1, file: "train.py", group: 0 });
  expect(charts.map(({ id }) => id)).toEqual(["rate", "loss", "difference"]);
});

test("an experiment file says itself what it is compared with, until something else is chosen", () => {
  const others = [{ label: "saved", configuration: other.configuration }];
  const saved = detection({ experiment: { lab: "compare", seed: 1, controls: {}, others } });
  const labels = (compared: readonly Compared[]) =>
    plan({ detections: [saved], chosen: 0, settings: [], compared }).beside.others?.map(({ label }) => label);
  expect(labels([])).toEqual(["saved"]);
  expect(labels([{ kind: "default" }])).toEqual(["PyTorch AdamW by default"]);
});

test("other comparisons are other plans, and the former's trace is named by what it was compared with", () => {
  const [a, b] = [planned([{ kind: "here", index: 1 }]), planned([{ kind: "default" }])];
  expect(same(a, planned([{ kind: "here", index: 1 }]))).toBe(true);
  expect(same(a, b)).toBe(false);
  expect(difference(a, b)).toBe("beside SGD, line 60");
});

test("a configuration that cannot be run is refused by its name", () => {
  const wrong: Configuration = {
    framework: "torch",
    optimizer: "AdamW",
    groups: [{ name: "all parameters", values: { learningRate: -1 } }],
  };
  const { refusal } = planned([{ kind: "given", label: "old", configuration: wrong }]);
  expect(refusal).toMatch(/^old cannot be compared with: .*-1/);
});
