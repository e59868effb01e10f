import { expect, test } from "vitest";
import { parseStored } from "../../src/editor/subject.ts";
import { toPortable } from "../../src/protocol/index.ts";
import { Scene } from "./scene.ts";

const training = "main = AdamW(params, lr=1e-3)\n";

/** What the panel stores, through JSON as the editor keeps it. */
async function stored(text: string, turn?: number) {
  const scene = new Scene();
  await scene.session.simulate(scene.script("train.py", text));
  if (turn !== undefined) scene.session.receive({ type: "set", of: "optimizer", name: "learningRate", value: turn });
  const run = scene.order.run;
  const frames = scene.frames(run, [3, NaN, Infinity]);
  scene.session.hear(frames);
  scene.session.hear(scene.done(run));
  const state: unknown = {
    subject: scene.show.subject,
    show: scene.show,
    frames: frames.type === "frames" ? frames.frames.map(toPortable) : [],
    ending: scene.done(run),
  };
  return parseStored(JSON.parse(JSON.stringify(state)));
}

test("after a reload the stored run is shown again without running, where the file still says the same", async () => {
  const kept = await stored(training, 2e-3);
  const scene = new Scene();
  if (!kept) throw new Error("Nothing was stored.");
  await scene.session.restore(scene.script("train.py", training), kept);
  expect(scene.orders).toEqual([]);
  expect(scene.show.restored).toBe("Last run, restored. train.py is unchanged since.");
  expect(scene.show.changes).toHaveLength(1);
  expect(scene.posts.slice(-3).map(({ type }) => type)).toEqual(["show", "frames", "done"]);
  const column = scene.told("frames").at(-1)?.frames.at(0)?.columns.at(1);
  expect([...(column ?? [])]).toEqual([3, NaN, Infinity]);
});

test("after a reload a file that says something else is run, under a number the panel has not seen", async () => {
  const kept = await stored(training, 2e-3);
  const scene = new Scene();
  if (!kept) throw new Error("Nothing was stored.");
  await scene.session.restore(scene.script("train.py", training.replace("1e-3", "4e-3")), kept);
  expect(scene.order.configuration.groups.at(0)?.values["learningRate"]).toBe(2e-3);
  expect(scene.order.run).toBeGreaterThan(kept.run);
  expect(scene.show.restored).toBeUndefined();
});

test("a restored panel follows edits like any other, and no longer says it is unchanged", async () => {
  const kept = await stored(training);
  const scene = new Scene();
  if (!kept) throw new Error("Nothing was stored.");
  const script = scene.script("train.py", training);
  await scene.session.restore(script, kept);
  script.type("1e-3", "9e-4");
  await scene.pause();
  expect(scene.rate).toBe(9e-4);
  expect(scene.show.restored).toBeUndefined();
});

test("a panel closed and opened again comes back as it was left", async () => {
  const scene = new Scene();
  const script = scene.script("train.py", training);
  await scene.session.simulate(script, 10);
  scene.session.receive({ type: "set", of: "optimizer", name: "beta1", value: 0.5 });
  scene.session.hear(scene.frames(1, [1]));
  await scene.finish();
  scene.session.close();
  const orders = scene.orders.length;
  scene.posts.length = 0;
  await scene.session.simulate(script, 10);
  scene.session.receive({ type: "ready" });
  expect(scene.orders).toHaveLength(orders);
  expect(scene.show.changes).toHaveLength(1);
  expect(scene.show.restored).toBe("Last run, restored. train.py is unchanged since.");
  expect(scene.posts.at(-1)?.type).toBe("done");
});

test("a panel closed during its run stops it, and runs anew when it is opened again", async () => {
  const scene = new Scene();
  const script = scene.script("train.py", training);
  await scene.session.simulate(script);
  scene.session.hear(scene.frames(1, [1]));
  scene.session.close();
  expect(scene.stops).toBe(1);
  await scene.session.simulate(script);
  expect(scene.order.run).toBe(2);
});

test("a closed panel reads nothing while the file is edited, and the present text when it is opened", async () => {
  const scene = new Scene();
  const script = scene.script("train.py", training);
  await scene.session.simulate(script);
  await scene.finish();
  scene.session.close();
  const reads = scene.reads;
  script.type("1e-3", "5e-5");
  await scene.pause();
  expect(scene.reads).toBe(reads);
  await scene.session.simulate(script);
  expect(scene.rate).toBe(5e-5);
});

test("a file that is gone after the reload is said to be", async () => {
  const kept = await stored(training);
  const scene = new Scene();
  if (!kept) throw new Error("Nothing was stored.");
  const script = scene.script("train.py", training);
  script.gone = true;
  await scene.session.restore(script, kept);
  expect(scene.told("empty").at(-1)?.status).toBe("The file is no longer there.");
});

test.each([undefined, null, 3, {}, { subject: 1 }, { subject: { uri: "x" } }, { subject: { uri: "x", anchor: {} } }])(
  "stored state that is none of ours is nothing: %j",
  (state) => {
    expect(parseStored(state)).toBeUndefined();
  },
);
