// Step 6 and the states: stopping, closing, reloading, another lab, other files, narrow and other themes.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { inHost, pictures, reload, until } from "../host.mjs";
import { answer, button, chooseLab, figure, numbers, says, settled, turn, words } from "../panel.mjs";
import { story } from "../teller.mjs";
import { canvases, command, findPanel, openFile, panel, saveAs, text } from "../workbench.mjs";

const simulate = (page) => command(page, "Optimizer Lab: Simulate optimizer");
const closePanel = (server) =>
  inHost(server, (vscode) =>
    vscode.window.tabGroups.close(
      vscode.window.tabGroups.all
        .flatMap((group) => group.tabs)
        .filter((one) => one.input instanceof vscode.TabInputWebview),
    ),
  );
/** In a browser VS Code stores its layout every few seconds; until the panel's run is in there, a reload would lose it. */
const stored = (page) =>
  until("the stored layout", () =>
    page.evaluate(async () => {
      for (const { name } of await window.indexedDB.databases()) {
        const values = await new Promise((resolve) => {
          const opening = window.indexedDB.open(name);
          opening.onsuccess = () => {
            const base = opening.result;
            const none = () => (base.close(), resolve([]));
            if (!base.objectStoreNames.contains("ItemTable")) return none();
            const asking = base.transaction("ItemTable").objectStore("ItemTable").getAll();
            asking.onsuccess = () => (base.close(), resolve(asking.result));
            asking.onerror = none;
          };
          opening.onerror = () => resolve([]);
        });
        // One that ended: what was stored before may be of a run that was stopped.
        const marks = [/optimizerLab/, /mnist\.py/, /findings/, /type\\*":\\*"done/];
        if (values.some((value) => marks.every((mark) => mark.test(value)))) return true;
      }
      return false;
    }),
  );
const setting = (server, section, value) =>
  inHost(
    server,
    (vscode, [name, to]) => vscode.workspace.getConfiguration().update(name, to, vscode.ConfigurationTarget.Global),
    [section, value],
  );

export async function runningStories({ server, page, workspace }) {
  const tell = (name, work) => story(name, work, page);

  await tell("a PyTorch example is simulated as a newcomer finds it", async () => {
    await openFile(page, "mnist.py");
    await simulate(page);
    const view = await panel(page);
    await until("the file's name", async () => /mnist\.py:\d+/.test(await words(view)));
    await settled(view, /\d/);
  });

  await tell("a long run is stopped and says where", async () => {
    const view = await panel(page);
    await turn(view, /^seeds/i, "10000");
    const stop = button(view, /^Stop$/);
    await stop.waitFor();
    await says(view, /Step [\d,]+ of [\d,]+/);
    await stop.click();
    await says(view, /Stopped at step [\d,]+ of [\d,]+/);
    await says(view, /The charts show what was computed/);
    await turn(view, /^seeds/i, "64");
    await settled(view, /of 64 seeds/);
  });

  await tell("a closed panel comes back with what it showed", async () => {
    const former = await settled(await panel(page));
    await closePanel(server);
    await until("the panel to go", async () => !(await findPanel(page)));
    await openFile(page, "mnist.py");
    await simulate(page);
    const view = await panel(page);
    assert.equal(await settled(view, /\d/), former);
    for (const one of await canvases(view)) assert.ok(one.painted > 300, JSON.stringify(one));
  });

  await tell("after a reload of the window the panel comes back with what it showed", async () => {
    const former = await settled(await panel(page));
    await stored(page);
    await reload(server, page);
    const view = await panel(page);
    await says(view, /Last run, restored\. mnist\.py is unchanged since\./);
    assert.equal(await answer(view), former);
    for (const one of await canvases(view)) assert.ok(one.painted > 300, JSON.stringify(one));
  });

  await tell("the second lab draws a stationary density with the theory over it", async () => {
    const view = await panel(page);
    await chooseLab(view, "Stationary density");
    await until("its chart", () =>
      figure(view, /density/i)
        .first()
        .isVisible(),
    );
    await settled(view, /\d/);
    const { head, rows } = await numbers(page, view, /density/i);
    assert.ok(head.length >= 3, head.join());
    assert.ok(rows.length > 20, `${rows.length} rows`);
    assert.match(await words(view), /agrees|off|out of range|no prediction/);
    await chooseLab(view, "Training");
    await until("the other charts", () => figure(view, /Learning rate/).isVisible());
    await settled(view, /\d/);
  });

  await tell("the labs of the theory answer for a script, each with its charts, findings and page", async () => {
    await openFile(page, "langevin.py");
    await simulate(page);
    const view = await panel(page);
    await until("the file's name", async () => /langevin\.py:\d+/.test(await words(view)));
    for (const [title, chart] of [
      ["Gradient flow", /Distance to the flow/],
      ["Converged loss", /Converged loss/],
      ["Langevin SDE", /SGD and its SDE/],
      ["Two temperatures", /Density over the loss/],
      ["RMSProp and units", /units/],
      ["Batch size", /Steps to target/],
    ]) {
      await chooseLab(view, title);
      await until(`the charts of ${title}`, () => figure(view, chart).first().isVisible());
      await settled(view, /\d/);
      assert.match(await words(view), /agrees/, title);
      await page.screenshot({ path: path.join(pictures, `lab-${title.toLowerCase().replaceAll(" ", "-")}.png`) });
    }
    await chooseLab(view, "Langevin SDE");
    await until("its charts again", () => figure(view, /SGD and its SDE/).isVisible());
    await button(view, /^More:/).click();
    await view.getByRole("menuitem", { name: "About this lab" }).click();
    await button(view, "Formulas, and how to read the charts").click();
    await until("the page", () =>
      inHost(server, (vscode) =>
        vscode.window.tabGroups.all.flatMap((group) => group.tabs).some((one) => /langevin\.md/.test(one.label)),
      ),
    );
    const drawn = (frame) =>
      frame
        .locator("img")
        .evaluateAll((all) => all.some((image) => image.naturalWidth > 500))
        .catch(() => false); // a frame that is being replaced
    await until("its picture", async () => (await Promise.all(page.frames().map(drawn))).includes(true));
    await page.screenshot({ path: path.join(pictures, "lab-page.png") });
    await inHost(server, (vscode) =>
      vscode.window.tabGroups.close(
        vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((one) => /langevin\.md/.test(one.label)),
      ),
    );
    await chooseLab(await panel(page), "Training");
  });

  await tell("a Hugging Face script is read from its TrainingArguments", async () => {
    await openFile(page, "finetune.py");
    await simulate(page);
    const view = await panel(page);
    await until("the file's name", async () => /finetune\.py:\d+/.test(await words(view)));
    await settled(view, /\d/);
    assert.match(await words(view), /AdamW/);
  });

  await tell("an experiment file is simulated, completed and saved from the panel", async () => {
    await openFile(page, "well.optlab.json");
    await simulate(page);
    const view = await panel(page);
    await until("the file's name", async () => /well\.optlab\.json/.test(await words(view)));
    const sentence = await settled(view, /\d/);
    const labels = await inHost(server, async (vscode) => {
      const document = vscode.workspace.textDocuments.find((one) => one.uri.path.endsWith("well.optlab.json"));
      const at = document.positionAt(document.getText().search(/"lab"\s*:\s*"/) + '"lab": "'.length);
      const list = await vscode.commands.executeCommand("vscode.executeCompletionItemProvider", document.uri, at);
      return { language: document.languageId, items: list.items.map((item) => item.label.label ?? item.label) };
    });
    assert.equal(labels.language, "jsonc");
    assert.ok(
      labels.items.some((label) => /stationary density/.test(label)),
      JSON.stringify(labels),
    );

    await button(view, /Save experiment/).click();
    const saved = path.join(workspace, "kept.optlab.json");
    await saveAs(page, "well-2.optlab.json", saved);
    await until("the saved file", () => fs.existsSync(saved) && fs.readFileSync(saved, "utf8"));
    await openFile(page, "kept.optlab.json");
    await simulate(page);
    const again = await panel(page); // another document: the saved file was opened over the panel
    await says(again, /kept\.optlab\.json/);
    assert.equal(await settled(again, /\d/), sentence);
  });

  await tell("a file without an optimizer says what is read and offers what to do next", async () => {
    await openFile(page, "plain.py");
    await simulate(page);
    const view = await panel(page);
    await says(view, /No optimizer found in plain\.py\./);
    await button(view, /Insert one here/).waitFor();
    await button(view, /Try an example/).click();
    await until("the example", async () => /AdamW\(/.test((await text(server, "Untitled-1")) ?? ""));
    await simulate(page);
    await says(view, /^AdamW/);
    await settled(view, /\d/);
  });

  await tell("a narrow panel has no sideways scrolling and folds its knobs into a line", async () => {
    await openFile(page, "mnist.py");
    await simulate(page);
    const view = await panel(page);
    await settled(view, /\d/);
    await page.setViewportSize({ width: 900, height: 900 });
    await until("a narrow panel", () => view.evaluate(() => window.innerWidth < 560));
    const { scroll, client } = await view.evaluate(() => ({
      scroll: document.documentElement.scrollWidth,
      client: document.documentElement.clientWidth,
    }));
    assert.ok(scroll <= client, `${scroll} px wide in ${client} px`);
    await until("painted charts", async () => (await canvases(view)).every((one) => one.painted > 200));
  });

  await tell("another theme is followed at once", async () => {
    await page.setViewportSize({ width: 1600, height: 900 });
    const view = await panel(page);
    const colours = () => view.evaluate(() => window.getComputedStyle(document.body).backgroundColor);
    const dark = await colours();
    await setting(server, "workbench.colorTheme", "Default Light Modern");
    await until("the light theme", () => view.evaluate(() => document.body.classList.contains("vscode-light")));
    await until("another background", async () => (await colours()) !== dark);
    await setting(server, "workbench.colorTheme", "Default High Contrast");
    await until("high contrast", () => view.evaluate(() => document.body.classList.contains("vscode-high-contrast")));
    await until("painted charts", async () => (await canvases(view)).every((one) => one.painted > 200));
  });

  await tell("a heat map is read with the arrow keys in high contrast and in light", async () => {
    await openFile(page, "mnist.py");
    await simulate(page);
    const view = await panel(page);
    await setting(server, "workbench.colorTheme", "Default High Contrast");
    await chooseLab(view, "Adam taken apart");
    const map = figure(view, /^Loss over ε and η$/);
    await until("its map", () => map.isVisible());
    await settled(view, /\d/);
    assert.match(await map.locator("canvas").getAttribute("aria-label"), /nats above the least least, [\d.e-]+, at ε/);
    await map.locator("canvas").focus();
    await page.keyboard.press("ArrowUp");
    const best = await until("the best cell", async () => /η \S+ nats above the least \S+/.exec(await map.innerText()));
    await page.keyboard.press("ArrowUp");
    await until("the cell above", async () => !(await map.innerText()).includes(best[0]));
    await page.screenshot({ path: path.join(pictures, "lab-map-high-contrast.png") });
    await setting(server, "workbench.colorTheme", "Default Light Modern");
    await until("the light theme", () => view.evaluate(() => document.body.classList.contains("vscode-light")));
    await until("painted charts", async () => (await canvases(view)).every((one) => one.painted > 200));
    await page.screenshot({ path: path.join(pictures, "lab-map-light.png") });
    await chooseLab(view, "Training");
    await until("the other charts", () => figure(view, /Learning rate/).isVisible());
    await settled(view, /\d/);
  });

  await tell("an untitled document is simulated like a saved one", async () => {
    await inHost(server, async (vscode) => {
      const content = "import torch\nopt = torch.optim.Adam(model.parameters(), lr=2e-3)\n";
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "python", content }), 1);
    });
    await simulate(page);
    const view = await panel(page);
    await until("Adam in the panel", async () => /^Adam\b/.test(await words(view)), { seen: () => words(view) });
    await settled(view, /\d/);
  });
}
