// What a user waits for, in the real VS Code with the packaged extension.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { extensionId, inHost, reload, until, withWorkbench } from "../test/story/host.mjs";
import { turn } from "../test/story/panel.mjs";
import { openFile, panel } from "../test/story/workbench.mjs";
import { spread } from "./figures.mjs";
import { watchFrames } from "./panel/frames.mjs";

const file = "train.py";
const other = "other.py";
const script = (rate) => `import torch
from model import model, loader

optimizer = torch.optim.AdamW(model.parameters(), lr=${rate}, betas=(0.9, 0.98), weight_decay=0.05)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=2000)
`;

/** Notes when an intent of the webview passes through its frame. Runs in every frame before anything of the page. */
function listenIn() {
  const { postMessage } = window.MessagePort.prototype;
  window.intents = [];
  window.MessagePort.prototype.postMessage = function (message, ...rest) {
    const intent = message?.channel === "onmessage" && message.data?.message;
    if (intent) window.intents.push({ at: Date.now(), ...intent });
    return postMessage.call(this, message, ...rest);
  };
}

/** When the last run painted so far was painted, asked of the webview's outer frame. */
async function lastPainted(page) {
  let last = 0;
  for (const frame of page.frames()) {
    if (!frame.url().includes(`extensionId=${extensionId}`)) continue;
    const painted = await frame
      .evaluate(() => window.intents?.filter((one) => one.type === "painted").map((one) => one.at) ?? [])
      .catch(() => []);
    last = Math.max(last, ...painted);
  }
  return last;
}
const paintedAfter = (page, moment) =>
  until("a painted run", async () => {
    const at = await lastPainted(page);
    return at >= moment && at;
  });

const simulate = (server) =>
  inHost(server, async (vscode) => {
    const at = Date.now();
    void vscode.commands.executeCommand("optimizerLab.simulate");
    return at;
  });
const edit = (server, rate) =>
  inHost(
    server,
    async (vscode, fresh) => {
      const { document } = vscode.window.visibleTextEditors.find((one) => one.document.uri.path.endsWith("train.py"));
      const found = /lr=([^,]+)/.exec(document.getText());
      const range = new vscode.Range(
        document.positionAt(found.index + 3),
        document.positionAt(found.index + 3 + found[1].length),
      );
      const change = new vscode.WorkspaceEdit();
      change.replace(document.uri, range, fresh);
      // A change made from here goes to the window and back first; one that is typed is heard of at once.
      const heard = new Promise((resolve) => {
        const listening = vscode.workspace.onDidChangeTextDocument(() => {
          listening.dispose();
          resolve(Date.now());
        });
      });
      await vscode.workspace.applyEdit(change);
      return heard;
    },
    rate,
  );
/** What any webview costs in this VS Code, until the first line of its own script runs. */
const emptyWebview = (server) =>
  inHost(
    server,
    (vscode) =>
      new Promise((resolve) => {
        const from = performance.now();
        const panel = vscode.window.createWebviewPanel("empty", "Empty", 2, { enableScripts: true });
        panel.webview.onDidReceiveMessage(() => {
          const ms = performance.now() - from;
          panel.dispose();
          resolve(ms);
        });
        panel.webview.html = "<script>acquireVsCodeApi().postMessage(0)</script>";
      }),
  );
const closePanels = (server) =>
  inHost(server, (vscode) =>
    vscode.window.tabGroups.close(
      vscode.window.tabGroups.all
        .flatMap((group) => group.tabs)
        .filter((tab) => tab.input instanceof vscode.TabInputWebview),
    ),
  );
/** What VS Code itself says it took to load and to activate the extension. */
async function activationTime(server) {
  await inHost(server, (vscode) => vscode.commands.executeCommand("perfview.show"));
  const row = await until("VS Code's own figures", () =>
    inHost(server, (vscode) => {
      const texts = vscode.workspace.textDocuments.map((document) => document.getText());
      return texts.map((text) => /^\| optimizer-lab\.optimizer-lab +\|.*$/m.exec(text)?.[0]).find(Boolean);
    }),
  );
  const [load, call, finish] = row.split("|").slice(3, 6).map(Number);
  return load + call + finish;
}
const delayOn = () => {
  const { monitorEventLoopDelay } = require("node:perf_hooks");
  globalThis.benchDelay = monitorEventLoopDelay({ resolution: 1 });
  globalThis.benchDelay.enable();
};
const delayOff = () => {
  globalThis.benchDelay.disable();
  const ms = (ns) => Number((ns / 1e6 - 1).toFixed(2)); // the timer's own millisecond taken off
  const it = globalThis.benchDelay;
  return { p50: ms(it.percentile(50)), p99: ms(it.percentile(99)), max: ms(it.max), of: it.count };
};

/** What the panel draws, and how late the extension host's event loop is, while a run of some seconds goes on. */
async function duringRun(server, page, seconds = 4) {
  const frame = await panel(page);
  await turn(frame, "Steps", "20000");
  await turn(frame, "Seeds", "512");
  await until("the run to show", () => frame.getByRole("button", { name: "Stop" }).isVisible());
  await frame.evaluate(watchFrames);
  await inHost(server, delayOn);
  await page.waitForTimeout(1000 * seconds);
  const delay = await inHost(server, delayOff);
  const frames = await frame.evaluate(() => window.framesSeen());
  await inHost(server, (vscode) => vscode.commands.executeCommand("optimizerLab.stop"));
  return { delay, frames };
}

/** Activation, command to chart, edit to curve, event-loop delay: milliseconds. */
export async function inEditor(vsix) {
  const workspace = fs.mkdtempSync(path.join(os.tmpdir(), "lab-bench-"));
  fs.writeFileSync(path.join(workspace, file), script("1e-3"));
  fs.writeFileSync(path.join(workspace, other), script("2e-3"));
  try {
    return await withWorkbench({ workspace, vsix, view: { init: listenIn } }, async ({ server, page }) => {
      const activation = [];
      for (let i = 0; i < 4; i++) {
        await openFile(page, file);
        activation.push(await activationTime(server));
        await inHost(server, (vscode) => vscode.commands.executeCommand("workbench.action.closeAllEditors"));
        await reload(server, page);
      }
      await openFile(page, file);
      const first = [];
      for (let i = 0; i < 12; i++) {
        const at = await simulate(server);
        first.push((await paintedAfter(page, at)) - at);
        await panel(page);
        await closePanels(server);
        await until("the panel to go", async () => !page.frames().some((frame) => frame.url().includes(extensionId)));
        await openFile(page, file);
      }
      const empty = [];
      for (let i = 0; i < 6; i++) empty.push(await emptyWebview(server));
      await paintedAfter(page, await simulate(server));
      const open = [];
      for (let i = 0; i < 32; i++) {
        await openFile(page, [other, file][i % 2]);
        const at = await simulate(server);
        open.push((await paintedAfter(page, at)) - at);
      }

      const follow = await inHost(server, (vscode) =>
        vscode.workspace.getConfiguration("optimizerLab").get("followDelay"),
      );
      const edited = async (count, rate) => {
        const took = [];
        for (let i = 0; i < count; i++) {
          const at = await edit(server, rate(i));
          took.push((await paintedAfter(page, at)) - at);
        }
        return took;
      };
      const edits = await edited(45, (i) => `${i + 2}e-4`);
      // Apart from the edits that are timed: the clock behind it wakes the host a thousand times a second.
      await inHost(server, delayOn);
      await edited(20, (i) => `${i + 2}e-3`);
      const delay = await inHost(server, delayOff);
      const warm = edits.slice(5); // the engine has compiled by then what an edit needs
      const long = await duringRun(server, page);
      return {
        activation: spread(activation),
        "from command to first painted chart, first of a session": Math.round(first[0]),
        "from command to first painted chart, panel open": spread(open.slice(2)),
        "from command to first painted chart, new panel": spread(first.slice(2)),
        "of which any empty webview of this VS Code": spread(empty.slice(1)),
        [`from the last keystroke to the new curve (${follow} ms of them the pause)`]: spread(warm),
        "from an edit's pause to the new curve": spread(warm.map((ms) => ms - follow)),
        "the same, each of the first five of a session": edits.slice(0, 5).map((ms) => ms - follow),
        "delay of the extension host's event loop during runs": delay,
        "the same during a long run": long.delay,
        "the panel during a long run": long.frames,
      };
    });
  } finally {
    fs.rmSync(workspace, { recursive: true, force: true });
  }
}
