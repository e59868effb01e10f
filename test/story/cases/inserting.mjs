// Step 5: a configuration inserted into the code.
import assert from "node:assert/strict";
import { until } from "../host.mjs";
import { story } from "../teller.mjs";
import { command, focusEditor, lenses, openFile, pick, select, text } from "../workbench.mjs";

const file = "fresh.py";

export async function insertingStories({ server, page }) {
  const tell = (name, work) => story(name, work, page);

  await tell("Insert writes a working, annotated construct at the cursor", async () => {
    await openFile(page, file);
    await select(server, file, "# the optimizer goes here");
    await focusEditor(page, file);
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await command(page, "Optimizer Lab: Insert optimizer configuration");
    await pick(page, /^AdamW.*effective rate/);
    await until("the construct", async () => /AdamW\(/.test(await text(server, file)), {
      seen: () => text(server, file),
    });
    const written = await text(server, file);
    assert.match(written, /model\.parameters\(\)|params/);
    assert.match(written, /lr=1e-3/);
    assert.match(written, /1711\.05101|Loshchilov/, "the paper is not named");
    assert.match(written, /#.*steps/, "the averaging window is not said");
    await page.keyboard.type("2e-3"); // the first tab stop is selected
    await page.keyboard.press("Escape");
    await until("the typed rate", async () => (await text(server, file)).includes("2e-3"));
    await until("its lens", async () => (await lenses(page)).some((lens) => lens.includes("AdamW η 2e-3")), {
      seen: () => lenses(page),
    });
  });

  await tell("Insert takes the place of a selected construct, in one undo step", async () => {
    const former = await text(server, file);
    const start = former.indexOf("torch.optim.AdamW(") >= 0 ? "torch.optim.AdamW(" : "AdamW(";
    await select(server, file, start);
    await focusEditor(page, file);
    await command(page, "Optimizer Lab: Insert optimizer configuration");
    await pick(page, /^SGD.*effective rate/);
    await until("the other construct", async () => /SGD\(/.test(await text(server, file)), {
      seen: () => text(server, file),
    });
    assert.ok(!(await text(server, file)).includes("AdamW("), "both constructs stand");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Z");
    await until("the former construct", async () => (await text(server, file)) === former, {
      seen: () => text(server, file),
    });
  });
}
