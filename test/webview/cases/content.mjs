import assert from "node:assert/strict";
import * as its from "../messages.mjs";

const widths = { narrow: 420, normal: 720, wide: 1200 };

async function showsWhole(panel) {
  assert.equal(
    await panel.text(".answer"),
    "Peak η 1.00e-3 at step 300; loss settles at 0.0223 ± 0.0005; 0 of 64 seeds diverged.",
  );
  assert.deepEqual(await panel.page.locator(".answer b").allInnerTexts(), ["1.00e-3", "0.0223 ± 0.0005", "0 of 64"]);
  assert.match(await panel.text(".status"), /A model problem, not your network\.[\s\S]*before: η 5e-4/);
  assert.deepEqual(await panel.page.locator("figcaption b").allInnerTexts(), [
    "Learning rate",
    "Loss",
    "Effective learning rate",
  ]);
  for (const id of ["rate", "loss", "effective"]) assert.ok((await panel.pixels(id, "--s-1")) > 200, `${id} is drawn`);
  assert.deepEqual(await panel.page.locator("section .verdict").allInnerTexts(), ["agrees", "agrees", "29 se off"]);
  assert.ok((await panel.overflow()) <= 0, "nothing sticks out at the right");
  const button = await panel.page.locator(".apply vscode-button").evaluate((it) => it.appearance);
  assert.equal(button, "primary");
}

export default [
  ...["dark", "light", "hc"].flatMap((theme) =>
    Object.entries(widths).map(([name, width]) => [
      `a whole run is on the screen in ${theme}, ${name}`,
      async (house) => {
        const panel = await house.open({ theme, width, scale: 1.5 });
        await panel.send(...its.training());
        await panel.shoot(`training-${theme}-${name}`);
        await showsWhole(panel);
        return panel;
      },
    ]),
  ),
  [
    "bars, theory and points of the stationary density are drawn, with every verdict",
    async (house) => {
      const panel = await house.open({ scale: 1.5 });
      await panel.send(...its.density());
      await panel.shoot("density-dark-normal");
      assert.deepEqual(await panel.page.locator("section .verdict").allInnerTexts(), [
        "13 se off",
        "agrees",
        "agrees",
        "out of range",
        "no prediction",
      ]);
      for (const id of ["landscape", "density"]) assert.ok((await panel.pixels(id, "--ink")) > 80, `${id} is drawn`);
      assert.equal(await panel.text(".diff"), "Same as in langevin.py.");
      return panel;
    },
  ],
  [
    "charts of one x share both edges, and the upper one leaves the steps to the lower one",
    async (house) => {
      const panel = await house.open();
      await panel.send(...its.training());
      // The last pixel of the blue line and the first, in device pixels, from the left of each canvas.
      const edges = (id) =>
        panel
          .chart(id)
          .locator("canvas")
          .evaluate((canvas) => ({ left: canvas.getBoundingClientRect().left, width: canvas.clientWidth }));
      assert.deepEqual(await edges("rate"), await edges("loss"));
      return panel;
    },
  ],
  [
    "the high-contrast theme draws patterns, and so does the setting in a dark one",
    async (house) => {
      const panel = await house.open();
      await panel.send(...its.training());
      const plain = await panel.picture("loss");
      await panel.send(its.showTraining(1, { patterns: true }));
      assert.notEqual(await panel.picture("loss"), plain);
      return panel;
    },
  ],
  [
    "a theme changed in the editor is followed at once",
    async (house) => {
      const panel = await house.open();
      await panel.send(...its.training());
      const former = await panel.picture("loss");
      await panel.page.evaluate(() => {
        document.documentElement.style.setProperty("--vscode-charts-blue", "#00ff00");
      });
      await panel.drawn();
      assert.notEqual(await panel.picture("loss"), former);
      assert.ok((await panel.pixels("loss", "--s-1")) > 100, "the line has the new colour");
      return panel;
    },
  ],
  [
    "no line of a sentence ends within a number",
    async (house) => {
      const answer = `η falls from **8.00e-3** to ${Array(12).fill("4.93e-9").join(" to ")}.`;
      const panel = await house.open({ width: 420 });
      await panel.send(its.showTraining(1), its.done(1, [], { ...its.report, answer }));
      const lines = await panel.page
        .locator(".answer")
        .evaluate((it) => [...it.children].map((number) => [number.textContent, number.getClientRects().length]));
      assert.deepEqual(lines, [["8.00e-3", 1], ...Array(12).fill(["4.93e-9", 1])]);
      assert.ok((await panel.text(".answer")).startsWith("η falls from 8.00e-3 to 4.93e-9 to"));
      return panel;
    },
  ],
  [
    "a sentence's text is never markup",
    async (house) => {
      const panel = await house.open();
      const answer = "<img src=x onerror=alert(1)> is **<b>1</b>** now";
      await panel.send(
        its.showTraining(1),
        its.frames(1, its.trainingFrames),
        its.done(1, [], { ...its.report, answer }),
      );
      assert.equal(await panel.text(".answer"), "<img src=x onerror=alert(1)> is <b>1</b> now");
      assert.equal(await panel.page.locator("main img").count(), 0);
      return panel;
    },
  ],
  [
    "more labs than fit move under More labs, and never into a second row",
    async (house) => {
      const panel = await house.open({ width: 420 });
      const labs = ["Training", "Stationary density", "Sharpness", "Local SGD", "Meta learning", "Escape"].map(
        (title) => ({
          name: title === "Training" ? "training" : title,
          title,
          question: `${title}?`,
        }),
      );
      await panel.send(...its.training(1, { labs }));
      assert.ok((await panel.page.locator("nav").boundingBox()).height < 40);
      assert.ok((await panel.overflow()) <= 0);
      await panel.page.getByRole("button", { name: "More labs" }).click();
      await panel.page.getByRole("menuitem", { name: /Escape/ }).click();
      assert.deepEqual(await panel.intents("choose"), [{ type: "choose", lab: "Escape" }]);
      return panel;
    },
  ],
  [
    "warnings stand under the answer with their lines, and key points say what they follow from",
    async (house) => {
      const warnings = [{ text: "CosineAnnealingLR is 200 steps long, the run 100 steps.", line: 52 }];
      const places = [{ learningRate: 48, "schedule.length": 52 }];
      const names = ["learningRate", "schedule.warmup", "schedule.length"];
      const exact = { measured: 1e-3, verdict: "exact", from: { group: 0, names } };
      const panel = await house.open({ scale: 1.5 });
      await panel.send(
        its.showTraining(1, { warnings, places }),
        its.frames(1, its.trainingFrames),
        its.done(1, [
          { quantity: "Peak, step 301 (epoch 3)", ...exact },
          { quantity: "Elsewhere", ...exact, from: { group: 1, names } },
        ]),
      );
      await panel.shoot("warnings");
      assert.equal(await panel.text(".warnings"), "CosineAnnealingLR is 200 steps long, the run 100 steps. line 52");
      assert.deepEqual(await panel.page.locator("section th").allInnerTexts(), ["exact"]);
      assert.match(await panel.text("section tbody"), /Peak, step 301 \(epoch 3\)\s+1\.00e-3/);
      assert.deepEqual(await panel.page.locator("section tr.why").allInnerTexts(), ["from line 48, line 52"]);
      await panel.page.locator(".warnings button").click();
      await panel.page.locator("section tr.why button").first().click();
      assert.deepEqual(await panel.intents("reveal"), [
        { type: "reveal", line: 52 },
        { type: "reveal", line: 48 },
      ]);
      await panel.send(...its.training(2));
      assert.equal(await panel.page.locator(".warnings").isHidden(), true);
      return panel;
    },
  ],
  [
    "a long list of findings is folded, but nothing that is off is hidden",
    async (house) => {
      const panel = await house.open();
      await panel.send(...its.training());
      const findings = Array.from({ length: 20 }, (_, k) => ({
        quantity: `quantity ${k + 1}`,
        measured: k,
        standardError: 1,
        predicted: k === 17 ? 0 : k,
        verdict: k === 17 ? "off" : "agrees",
      }));
      await panel.send({ ...its.done(1, []), findings });
      const named = () => panel.page.locator("section tbody td:first-child").allInnerTexts();
      assert.deepEqual(await named(), [...Array.from({ length: 12 }, (_, k) => `quantity ${k + 1}`), "quantity 18"]);
      await panel.page.getByRole("button", { name: "All 20 findings" }).click();
      assert.equal((await named()).length, 20);
      await panel.page.getByRole("button", { name: "Fewer findings" }).press("Enter");
      assert.equal((await named()).length, 13);
      return panel;
    },
  ],
];
