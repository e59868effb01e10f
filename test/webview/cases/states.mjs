import assert from "node:assert/strict";
import * as its from "../messages.mjs";

const narrow = { width: 420, scale: 1.25 };
/** Past the time in which progress is held back: shown as soon as the panel shows it. */
const progressShown = (panel) => panel.page.waitForSelector(".bar.on");

export default [
  [
    "a run shows its progress in its own unit, and Stop stops it",
    async (house) => {
      const panel = await house.open(narrow);
      await panel.send(
        its.showTraining(1, { before: its.before }),
        its.frames(1, its.until(its.trainingFrames, 1240), its.running, 1240),
      );
      await progressShown(panel);
      await panel.shoot("state-running");
      assert.match(await panel.text(".status"), /Step 1,240 of 2,000 · 3 s left/);
      assert.equal(await panel.page.getByRole("progressbar").getAttribute("aria-valuenow"), "62");
      assert.equal(await panel.page.locator(".answer").getAttribute("aria-live"), "off");
      await panel.page.getByRole("button", { name: "Stop" }).click();
      await panel.page.locator("canvas").first().focus();
      await panel.page.keyboard.press("Escape");
      assert.equal((await panel.intents("stop")).length, 2, "by the link, and by Esc");
      return panel;
    },
  ],
  [
    "a short run never shows a bar, and its sentence is spoken once, at its end",
    async (house) => {
      const panel = await house.open();
      await panel.page.evaluate(() => {
        window.bars = 0;
        new window.MutationObserver(() => (window.bars += document.querySelector(".bar.on") ? 1 : 0)).observe(
          document.body,
          {
            subtree: true,
            attributes: true,
          },
        );
      });
      await panel.send(...its.training());
      assert.equal(await panel.page.evaluate(() => window.bars), 0);
      assert.equal(await panel.page.locator(".answer").getAttribute("aria-live"), "polite");
      assert.equal(await panel.page.locator(".answer").getAttribute("role"), "status");
      return panel;
    },
  ],
  [
    "a stopped run keeps what was computed and offers another",
    async (house) => {
      const panel = await house.open(narrow);
      const report = {
        answer: "Stopped at step 1,240 of 2,000. Loss was **0.0318**.",
        status: "The charts show what was computed.",
        rules: [],
      };
      await panel.send(its.showTraining(1), its.frames(1, its.until(its.trainingFrames, 1240), its.running, 1240), {
        type: "stopped",
        run: 1,
        report,
        progress: { done: 1240, total: 2000, unit: "steps" },
      });
      await panel.shoot("state-stopped");
      assert.match(await panel.text(".status"), /The charts show what was computed\./);
      assert.ok((await panel.pixels("loss", "--s-1")) > 100);
      await panel.page.getByRole("button", { name: "Run again" }).click();
      assert.equal((await panel.intents("again")).length, 1);
      return panel;
    },
  ],
  [
    "divergence is a sentence, a red rule at its step and advice to follow",
    async (house) => {
      const panel = await house.open(narrow);
      await panel.send(...its.diverged());
      await panel.shoot("state-diverged");
      assert.equal(await panel.text(".answer"), "Diverged at step 27 in 14 of 64 seeds.");
      assert.ok((await panel.pixels("loss", "--bad")) > 40, "the rule and its words are drawn");
      assert.match(await panel.text(".assume"), /not here: the loss leaves every bound/);
      await panel.page.getByRole("button", { name: "Set η to 1.9" }).click();
      assert.deepEqual(await panel.intents("set"), [
        { type: "set", of: "optimizer", name: "learningRate", value: 1.9 },
      ]);
      return panel;
    },
  ],
  [
    "a run that did not diverge has nothing red in its charts",
    async (house) => {
      const panel = await house.open(narrow);
      await panel.send(...its.training());
      for (const id of ["rate", "loss", "effective"]) assert.equal(await panel.pixels(id, "--bad"), 0);
      return panel;
    },
  ],
  [
    "code that no longer reads leaves the charts and says so; text that reads again takes it away",
    async (house) => {
      const panel = await house.open(narrow);
      await panel.send(...its.training(), {
        type: "stale",
        text: "Line 48 does not read as a call any more. The charts stay until it does.",
        status: "From line 48 as it was 20 s ago.",
      });
      await panel.shoot("state-stale");
      assert.equal(await panel.text(".status"), "From line 48 as it was 20 s ago.");
      assert.match(await panel.text(".banner"), /The charts stay until it does/);
      assert.equal(await panel.page.locator(".answer.old").count(), 1);
      await panel.send({ type: "stale" });
      assert.equal(await panel.page.locator(".banner").isVisible(), false);
      assert.equal(await panel.page.locator(".answer.old").count(), 0);
      return panel;
    },
  ],
  [
    "a file without an optimizer says what to do",
    async (house) => {
      const panel = await house.open(narrow);
      await panel.send({
        type: "empty",
        answer: "No optimizer found in utils.py.",
        status: "Optimizer Lab reads torch.optim, TrainingArguments and experiment files.",
        actions: ["insert", "example"],
      });
      await panel.shoot("state-empty");
      assert.equal(await panel.text(".answer"), "No optimizer found in utils.py.");
      assert.equal(await panel.page.locator("figure").count(), 0);
      await panel.page.getByText("Insert one here…").click();
      await panel.page.getByText("Try an example").click();
      const said = (await panel.intents()).map(({ type }) => type);
      assert.deepEqual(said, ["ready", "insert", "example"]);
      await panel.send(...its.training(2));
      assert.match(await panel.text(".answer"), /^Peak η/);
      assert.equal(await panel.page.getByText("Try an example").isVisible(), false);
      return panel;
    },
  ],
  [
    "a failed run says that the code was not touched, offers another, and hands over the details",
    async (house) => {
      const panel = await house.open(narrow);
      await panel.send(its.showTraining(1), {
        type: "failed",
        run: 1,
        message: "The simulation stopped working at step 310.",
        details: "RangeError: out of memory",
      });
      await panel.shoot("state-failed");
      assert.match(await panel.text(".status"), /Your code was not touched/);
      await panel.page.getByText("Run again").click();
      await panel.page.getByText("Copy details").click();
      assert.equal((await panel.intents("again")).length, 1);
      assert.match((await panel.intents("copy"))[0].text, /out of memory/);
      await panel.send(...its.training(2));
      assert.equal(await panel.page.getByText("Copy details").count(), 0);
      return panel;
    },
  ],
  [
    "a panel that is brought back shows its last run before it asks for anything",
    async (house) => {
      const first = await house.open();
      await first.send(...its.training(7));
      const stored = await first.page.evaluate(() => window.stored);
      assert.deepEqual(stored.subject, { document: "file:///train.py", offset: 1200 });
      // After Apply the same run is shown as the code's own; that is what has to come back.
      await first.send(its.showTraining(7, { subject: { applied: true } }));
      await first.drawn();
      assert.deepEqual(await first.page.evaluate(() => window.stored.subject), { applied: true });
      await first.close();
      const panel = await house.open({ stored });
      await panel.drawn();
      await showsRestored(panel, /A model problem/);
      // The editor counts its runs anew after a reload: a number may come back.
      await panel.send(its.showTraining(7, { restored: "Last run, restored. train.py is unchanged since." }));
      await showsRestored(panel, /Last run, restored\. train\.py is unchanged since\./);
      await panel.send(its.frames(7, its.trainingFrames), its.done(7));
      await showsRestored(panel, /Last run, restored/);
      await panel.shoot("state-reopened");
      return panel;
    },
  ],
  [
    "old curves stand until the first frame of the next run, and late frames of the former one are dropped",
    async (house) => {
      const panel = await house.open();
      await panel.send(...its.training(1));
      const former = await panel.picture("loss");
      await panel.send(its.showTraining(2, { before: its.before }));
      assert.equal(await panel.picture("loss"), former);
      await panel.send(its.frames(1, its.formerFrames));
      assert.equal(await panel.picture("loss"), former, "a frame of run 1 came too late");
      await panel.send(its.frames(2, its.until(its.trainingFrames, 500), its.running, 500));
      assert.notEqual(await panel.picture("loss"), former);
      const painted = (await panel.intents("painted")).map(({ run }) => run);
      assert.deepEqual(painted, [1, 2], "each run's first picture is reported once");
      return panel;
    },
  ],
  [
    "appended frames draw what one replacing frame draws",
    async (house) => {
      const panel = await house.open();
      await panel.send(...its.training(1));
      const whole = await panel.picture("loss");
      const half = (from, to) =>
        its.trainingFrames.map((it) => ({ ...it, mode: "append", columns: it.columns.map((c) => c.slice(from, to)) }));
      await panel.send(
        its.showTraining(2, { before: its.before }),
        its.frames(2, half(0, 90)),
        its.frames(2, half(90)),
        its.done(2),
      );
      assert.equal(await panel.picture("loss"), whole);
      return panel;
    },
  ],
  [
    "what stands after Apply is said by the button",
    async (house) => {
      const panel = await house.open();
      await panel.send(...its.training(1));
      await panel.page.getByText("Apply to code").click();
      assert.equal((await panel.intents("apply")).length, 1);
      await panel.send(
        { type: "said", about: "apply", text: "Applied. Undo in the editor." },
        ...its.training(2, { changes: [] }),
      );
      assert.equal(await panel.text(".diff"), "Applied. Undo in the editor.");
      return panel;
    },
  ],
];
async function showsRestored(panel, status) {
  assert.match(await panel.text(".answer"), /^Peak η 1\.00e-3/);
  assert.match(await panel.text(".status"), status);
  assert.ok((await panel.pixels("loss", "--s-1")) > 200);
}
