import assert from "node:assert/strict";
import * as its from "../messages.mjs";

const opened = async (house, options, messages = its.training()) => {
  const panel = await house.open(options);
  await panel.send(...messages);
  return panel;
};
const focusChart = (panel, id) => panel.chart(id).locator("canvas").focus();

export default [
  [
    "the pointer puts one crosshair through all charts of its x, with values in place of captions",
    async (house) => {
      const panel = await opened(house, { width: 1200, scale: 1.5 });
      const canvas = panel.chart("loss").locator("canvas");
      await canvas.hover({ position: { x: 200, y: 100 } });
      await panel.shoot("crosshair-dark-wide");
      assert.match(
        await panel.text('figure[data-chart="loss"] .read'),
        /^median 0\.0\d+ 10–90 % 0\.0\d+–0\.0\d+ before 0\.0\d+$/,
      );
      assert.match(await panel.text('figure[data-chart="rate"] .read'), /^backbone \S+ head \S+$/);
      assert.match(await panel.text('figure[data-chart="effective"] .read'), /^h = 1 \S+ 1\/25 \S+ 1\/100 \S+/);
      assert.equal(await panel.chart("loss").locator(".caption").isVisible(), false);
      await panel.page.mouse.move(5, 5);
      assert.equal(await panel.chart("loss").locator(".caption").isVisible(), true);
      return panel;
    },
  ],
  [
    "arrow keys move the crosshair through recorded steps, Home and End to the ends",
    async (house) => {
      const panel = await opened(house);
      await focusChart(panel, "loss");
      const said = () => panel.text('figure[data-chart="rate"] .read');
      await panel.page.keyboard.press("End");
      assert.equal(await said(), "backbone 0 head 0");
      await panel.page.keyboard.press("Home");
      await panel.page.keyboard.press("ArrowRight");
      await panel.page.keyboard.press("ArrowRight");
      assert.equal(await said(), "backbone 6.67e-6 head 2.00e-6");
      await panel.page.keyboard.press("Escape");
      assert.equal(await panel.chart("rate").locator(".read").isVisible(), false);
      assert.equal((await panel.intents("stop")).length, 0);
      return panel;
    },
  ],
  [
    "shift and drag zooms x in all charts that share it; a double click resets",
    async (house) => {
      const panel = await opened(house);
      const whole = await panel.picture("effective");
      const { x, y } = await panel.chart("loss").locator("canvas").boundingBox();
      const { mouse, keyboard } = panel.page;
      await keyboard.down("Shift");
      await mouse.move(x + 100, y + 60);
      await mouse.down();
      await mouse.move(x + 160, y + 60);
      await mouse.move(x + 220, y + 60);
      await mouse.up();
      await keyboard.up("Shift");
      await mouse.move(5, 5);
      await panel.shoot("zoomed");
      assert.notEqual(await panel.picture("effective"), whole);
      await panel
        .chart("loss")
        .locator("canvas")
        .dblclick({ position: { x: 200, y: 60 } });
      await mouse.move(5, 5);
      assert.equal(await panel.picture("effective"), whole);
      return panel;
    },
  ],
  [
    "Esc resets the zoom before it stops a run",
    async (house) => {
      const panel = await opened(house);
      const whole = await panel.picture("loss");
      const { x, y } = await panel.chart("loss").locator("canvas").boundingBox();
      await panel.page.keyboard.down("Shift");
      await panel.page.mouse.move(x + 100, y + 60);
      await panel.page.mouse.down();
      await panel.page.mouse.move(x + 220, y + 60);
      await panel.page.mouse.up();
      await panel.page.keyboard.up("Shift");
      await panel.page.mouse.move(5, 5);
      await focusChart(panel, "rate");
      await panel.page.keyboard.press("Escape");
      await panel.page.evaluate(() => document.activeElement.blur());
      assert.equal(await panel.picture("loss"), whole);
      return panel;
    },
  ],
  [
    "every chart is also a table of the same height, which copies as tab-separated text",
    async (house) => {
      const panel = await opened(house, { scale: 1.25 });
      const height = async () => (await panel.chart("loss").boundingBox()).height;
      const drawn = await height();
      await panel.page.getByRole("button", { name: "Show Loss as a table" }).click();
      await panel.shoot("table");
      assert.equal(await height(), drawn);
      const table = panel.chart("loss").locator("table");
      assert.deepEqual(await table.locator("th").allInnerTexts(), ["step", "10 %", "90 %", "median", "before"]);
      const last = await table.locator("tr").last().locator("td").allInnerTexts();
      assert.equal(last[0], "2,000");
      assert.ok(
        last.slice(1).every((cell) => /^\d\.\d+$/.test(cell)),
        last.join(" "),
      );
      await panel.chart("loss").getByRole("button", { name: "Copy" }).click();
      const [{ text }] = await panel.intents("copy");
      const lines = text.trimEnd().split("\n");
      assert.equal(lines[0], "step\t10 %\t90 %\tmedian\tbefore");
      const columns = its.trainingFrames.find(({ series }) => series === "median").columns;
      assert.equal(lines.length, columns[0].length + 1);
      assert.equal(Number(lines[1].split("\t")[3]), columns[1][0], "every digit");
      await panel.page.getByRole("button", { name: "Show Loss as a table" }).click();
      assert.equal(await panel.chart("loss").locator("canvas").isVisible(), true);
      return panel;
    },
  ],
  [
    "the faint trace is drawn where values differ, and Hide asks the editor to take it away",
    async (house) => {
      const panel = await opened(house);
      const withTrace = await panel.picture("loss");
      await panel.page.getByRole("button", { name: "Hide" }).click();
      assert.equal((await panel.intents("hide")).length, 1);
      await panel.send(its.showTraining(1));
      assert.notEqual(await panel.picture("loss"), withTrace);
      assert.doesNotMatch(await panel.text(".status"), /before/);
      const alone = await panel.picture("loss");
      await panel.send(...its.training(2, { before: { label: "the same", frames: its.trainingFrames, pinned: true } }));
      assert.equal(await panel.picture("loss"), alone, "a former run that is the same hides nothing and adds nothing");
      return panel;
    },
  ],
  [
    "a chart's label says what a reader needs who does not see it",
    async (house) => {
      const panel = await opened(house);
      const label = await panel.chart("loss").locator("canvas").getAttribute("aria-label");
      assert.match(label, /^Loss: median (falls|rises) .* 0\.0\d+/);
      assert.equal(await panel.page.getByRole("figure", { name: "Loss", exact: true }).count(), 1);
      return panel;
    },
  ],
  [
    "four lines of a thousand points are redrawn within one frame of the screen",
    async (house) => {
      const panel = await opened(house);
      const x = Array.from({ length: 1000 }, (_, k) => 2 * k);
      const wave = (phase) => x.map((t) => 1e-2 * (1.1 + Math.sin(t / 100 + phase)));
      const make = (phase) =>
        ["h = 1", "h = 1/25", "h = 1/100"].map((series) => ({
          chart: "effective",
          series,
          mode: "replace",
          columns: [x, wave(phase)],
        }));
      const drawings = await panel.page.evaluate(async (all) => {
        const exact = all.map((some) =>
          some.map((it) => ({ ...it, columns: it.columns.map((c) => Float64Array.from(c)) })),
        );
        const report = { answer: "x", status: "y", rules: [] };
        const progress = { done: 1, total: 2, unit: "steps" };
        const canvas = document.querySelector('figure[data-chart="effective"] canvas');
        let drawn = 0;
        const context = canvas.getContext("2d");
        const clear = context.clearRect.bind(context);
        context.clearRect = (...box) => {
          drawn++;
          clear(...box);
        };
        // Many messages between two frames of the screen cost one drawing.
        for (const frames of exact) window.postMessage({ type: "frames", run: 1, frames, report, progress });
        await new Promise((done) =>
          setTimeout(() => window.requestAnimationFrame(() => window.requestAnimationFrame(done))),
        );
        return drawn;
      }, [0, 1, 2, 3, 4, 5].map(make));
      assert.ok(drawings >= 1 && drawings <= 2, `${drawings} drawings for six messages`);
      return panel;
    },
  ],
];
