// A real VS Code with the packaged extension in it, in headless Chromium, and a way to ask its extension host.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { chromium } from "playwright-core";
import { browser as findChromium } from "../../scripts/browser.mjs";
import { root } from "../../scripts/process.mjs";
import { startServer } from "../../scripts/vscode/server.mjs";

export const extensionId = "optimizer-lab.optimizer-lab";
export const pictures = path.join(root, "test-output/story");

/** A second, tiny extension beside the one under test: it runs a function's text with `vscode` and `require` in scope. */
const probe = (at) => `
const fs = require("fs");
const http = require("http");
const vscode = require("vscode");
exports.activate = (context) => {
  fs.rmSync(${JSON.stringify(at)}, { force: true }); // the former host's, after a reload
  const server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (data) => (body += data));
    request.on("end", async () => {
      let answer;
      try {
        const { text, argument } = JSON.parse(body);
        answer = { value: await new Function("require", "return (" + text + ")")(require)(vscode, argument) };
      } catch (error) {
        answer = { error: String((error && error.stack) || error) };
      }
      response.end(JSON.stringify(answer));
    });
  });
  server.listen(${JSON.stringify(at)});
  context.subscriptions.push({ dispose: () => server.close() });
};
`;
const probeManifest = {
  name: "probe",
  publisher: "story",
  version: "0.0.1",
  engines: { vscode: "^1.100.0" },
  main: "./probe.js",
  activationEvents: ["*"],
  extensionKind: ["workspace"],
};

function putProbe(run) {
  const folder = path.join(run, "extensions/story.probe-0.0.1");
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify(probeManifest));
  fs.writeFileSync(path.join(folder, "probe.js"), probe(socket(run)));
}
const socket = (run) => path.join(run, "probe.sock");

/** Calls `work(vscode, argument)` in the extension host; both it and its result travel as text, so it closes over nothing. */
export function inHost(server, work, argument) {
  const body = JSON.stringify({ text: work.toString(), argument });
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath: socket(server.run), method: "POST" }, (response) => {
      let text = "";
      response.on("data", (data) => (text += data));
      response.on("end", () => {
        const { value, error } = JSON.parse(text);
        if (error) reject(new Error(error));
        else resolve(value);
      });
    });
    request.once("error", reject);
    request.end(body);
  });
}

/** Asks until the answer is true-ish; says what was waited for, and what was last seen, when it never is. */
export async function until(what, ask, { limit = 15_000, seen } = {}) {
  const end = performance.now() + limit;
  let last;
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) {
      const more = last ? `: ${last.message}` : seen ? `; seen: ${JSON.stringify(await seen().catch(String))}` : "";
      throw new Error(`waited ${limit / 1000} s in vain for ${what}${more}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What open builds of VS Code always say, and what is none of the extension's. */
const foreign = [/\/vsda\//, /authentication provider 'github'/, /favicon/];
const ours = (message) =>
  !foreign.some((known) => known.test(message.text) || known.test(message.url)) &&
  (/\/webview\/|vscode-resource|optimizer-lab/.test(message.url) ||
    /optimizer-?lab/i.test(message.text) ||
    /\[Extension Host\]/.test(message.text));

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--force-color-profile=srgb",
];

/**
 * Opens the workbench of a server; `errors()` are those of the webview and of the extension host, so far. `init` runs in
 * every frame before anything else does, `env` is the browser's.
 */
export async function openWorkbench(server, { width = 1600, height = 900, scale = 1, env, init } = {}) {
  const chrome = await chromium.launch({
    executablePath: await findChromium(),
    args: flags,
    env: { ...process.env, ...env },
  });
  const context = await chrome.newContext({ viewport: { width, height }, deviceScaleFactor: scale });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.origin });
  if (init) await context.addInitScript(init);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const messages = [];
  const note = (kind, text, url = "") => messages.push({ kind, text, url });
  page.on("console", (message) => note(message.type(), message.text(), message.location().url));
  page.on("pageerror", (error) => note("error", String(error.stack), /https?:[^\s)]+/.exec(error.stack ?? "")?.[0]));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "failed";
    // A frame that is taken away drops what it was loading.
    if (why !== "net::ERR_ABORTED") note("error", why, request.url());
  });
  try {
    await page.goto(server.address, { waitUntil: "domcontentloaded" });
    await ready(server, page);
  } catch (error) {
    fs.mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: path.join(pictures, "did-not-open.png") });
    await chrome.close();
    throw error;
  }
  return { page, errors: () => messages.filter((m) => m.kind === "error" && ours(m)), close: () => chrome.close() };
}

/** The workbench is painted and its extension host answers. */
export async function ready(server, page) {
  await page.locator(".monaco-workbench .part.editor").waitFor({ timeout: 60_000 });
  await until("the extension host", () => inHost(server, () => true), { limit: 60_000 });
}

/** Reloads the window and waits for its new extension host. */
export async function reload(server, page) {
  const host = () => inHost(server, () => process.pid);
  const former = await host();
  await page.reload();
  await until("a new extension host", async () => (await host()) !== former, { limit: 60_000 });
  await ready(server, page);
}

/** Starts, opens, does the work and always stops what was started. */
export async function withWorkbench({ view, ...options }, work) {
  const server = await startServer({ ...options, prepare: putProbe });
  let workbench;
  try {
    workbench = await openWorkbench(server, view);
    return await work({ server, ...workbench });
  } finally {
    await workbench?.close();
    await server.stop();
  }
}
