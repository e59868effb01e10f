// Makes the pictures of the README from the real VS Code: node test/story/pictures.mjs [file.vsix]
// The fonts are Debian's fonts-inter and fonts-jetbrains-mono.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { makePackage } from "../../scripts/package.mjs";
import { root } from "../../scripts/process.mjs";
import { inHost, until, withWorkbench } from "./host.mjs";
import { settled, tab } from "./panel.mjs";
import { canvases, command, openFile, panel, pick, select, text } from "./workbench.mjs";

const folder = path.join(root, "docs/images");
const chosen = {
  "editor.minimap.enabled": false,
  "editor.fontFamily": "JetBrains Mono, DejaVu Sans Mono, monospace",
  "editor.fontSize": 13,
  "editor.hover.enabled": false,
  "editor.renderLineHighlight": "none",
  "editor.occurrencesHighlight": "off",
  "editor.matchBrackets": "never",
  "breadcrumbs.enabled": false,
  "window.commandCenter": false,
  "workbench.layoutControl.enabled": false,
  "workbench.activityBar.location": "hidden",
  "workbench.statusBar.visible": false,
  "workbench.editor.empty.hint": "hidden",
};
const view = {
  width: 1440,
  height: 900,
  scale: 1.5,
  env: { FONTCONFIG_FILE: path.join(root, "test/story/fonts.conf") },
};

const theme = (server, name) =>
  inHost(server, (vscode, to) => vscode.workspace.getConfiguration().update("workbench.colorTheme", to, true), name);
const simulate = (page) => command(page, "Optimizer Lab: Simulate optimizer");
/** Everything is drawn and nothing is under the pointer. */
async function shoot(page, frame, name) {
  await page.mouse.move(5, 450);
  await until("painted charts", async () => (await canvases(frame)).every((one) => one.painted > 300));
  await page.evaluate(
    () => new Promise((drawn) => window.requestAnimationFrame(() => window.requestAnimationFrame(drawn))),
  );
  await page.screenshot({ path: path.join(folder, `${name}.png`), animations: "disabled", caret: "hide" });
  console.log(`${name}.png`);
}

const workspace = fs.mkdtempSync(path.join(os.tmpdir(), "lab-pictures-"));
fs.mkdirSync(folder, { recursive: true });
fs.cpSync(path.join(root, "examples"), workspace, { recursive: true });
try {
  const vsix = process.argv[2] ? path.resolve(process.argv[2]) : await makePackage();
  await withWorkbench({ workspace, vsix, chosen, view }, async ({ server, page }) => {
    await inHost(server, (vscode) => vscode.commands.executeCommand("workbench.action.closeSidebar"));
    await openFile(page, "mnist.py");
    await select(server, "mnist.py", "AdamW(");
    await simulate(page);
    const frame = await panel(page);
    await settled(frame, /\d/);
    for (const [name, label] of [
      ["training-dark", "Default Dark Modern"],
      ["training-light", "Default Light Modern"],
      ["training-hc", "Default High Contrast"],
    ]) {
      await theme(server, label);
      const kind = { dark: "vscode-dark", light: "vscode-light", hc: "vscode-high-contrast" }[name.split("-")[1]];
      await until(label, () => frame.evaluate((one) => document.body.classList.contains(one), kind));
      await shoot(page, frame, name);
    }
    await theme(server, "Default Dark Modern");
    await openFile(page, "langevin.py");
    await simulate(page);
    await until("the tab", () => tab(frame, "Stationary density").isVisible());
    await tab(frame, "Stationary density").click();
    await settled(frame, /\d/);
    await shoot(page, frame, "density-dark");

    await openFile(page, "mnist.py");
    await select(server, "mnist.py", "AdamW(");
    await command(page, "Optimizer Lab: Insert optimizer configuration");
    await pick(page, "RMSprop");
    await until("the construct", async () => /RMSprop\(/.test(await text(server, "mnist.py")));
    await settled(frame, /\d/);
    await shoot(page, frame, "insert");
  });
} finally {
  fs.rmSync(workspace, { recursive: true, force: true });
}
