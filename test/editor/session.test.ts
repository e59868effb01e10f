import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { typed } from "../../src/protocol/index.ts";
import { Scene } from "./scene.ts";

const training = "import torch\n\nmain = AdamW(params, lr=1e-3)\n";
async function opened(text = training) {
  const scene = new Scene();
  const script = scene.script("train.py", text);
  await scene.session.simulate(script);
  return { scene, script, session: scene.session };
}

test("a simulated script is shown, ordered, and its messages reach the panel untouched", async () => {
  const { scene, session } = await opened();
  expect(scene.show).toMatchObject({ optimizer: "AdamW", file: "train.py", line: 3, run: 1, changes: [] });
  expect(scene.order).toMatchObject({ run: 1, lab: "training", seed: 1 });
  const frames = scene.frames(1, [3, 2]);
  const done = scene.done(1);
  session.hear(frames);
  session.hear(done);
  expect(scene.posts.slice(-2)).toEqual([frames, done]);
  expect(scene.posts.at(-2)).toBe(frames);
});

test("the construction at the cursor is taken, else the one above it, else the first", async () => {
  const text = "a = SGD(params, lr=0.1)\nx = 1\nb = AdamW(params, lr=1e-3)\n";
  const picked = async (offset?: number) => {
    const scene = new Scene();
    await scene.session.simulate(scene.script("two.py", text), offset);
    return scene.show.optimizer;
  };
  expect(await picked(text.indexOf("AdamW"))).toBe("AdamW");
  expect(await picked(text.indexOf("x = 1"))).toBe("SGD");
  expect(await picked(text.length)).toBe("AdamW");
  expect(await picked()).toBe("SGD");
});

test("an edit is followed after the pause, with the former run behind it under its own value", async () => {
  const { scene, script } = await opened();
  await scene.finish();
  script.type("1e-3", "5e-4");
  expect(scene.orders).toHaveLength(1);
  await scene.pause();
  expect(scene.rate).toBe(5e-4);
  expect(scene.show.run).toBe(2);
  expect(scene.show.before).toMatchObject({ label: `η ${typed(1e-3)}`, pinned: false });
  expect(scene.show.before?.frames).toHaveLength(1);
});

test("typing goes on: only the text of the last pause is read and run", async () => {
  const { scene, script } = await opened();
  const reads = scene.reads;
  script.type("1e-3", "1e-4");
  await scene.clock.pass(60);
  script.type("1e-4", "2e-4");
  await scene.pause();
  expect(scene.reads).toBe(reads + 1);
  expect(scene.orders.map(({ run }) => run)).toEqual([1, 2]);
  expect(scene.rate).toBe(2e-4);
});

test("the text is read shortly before the pause is over, and shown after it", async () => {
  const { scene, script } = await opened();
  const { reads, asked } = scene;
  script.type("1e-3", "1e-4");
  await scene.clock.pass(100);
  expect(scene.reads).toBe(reads + 1);
  expect(scene.asked).toBe(asked);
  expect(scene.orders).toHaveLength(1);
  await scene.clock.pass(20);
  expect(scene.reads).toBe(reads + 1);
  expect(scene.asked).toBe(asked + 1);
  expect(scene.rate).toBe(1e-4);
});

test("what runs is held back in a pause, and let go when the text is read", async () => {
  const { scene, script } = await opened();
  const now = () => scene.held.at(-1);
  scene.settings.followDelay = 500;
  script.type("1e-3", "1e-4");
  await scene.clock.pass(300);
  expect(now()).toBe(0); // since it was opened
  script.type("1e-4", "2e-4");
  await scene.clock.pass(380);
  expect(now()).toBe(200);
  expect(scene.orders).toHaveLength(1);
  await scene.clock.pass(120);
  for (let i = 0; i < 4; i++) await setImmediate();
  expect(scene.rate).toBe(2e-4);
  expect(now()).toBe(0);
});

test("an edit that changes no number moves the line and orders nothing", async () => {
  const { scene, script } = await opened();
  await scene.finish();
  script.type("import torch", "import math\nimport torch");
  await scene.pause();
  expect(scene.orders).toHaveLength(1);
  expect(scene.show).toMatchObject({ line: 4, run: 1 });
});

test("a call that no longer reads leaves the charts with a banner, until it reads again", async () => {
  const { scene, script } = await opened();
  await scene.finish();
  script.type("lr=1e-3)", "lr=");
  await scene.pause();
  expect(scene.told("stale").at(-1)?.text).toBe(
    "Line 3 does not read as a call any more. The charts stay until it does.",
  );
  expect(scene.orders).toHaveLength(1);
  script.type("lr=", "lr=1e-2)");
  await scene.pause();
  expect(scene.rate).toBe(1e-2);
  const last = scene.posts.map(({ type }) => type).lastIndexOf("stale");
  expect(scene.posts.slice(last + 1).map(({ type }) => type)).toContain("show");
});

test("half-typed, a construction does not hand its panel to its neighbour", async () => {
  const { scene, script } = await opened(`${training}other = SGD(params, lr=0.1)\n`);
  script.type("lr=1e-3)", "lr=");
  await scene.pause();
  expect(scene.show.optimizer).toBe("AdamW");
  expect(scene.told("stale")).toHaveLength(1);
});

test("a renamed optimizer at the same place is followed", async () => {
  const { scene, script } = await opened();
  script.type("AdamW", "SGD");
  await scene.pause();
  expect(scene.order.configuration.optimizer).toBe("SGD");
});

test("a knob runs at once and is listed as a change; applied, it is written in one step and the charts stay", async () => {
  const { scene, script, session } = await opened();
  await scene.finish();
  session.receive({ type: "set", of: "optimizer", name: "learningRate", value: 2e-3 });
  expect(scene.rate).toBe(2e-3);
  expect(scene.show.changes).toMatchObject([{ symbol: "η", to: "2e-3", where: "train.py:3", line: 3 }]);
  await scene.finish();
  const orders = scene.orders.length;
  await session.apply();
  await scene.pause();
  expect(script.text()).toContain("lr=2e-3)");
  expect(script.undo).toHaveLength(1);
  expect(scene.orders).toHaveLength(orders);
  expect(scene.show.changes).toEqual([]);
  expect(scene.told("said").at(-1)).toMatchObject({ about: "apply", text: "Applied. Undo in the editor." });
});

test("a file that takes no edit keeps the change in the panel, and the panel says so", async () => {
  const { scene, script, session } = await opened();
  script.readonly = true;
  session.receive({ type: "set", of: "optimizer", name: "learningRate", value: 2e-3 });
  await session.apply();
  expect(scene.told("said").at(-1)?.text).toMatch(/did not take the change/);
  expect(scene.show.changes).toHaveLength(1);
});

test("what cannot be written is refused with its reason", async () => {
  const { scene, session } = await opened("main = AdamW(params, lr=args)\n");
  session.receive({ type: "set", of: "optimizer", name: "learningRate", value: 2e-3 });
  await session.apply();
  expect(scene.told("said").at(-1)?.text).toMatch(/args/);
});

test("reset, and a knob turned back to the code's own value, leave nothing to apply", async () => {
  const { scene, session } = await opened();
  await scene.finish();
  session.receive({ type: "set", of: "optimizer", name: "beta1", value: 0.5 });
  expect(scene.show.changes).toHaveLength(1);
  session.receive({ type: "reset", of: "optimizer", name: "beta1" });
  expect(scene.show.changes).toEqual([]);
  session.receive({ type: "set", of: "optimizer", name: "learningRate", value: 1e-2 });
  session.receive({ type: "set", of: "optimizer", name: "learningRate", value: 1e-3 });
  expect(scene.show.changes).toEqual([]);
});

test("a number edited in the code takes the place of the knob's", async () => {
  const { scene, script, session } = await opened();
  session.receive({ type: "set", of: "optimizer", name: "learningRate", value: 2e-3 });
  session.receive({ type: "set", of: "optimizer", name: "beta1", value: 0.5 });
  scene.session.hear(scene.frames(scene.order.run, [1]));
  script.type("1e-3", "7e-3");
  await scene.pause();
  expect(scene.rate).toBe(7e-3);
  expect(scene.order.configuration.groups.at(0)?.values["beta1"]).toBe(0.5);
});

test("in a drag the newest value waits for the first frames of the one at hand, and is never lost", async () => {
  const { scene, session } = await opened();
  await scene.finish();
  for (const value of [2e-3, 3e-3, 4e-3])
    session.receive({ type: "set", of: "optimizer", name: "learningRate", value });
  expect(scene.rate).toBe(2e-3);
  session.hear(scene.frames(scene.order.run, [1]));
  expect(scene.rate).toBe(4e-3);
  session.receive({ type: "set", of: "optimizer", name: "learningRate", value: 5e-3 });
  await scene.clock.pass(100);
  expect(scene.rate).toBe(5e-3);
});

test("a drag is compared with the run before it, not with its own last value", async () => {
  const { scene, session } = await opened();
  await scene.finish();
  for (const value of [2e-3, 3e-3]) {
    session.receive({ type: "set", of: "optimizer", name: "learningRate", value });
    session.hear(scene.frames(scene.order.run, [1]));
    session.hear(scene.done(scene.order.run));
  }
  expect(scene.show.before?.label).toBe(`η ${typed(1e-3)}`);
});

test("messages of a superseded run go nowhere", async () => {
  const { scene, session } = await opened();
  session.hear(scene.frames(1, [1]));
  session.receive({ type: "set", of: "optimizer", name: "learningRate", value: 2e-3 });
  const before = scene.posts.length;
  session.hear(scene.frames(1, [9]));
  session.hear(scene.done(1));
  expect(scene.posts).toHaveLength(before);
});

test("a panel that comes up late is told everything once more", async () => {
  const { scene, session } = await opened();
  session.hear(scene.frames(1, [3, 2]));
  session.hear(scene.frames(1, [1]));
  session.hear(scene.done(1));
  scene.posts.length = 0;
  session.receive({ type: "ready" });
  expect(scene.posts.map(({ type }) => type)).toEqual(["show", "frames", "done"]);
  expect(scene.told("frames").at(0)?.frames).toHaveLength(2);
});

test("nothing is drawn up for a panel that does not listen yet; it is told when it does", async () => {
  const scene = new Scene();
  let drawn = 0;
  Object.defineProperty(scene.settings, "patterns", { get: () => drawn++ > 0 });
  scene.listening = false;
  await scene.session.simulate(scene.script("train.py", training));
  scene.session.hear(scene.frames(scene.order.run, [3, 2]));
  expect(drawn).toBe(0);
  scene.listening = true;
  scene.session.receive({ type: "ready" });
  expect(drawn).toBe(1);
  expect(scene.posts.map(({ type }) => type)).toEqual(["show", "frames"]);
});

test("hide takes the faint trace away; a pinned run stays behind every later one", async () => {
  const { scene, session } = await opened();
  await scene.finish();
  const turn = (value: number) => session.receive({ type: "set", of: "optimizer", name: "learningRate", value });
  turn(2e-3);
  expect(scene.show.before).toBeDefined();
  session.receive({ type: "hide" });
  expect(scene.show.before).toBeUndefined();
  await scene.finish();
  session.receive({ type: "pin", on: true });
  turn(3e-3);
  await scene.finish();
  turn(4e-3);
  expect(scene.show.before).toMatchObject({ label: `η ${typed(2e-3)}`, pinned: true });
  session.receive({ type: "pin", on: false });
  expect(scene.show.before?.pinned ?? false).toBe(false);
});

test("stop reaches the simulation, and run again runs the same once more", async () => {
  const { scene, session } = await opened();
  session.receive({ type: "stop" });
  expect(scene.stops).toBe(1);
  session.hear(scene.stopped(1));
  expect(scene.posts.at(-1)?.type).toBe("stopped");
  session.receive({ type: "again" });
  expect(scene.order).toEqual({ ...scene.orders[0], run: 2 });
});

test("the simulator hears that a run's first picture is there", async () => {
  const { scene, session } = await opened();
  expect(scene.painted).toEqual([]);
  session.receive({ type: "painted", run: 1 });
  expect(scene.painted).toEqual([1]);
});

test("a failed run is passed on and logged, and the next edit runs", async () => {
  const { scene, script, session } = await opened();
  session.hear({ type: "failed", run: 1, message: "It stopped working at step 3.", details: "stack" });
  expect(scene.posts.at(-1)?.type).toBe("failed");
  expect(scene.logged.join()).toMatch(/step 3/);
  script.type("1e-3", "1e-4");
  await scene.pause();
  expect(scene.order.run).toBe(2);
});

test("another lab and another problem are shown and ordered, without a former run of other charts behind them", async () => {
  const { scene, session } = await opened();
  await scene.finish();
  const second = scene.show.labs[1];
  session.receive({ type: "choose", lab: second.name });
  expect(scene.order.lab).toBe(second.name);
  expect(scene.show.before).toBeUndefined();
  session.receive({ type: "choose", lab: "training" });
  const other = scene.show.problems.find(({ name }) => name !== scene.show.problem)?.name ?? "";
  session.receive({ type: "problem", name: other });
  expect(scene.order.problem.name).toBe(other);
});

test("a loss is typed, run and compared with the one before it, and taken back by its own text", async () => {
  const { scene, session } = await opened();
  session.receive({ type: "choose", lab: "stationary density" });
  session.receive({ type: "problem", name: "formula" });
  await scene.finish();
  const [{ name, original }] = scene.show.texts ?? [];
  session.receive({ type: "write", name, text: "x^4/4 - x^2/2" });
  expect(scene.order.problem.data).toEqual({ loss: "x^4/4 - x^2/2" });
  expect(scene.show.texts?.[0]).toMatchObject({ value: "x^4/4 - x^2/2", original });
  expect(scene.show.before?.label).toBe(`L(θ) = ${original}`);
  session.receive({ type: "write", name, text: original });
  expect(scene.order.problem.data).toBeUndefined();
  // A formula that does not read is refused in its own words, and nothing runs.
  const ordered = scene.orders.length;
  session.receive({ type: "write", name, text: "x^2 +" });
  expect(scene.orders.length).toBe(ordered);
  expect(JSON.stringify(scene.posts.at(-1))).toMatch(/The formula of the loss does not read/);
  session.receive({ type: "problem", name: "double well" });
  expect(scene.order.problem.data).toBeUndefined();
  expect(scene.show.texts).toBeUndefined();
});

test("another optimizer of the file is picked with fresh knobs in the same lab", async () => {
  const { scene, session } = await opened(`${training}other = SGD(params, lr=0.1)\n`);
  const second = scene.show.labs[1];
  session.receive({ type: "choose", lab: second.name });
  session.receive({ type: "set", of: "optimizer", name: "learningRate", value: 2e-3 });
  session.receive({ type: "pick", index: 1 });
  expect(scene.show).toMatchObject({ optimizer: "SGD", chosen: 1, changes: [], lab: second.name });
  expect(scene.order.configuration.groups.at(0)?.values["learningRate"]).toBe(0.1);
});

test("a construction typed anew at its place is followed, whatever it was assigned to", async () => {
  const { scene, script } = await opened(`${training}other = SGD(params, lr=0.1)\n`);
  await scene.finish();
  script.type("main = AdamW(params, lr=1e-3)", "m");
  await scene.pause();
  expect(scene.told("stale")).toHaveLength(1);
  script.type("\nm\n", "\nmodel = AdamW(params, lr=4e-3)\n");
  await scene.pause();
  expect(scene.rate).toBe(4e-3);
});

test("another optimizer is not compared with the one before it, and its own first change is", async () => {
  const { scene, session } = await opened(`${training}other = SGD(params, lr=0.1)\n`);
  await scene.finish();
  session.receive({ type: "pick", index: 1 });
  await scene.finish();
  expect(scene.show.before).toBeUndefined();
  session.receive({ type: "set", of: "optimizer", name: "learningRate", value: 0.2 });
  expect(scene.show.before?.label).toBe("η 0.1");
  session.hear(scene.frames(scene.order.run, [1]));
  session.hear(scene.done(scene.order.run));
  session.receive({ type: "set", of: "optimizer", name: "momentum", value: 0.5 });
  expect(scene.show.before?.label).toBe("μ 0");
});

test("an optimizer that is read but not simulated says so and keeps the others within reach", async () => {
  const { scene, session } = await opened("main = Hunter(params, lr=0.1)\nother = SGD(params, lr=0.1)\n");
  expect(scene.orders).toEqual([]);
  expect(scene.told("done").at(-1)?.report.answer).toBe("Hunter is read, but not simulated yet.");
  expect(scene.show.choices).toHaveLength(2);
  session.receive({ type: "pick", index: 1 });
  expect(scene.order.configuration.optimizer).toBe("SGD");
});

test("a file without an optimizer says what to do, and is followed once there is one", async () => {
  const { scene, script } = await opened("import torch\n");
  expect(scene.told("empty").at(-1)).toMatchObject({
    answer: "No optimizer found in **train.py**.",
    actions: ["insert", "example"],
  });
  script.type("torch\n", "torch\nmain = SGD(params, lr=0.1)\n");
  await scene.pause();
  expect(scene.order.configuration.optimizer).toBe("SGD");
});

test("a text that cannot be read is said, never thrown", async () => {
  const scene = new Scene();
  scene.failing = "file:///project/huge.py has 30 million characters; files over 20 million are not read.";
  await scene.session.simulate(scene.script("huge.py", training));
  expect(scene.told("empty").at(-1)?.status).toBe(
    "huge.py has 30 million characters; files over 20 million are not read.",
  );
});

test("the panel turns to another file and no longer follows the first", async () => {
  const { scene, script, session } = await opened();
  await scene.finish();
  const other = scene.script("other.py", "x = SGD(params, lr=0.5)\n");
  await session.simulate(other);
  expect(scene.show).toMatchObject({ file: "other.py", optimizer: "SGD" });
  expect(scene.show.before).toBeUndefined();
  const orders = scene.orders.length;
  script.type("1e-3", "1e-5");
  await scene.pause();
  expect(scene.orders).toHaveLength(orders);
});

test("a deleted file leaves the charts and says so", async () => {
  const { scene, session } = await opened();
  await scene.finish();
  session.deleted();
  expect(scene.told("stale").at(-1)?.text).toMatch(/train\.py was deleted/);
});

test("a new seed in the settings runs anew; an equal one does not", async () => {
  const { scene, session } = await opened();
  session.reconsider();
  expect(scene.orders).toHaveLength(1);
  scene.settings.seed = 7;
  session.reconsider();
  expect(scene.order).toMatchObject({ run: 2, seed: 7 });
});
