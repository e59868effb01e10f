// Makes the pictures of the README from the real VS Code: node test/story/pictures.mjs [file.vsix]
// The fonts are Debian's fonts-inter and fonts-jetbrains-mono.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { makePackage } from "../../scripts/package.mjs";
import { root } from "../../scripts/process.mjs";
import { inHost, until, withWorkbench } from "./host.mjs";
import { chooseLab, figure, says, settled, tab } from "./panel.mjs";
import { canvases, command, focusEditor, lenses, openFile, panel, pick, select, text } from "./workbench.mjs";

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

/** A script that has no optimizer yet. */
const fresh = `import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

data = datasets.MNIST("data", train=True, download=True, transform=transforms.ToTensor())
loader = DataLoader(data, batch_size=128, shuffle=True)

# A small network
model = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))

for epoch in range(5):
    for images, labels in loader:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
`;

const theme = (server, name) =>
  inHost(server, (vscode, to) => vscode.workspace.getConfiguration().update("workbench.colorTheme", to, true), name);
/** The cursor at the start of the line that holds a string, nothing selected. */
async function stand(server, page, name, string) {
  await select(server, name, string);
  await focusEditor(page, name);
  await page.keyboard.press("Home");
}
const simulate = (page) => command(page, "Optimizer Lab: Simulate optimizer");
/** Everything is drawn and nothing is under the pointer. */
async function shoot(page, frame, name) {
  await page.mouse.move(400, 15);
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
fs.writeFileSync(path.join(workspace, "train.py"), fresh);
try {
  const vsix = process.argv[2] ? path.resolve(process.argv[2]) : await makePackage();
  await withWorkbench({ workspace, vsix, chosen, view }, async ({ server, page }) => {
    await inHost(server, (vscode) => vscode.commands.executeCommand("workbench.action.closeSidebar"));
    await openFile(page, "mnist.py");
    await stand(server, page, "mnist.py", "AdamW(");
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
    await command(page, "Optimizer Lab: Compare with…");
    await pick(page, /Keras.*every value as here/);
    await page.keyboard.press("Enter");
    await settled(frame, /Keras/);
    await figure(frame, "Difference of the steps").waitFor();
    await shoot(page, frame, "compare-dark");
    await openFile(page, "langevin.py");
    await until("its lens", async () => (await lenses(page)).some((lens) => lens.includes("SGD")));
    await simulate(page);
    await says(frame, /langevin\.py/);
    await chooseLab(frame, "Stationary density");
    await says(frame, /θ settles/);
    await settled(frame, /\d/);
    await shoot(page, frame, "density-dark");

    await openFile(page, "train.py");
    await stand(server, page, "train.py", "model = nn");
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await command(page, "Optimizer Lab: Insert optimizer configuration");
    await pick(page, /^AdamW.*effective rate/);
    await until("the construct", async () => /AdamW\(/.test(await text(server, "train.py")));
    await until("its lens", async () => (await lenses(page)).some((lens) => lens.includes("AdamW")));
    await simulate(page);
    await tab(frame, "Training").click();
    await says(frame, /train\.py/);
    await settled(frame, /throughout/);
    await shoot(page, frame, "insert");
  });
} finally {
  fs.rmSync(workspace, { recursive: true, force: true });
}
