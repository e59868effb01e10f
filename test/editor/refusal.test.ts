import { expect, test } from "vitest";
import { Scene } from "./scene.ts";

test("a value that cannot be run with is named with its line, and nothing is run", async () => {
  const scene = new Scene();
  await scene.session.simulate(scene.script("train.py", "import torch\nmain = SGD(params, lr=-0.5)\n"));
  expect(scene.orders).toEqual([]);
  expect(scene.told("done").at(-1)?.report.answer).toBe("SGD needs η (learningRate) of at least 0, got -0.5 (line 2).");
  expect(scene.show.charts).toEqual([]);
});

test("the line of a value is not named where a knob was moved away from it", async () => {
  const scene = new Scene();
  await scene.session.simulate(scene.script("train.py", "import torch\nmain = SGD(params, lr=0.5)\n"));
  await scene.finish();
  scene.session.receive({ type: "set", of: "optimizer", name: "momentum", value: -1 });
  expect(scene.told("done").at(-1)?.report.answer).toBe("SGD needs μ (momentum) of at least 0, got -1.");
});
