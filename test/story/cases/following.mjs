// Steps 1 to 4: a script nobody prepared, its lenses, the panel beside it, edits and knobs.
import assert from "node:assert/strict";
import { until } from "../host.mjs";
import { answer, button, figure, numbers, says, settled, slider, words } from "../panel.mjs";
import { story } from "../teller.mjs";
import {
  canvases,
  command,
  editor,
  focusEditor,
  lenses,
  openFile,
  panel,
  select,
  text,
  typeOver,
} from "../workbench.mjs";

const file = "unprepared.py";
const lensOf = (page, optimizer) => page.locator(".codelens-decoration a").filter({ hasText: optimizer }).first();

/** Every corner of a line is the expected value to the last digits, and in between no step is off by what an eye could see. */
function follows(rows, column, expected) {
  rows.forEach((row, i) => {
    const [step] = row;
    const close = Math.abs(row[column] - expected(step)) <= 1e-12 * Math.abs(expected(step)) + 1e-15;
    assert.ok(close, `step ${step}: ${row[column]}, expected ${expected(step)}`);
    const next = rows[i + 1];
    for (let t = step + 1; next && t < next[0]; t++) {
      const drawn = row[column] + ((next[column] - row[column]) * (t - step)) / (next[0] - step);
      assert.ok(Math.abs(drawn - expected(t)) <= 2e-4 * expected(200), `step ${t}: ${drawn}, expected ${expected(t)}`);
    }
  });
}

/** Brings a line of the file into view, so that what stands over it is painted. */
async function look(server, page, string) {
  await select(server, file, string);
  await editor(page, file).locator(".view-line").first().waitFor();
}

export async function followingStories({ server, page }) {
  const tell = (name, work) => story(name, work, page);

  await tell("a lens stands over each optimizer of a script that nobody prepared", async () => {
    await openFile(page, file);
    await look(server, page, "BASE_LR * BATCH");
    const sgd = "Simulate optimizer · SGD η 0.05 · memory 10 steps";
    await until("the lens of SGD", async () => (await lenses(page)).includes(sgd), { seen: () => lenses(page) });
    await look(server, page, "optimizer = AdamW(");
    const adamW = "Simulate optimizer · AdamW η 1e-4 / 1e-3 · memory 10 / 50 steps";
    await until("the lens of AdamW", async () => (await lenses(page)).includes(adamW), { seen: () => lenses(page) });
  });

  await tell("the lens opens the panel beside the code and draws its charts", async () => {
    await look(server, page, "optimizer = AdamW(");
    await lensOf(page, "AdamW").click();
    const view = await panel(page);
    await settled(view, /\d/);
    const code = await page.locator(".editor-group-container").first().boundingBox();
    const charts = await page.locator(".editor-group-container").last().boundingBox();
    assert.ok(charts.x >= code.x + code.width - 2, "the panel is not beside the code");
    const said = await words(view);
    for (const wanted of ["AdamW", `${file}:`, "PyTorch", "A model problem, not your network"])
      assert.ok(said.includes(wanted), `${wanted} is not in the panel: ${said}`);
    const painted = await canvases(view);
    assert.ok(painted.length >= 3, `${painted.length} charts`);
    for (const one of painted) assert.ok(one.painted > 300 && one.colours > 3, JSON.stringify(painted));
  });

  await tell("the learning rate is exact at every step for both parameter groups", async () => {
    const view = await panel(page);
    const { head, rows } = await numbers(page, view, /Learning rate/);
    assert.equal(head.length, 3, head.join());
    assert.deepEqual([rows[0][0], rows.at(-1)[0]], [1, 2000]);
    const factor = (step) => Math.min(1, step / 200);
    for (const [column, peak] of [
      [1, 1e-4],
      [2, 1e-3],
    ])
      follows(rows, column, (step) => peak * factor(step));
  });

  await tell("a warm-up followed by a cosine is read through SequentialLR and drawn exactly", async () => {
    await select(server, file, "opt = optim.SGD");
    await command(page, "Optimizer Lab: Simulate optimizer");
    const view = await panel(page);
    await until("SGD in the panel", async () => /^SGD/.test(await words(view)), { seen: () => words(view) });
    await settled(view, /\d/);
    const { rows } = await numbers(page, view, /Learning rate/);
    assert.deepEqual([rows[0][0], rows.at(-1)[0]], [1, 2000]);
    follows(rows, 1, (step) =>
      step <= 100 ? 0.05 * (0.1 + (0.9 * (step - 1)) / 100) : 0.025 * (1 + Math.cos((Math.PI * (step - 101)) / 1900)),
    );
  });

  await tell("a changed number in the code is followed, and the former curve stays as a faint trace", async () => {
    const view = await panel(page);
    const former = await settled(view);
    await typeOver(server, page, file, "BASE_LR = 0.1", "BASE_LR = 0.04");
    await settled(view, /Peak η 0\.02/, { former });
    await says(view, /before: η 0\.05/);
    const { head } = await numbers(page, view, /Learning rate/);
    assert.ok(
      head.some((name) => /before/.test(name)),
      head.join(),
    );
    await button(view, "Hide").click();
    await until("the trace to be hidden", async () => !/before: η/.test(await words(view)));
  });

  await tell("a call in the middle of being typed leaves the charts and says so", async () => {
    const view = await panel(page);
    const former = await settled(view);
    await typeOver(server, page, file, "optim.SGD", "optim.SG");
    await says(view, /does not read as a call any more\. The charts stay until it does\./);
    assert.equal(await answer(view), former);
    await typeOver(server, page, file, "optim.SG", "optim.SGD");
    await until("the banner to go", async () => !/does not read as a call/.test(await words(view)));
  });

  await tell("a knob moves by the keyboard, and Apply says what it would write", async () => {
    const view = await panel(page);
    assert.match(await words(view), /Same as in unprepared\.py/);
    const knob = slider(view, /μ|momentum/i);
    await knob.focus();
    const before = await knob.getAttribute("aria-valuetext");
    for (let i = 0; i < 5; i++) await knob.press("ArrowLeft");
    assert.notEqual(await knob.getAttribute("aria-valuetext"), before);
    await says(view, /μ 0\.9 → \S+ in unprepared\.py:\d+/);
    await says(view, /before: μ 0\.9/);
    await settled(view);
  });

  await tell("Apply writes the number where it was read, in one undo step", async () => {
    const view = await panel(page);
    const [, wanted] = await says(view, /μ 0\.9 → (\S+) in/);
    const former = await text(server, file);
    await button(view, /Apply to code/).click();
    await says(view, /Applied\. Undo in the editor\./);
    assert.equal(await text(server, file), former.replace("momentum=0.9", `momentum=${wanted}`));
    assert.ok(await button(view, /Apply to code/).isDisabled());
    await focusEditor(page, file);
    await page.keyboard.press("Control+Z");
    await until("the code as it was", async () => (await text(server, file)) === former);
    await settled(view);
  });

  await tell("an expression is replaced by the applied number, and the panel says that beforehand", async () => {
    const view = await panel(page);
    const knob = slider(view, /η|learning rate/i);
    await knob.focus();
    await knob.press("Shift+ArrowLeft");
    await says(view, /η \S+ → \S+ in unprepared\.py:\d+/);
    const [, wanted] = /η \S+ → (\S+) in/.exec(await words(view));
    const former = await text(server, file);
    await button(view, /Apply to code/).click();
    await until("the number in the code", async () => (await text(server, file)) !== former);
    const now = await text(server, file);
    assert.ok(now.includes(wanted), `${wanted} was not written`);
    await focusEditor(page, file);
    await page.keyboard.press("Control+Z");
    await until("the code as it was", async () => (await text(server, file)) === former);
    await settled(view);
  });

  await tell("the editor's title has the command too", async () => {
    await focusEditor(page, file);
    await page
      .locator(".editor-actions")
      .getByRole("button", { name: /Simulate optimizer/ })
      .first()
      .click();
    const view = await panel(page);
    await settled(view);
    assert.ok(await figure(view, /Learning rate/).isVisible());
  });
}
