import type { Uri as RealUri } from "vscode";
import { beforeEach, expect, test, vi } from "vitest";
import type { FromWebview } from "../../src/protocol/index.ts";
import * as stub from "./stub.ts";

vi.mock("vscode", () => stub);
const { Panel } = await import("../../src/editor/panel.ts");

const uri = (path: string) => stub.Uri.file(path) as unknown as RealUri;
function scene() {
  const received: FromWebview[] = [];
  let closed = 0;
  const panel = new Panel(uri("/x/dist"), uri("/x/media"), {
    receive: (message) => received.push(message),
    closed: () => closed++,
  });
  panel.open();
  const view = stub.played.panels.at(-1);
  if (!view) throw new Error("No panel was made.");
  return { panel, view, received, closings: () => closed };
}
beforeEach(() => {
  stub.played.panels.length = 0;
});
const message = { type: "stale", text: "gone" } as const;

test("the page runs its own script under a nonce and nothing else", () => {
  const { html } = scene().view.webview;
  const nonce = /script-src 'nonce-([^']+)'/.exec(html)?.[1];
  expect(html).toContain("default-src 'none'");
  expect(html).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|http-equiv="refresh"/);
  expect([...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag)).toEqual([
    `<script nonce="${nonce ?? "none"}" src="file:///x/dist/webview.js">`,
  ]);
  expect(scene().view.webview.html).not.toContain(nonce);
});

test("nothing is sent before the page is ready, nor while it is hidden", () => {
  const { panel, view, received } = scene();
  panel.post(message);
  expect(view.posted).toEqual([]);
  view.say({ type: "ready" });
  panel.post(message);
  expect(view.posted).toEqual([message]);
  view.turn(false);
  panel.post(message);
  view.turn(true);
  panel.post(message);
  expect(view.posted).toHaveLength(1);
  view.say({ type: "ready" });
  panel.post(message);
  expect(view.posted).toHaveLength(2);
  expect(received).toHaveLength(2);
});

test("there is one panel: opening again brings it up, and closing it is told", () => {
  const { panel, view, closings } = scene();
  expect(stub.played.contexts.get("optimizerLab.open")).toBe(true);
  panel.open();
  expect(stub.played.panels).toHaveLength(1);
  view.dispose();
  expect(closings()).toBe(1);
  expect(stub.played.contexts.get("optimizerLab.open")).toBe(false);
  panel.open();
  expect(stub.played.panels).toHaveLength(2);
});

test("a panel handed over after a reload takes the place of an open one without closing the session", () => {
  const { panel, view, closings } = scene();
  const restored = stub.window.createWebviewPanel();
  panel.adopt(restored as unknown as Parameters<typeof panel.adopt>[0]);
  expect(view.disposed).toBe(true);
  expect(closings()).toBe(0);
  restored.say({ type: "ready" });
  panel.post(message);
  expect(restored.posted).toEqual([message]);
});
