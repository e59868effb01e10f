import type { TextDocument } from "vscode";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { parseStored } from "../../src/editor/subject.ts";
import type { Order, Report } from "../../src/protocol/index.ts";
import { plan, type Compared } from "../../src/view/index.ts";
import { readScript, Scene } from "./scene.ts";
import * as stub from "./stub.ts";

vi.mock("vscode", () => stub);
const { askCompared } = await import("../../src/editor/compareWith.ts");
const { translateTo } = await import("../../src/editor/translateTo.ts");
const { Readings } = await import("../../src/editor/readings.ts");
const { sourceOf } = await import("../../src/editor/documents.ts");

const text = "main = AdamW(params, lr=1e-3)\nother = SGD(params, lr=0.1)\n";

describe("a session", () => {
  async function compared(all: readonly Compared[]) {
    const scene = new Scene();
    const script = scene.script("train.py", text);
    await scene.session.simulate(script);
    scene.session.compareWith(all);
    return { scene, script, session: scene.session };
  }
  const labels = (order: Order) => order.others?.map(({ label }) => label);

  test("orders the configuration beside the others, and draws a line for each", async () => {
    const { scene } = await compared([
      { kind: "here", index: 1 },
      { kind: "library", library: "keras", values: "same" },
    ]);
    expect(scene.order).toMatchObject({ lab: "compare", label: "PyTorch AdamW" });
    expect(labels(scene.order)).toEqual(["SGD, line 2", "Keras AdamW"]);
    const difference = scene.show.charts.find(({ id }) => id === "difference");
    expect(difference?.series.map(({ label }) => label)).toEqual(["SGD, line 2", "Keras AdamW"]);
  });

  test("compares with what suggests itself where nothing is chosen", async () => {
    const { scene, session } = await compared([]);
    expect(labels(scene.order)).toEqual(["Keras AdamW"]); // the code has the defaults
    await scene.finish();
    session.receive({ type: "set", of: "optimizer", name: "learningRate", value: 0.01 });
    expect(labels(scene.order)).toEqual(["PyTorch AdamW by default"]);
  });

  test("follows another construction of the same file through edits", async () => {
    const { scene, script } = await compared([{ kind: "here", index: 1 }]);
    await scene.finish();
    script.type("lr=0.1", "lr=0.2");
    await scene.pause();
    expect(scene.order.others?.[0].configuration.groups[0].values["learningRate"]).toBe(0.2);
    script.type("main", "first = SGD(params, lr=0.7)\nmain");
    await scene.pause();
    expect(labels(scene.order)).toEqual(["SGD, line 3"]);
  });

  test("moved knobs reach the translation, and other labs do without it", async () => {
    const { scene, session } = await compared([{ kind: "library", library: "keras", values: "defaults" }]);
    await scene.finish();
    session.receive({ type: "set", of: "optimizer", name: "epsilon", value: 1e-3 });
    expect(scene.order.others?.[0].configuration.groups[0].values["epsilon"]).toBe(1e-3);
    session.receive({ type: "choose", lab: "training" });
    expect(scene.order.others).toBeUndefined();
    session.receive({ type: "choose", lab: "compare" });
    expect(labels(scene.order)).toEqual(["Keras AdamW"]);
  });

  test("a reloaded window shows the same comparison again without running", async () => {
    const given = { kind: "given", label: "old", configuration: readScript(text).detections[1].configuration } as const;
    const { scene } = await compared([given, { kind: "here", index: 1 }]);
    const run = scene.order.run;
    scene.session.hear(scene.frames(run, [3]));
    scene.session.hear(scene.done(run));
    const state: unknown = { subject: scene.show.subject, show: scene.show, frames: [], ending: scene.done(run) };
    const stored = parseStored(JSON.parse(JSON.stringify(state)));
    if (!stored) throw new Error("Nothing was stored.");
    const again = new Scene();
    const frames = [{ chart: "loss", series: "old", mode: "append", columns: [] }] as const;
    await again.session.restore(again.script("train.py", text), { ...stored, frames });
    expect(again.orders).toEqual([]);
    expect(again.session.compared).toEqual([given, { kind: "here", index: 1 }]);
    expect(again.show.restored).toMatch(/^Last run, restored/);
    again.session.receive({ type: "again" });
    expect(labels(again.order)).toEqual(["old", "SGD, line 2"]);
  });
});

const readings = new Readings({ read: (it) => Promise.resolve(readScript(it)) });
function open(name: string, it: string) {
  const document = new stub.Document(stub.Uri.file(name), it);
  stub.workspace.textDocuments.push(document);
  return sourceOf(document as unknown as TextDocument);
}
const planned = (over: { readonly lab?: string; readonly compared?: readonly Compared[] } = {}) =>
  plan({ detections: readScript(text).detections, chosen: 0, settings: [], ...over });
interface Item {
  readonly label: string;
  readonly description?: string;
  readonly picked?: boolean;
}
let offered: readonly Item[] = [];
/** Ticks the items of the first question, and answers the later ones with the first item. */
const tick = (...wanted: string[]) => {
  offered = [];
  stub.played.pick = (items) => {
    if (offered.length > 0) return items[0];
    offered = items;
    return items.filter(({ label }) => wanted.includes(label));
  };
};
beforeEach(() => {
  stub.workspace.textDocuments.length = 0;
  stub.played.extensions.clear();
  stub.played.opened = undefined;
});

describe("Compare with…", () => {
  test("offers other constructions, files, defaults and libraries, those of now ticked", async () => {
    tick("The defaults of PyTorch AdamW");
    const now = [{ kind: "here", index: 1 }] as const;
    const chosen = await askCompared(planned(), open("/project/train.py", text), readings, now);
    expect(chosen).toEqual([{ kind: "default" }]);
    expect(offered.filter(({ picked }) => picked).map(({ description }) => description)).toEqual(["line 2"]);
    expect(offered.map(({ label }) => label)).toEqual(expect.arrayContaining(["Another file…", "Keras", "optax"]));
    expect(offered.some(({ label }) => /revision/.test(label))).toBe(false);
  });

  test("takes another file of the workspace, and no other", async () => {
    open("/project/other.py", "x = SGD(params, lr=0.5)\n");
    stub.played.opened = stub.Uri.file("/project/other.py");
    tick("Another file…");
    expect(await askCompared(planned(), open("/project/train.py", text), readings, [])).toMatchObject([
      { kind: "given", label: "PyTorch SGD, other.py:1", configuration: { optimizer: "SGD" } },
    ]);
    stub.played.opened = stub.Uri.file("/elsewhere/other.py");
    tick("Another file…");
    await expect(askCompared(planned(), open("/project/train.py", text), readings, [])).rejects.toThrow(
      /of the workspace/,
    );
  });

  test("takes another revision through the git extension, where it is there", async () => {
    const asked: string[] = [];
    const repository = {
      log: () => Promise.resolve([{ hash: "0123456789", message: "Lower the rate\n\nWhy.", authorDate: new Date(0) }]),
      show: (ref: string, path: string) => {
        asked.push(`${ref} ${path}`);
        return Promise.resolve("main = AdamW(params, lr=0.3)\n");
      },
    };
    const git = { enabled: true, getAPI: () => ({ getRepository: () => repository }) };
    stub.played.extensions.set("vscode.git", { isActive: true, exports: git });
    tick("Another revision of train.py…");
    const chosen = await askCompared(planned(), open("/project/train.py", text), readings, []);
    expect(asked).toEqual(["0123456789 /project/train.py"]);
    expect(chosen).toMatchObject([
      {
        kind: "given",
        label: "PyTorch AdamW, train.py at 0123456:1",
        configuration: { groups: [{ values: { learningRate: 0.3 } }] },
      },
    ]);
  });

  test("called off, it changes nothing", async () => {
    stub.played.pick = () => undefined;
    expect(await askCompared(planned(), open("/project/train.py", text), readings, [])).toBeUndefined();
  });
});

describe("Translate to…", () => {
  const report: Report = {
    answer: "A and B here differ: **3e-4** at step **1**.",
    status: "Noisy quadratic.",
    rules: [],
  };
  const seen = { orders: [] as Order[], disposed: 0 };
  const trying = (fail: boolean) => (listen: (message: import("../../src/protocol/index.ts").FromWorker) => void) => ({
    order: (order: Order) => {
      seen.orders.push(order);
      listen(
        fail
          ? { type: "failed", run: 1, message: "no", details: "" }
          : { type: "done", run: 1, findings: [], report, seconds: 0 },
      );
    },
    dispose: () => {
      seen.disposed++;
      return Promise.resolve();
    },
  });
  const planIn = (library: string) =>
    planned({ lab: "compare", compared: [{ kind: "library", library, values: "same" }] });

  test("opens a program with the difference that remains, and ends its thread", async () => {
    stub.played.pick = (items) => items.find(({ label }) => label === "Keras");
    await translateTo(planned(), "train.py", planIn, trying(false));
    const written = stub.window.activeTextEditor?.document.getText();
    expect(written).toContain("# PyTorch AdamW of train.py:1, in the words of Keras 3.");
    expect(written).toContain("# A and B here differ: 3e-4 at step 1. Tried on: Noisy quadratic.");
    expect(written).toMatch(/optimizer = keras.optimizers.AdamW\(\n {4}learning_rate=1e-3,/);
    expect(seen.orders.at(-1)).toMatchObject({ lab: "compare", others: [{ label: "Keras AdamW" }] });
    expect(seen.disposed).toBe(1);
  });

  test("a run that fails leaves the difference unsaid", async () => {
    stub.played.pick = (items) => items.find(({ label }) => label === "optax");
    await translateTo(planned(), "train.py", planIn, trying(true));
    const written = stub.window.activeTextEditor?.document.getText();
    expect(written).toMatch(/optax.adamw\(/);
    expect(written).not.toContain("Tried on");
    expect(seen.disposed).toBe(2);
  });
});
