import assert from "node:assert/strict";
import AxeBuilder from "@axe-core/playwright";
import * as its from "../messages.mjs";

const opened = async (house, options, messages = its.training()) => {
  const panel = await house.open(options);
  await panel.send(...messages);
  return panel;
};
async function choose(panel, name) {
  await panel.page.getByRole("button", { name: /^More:/ }).click();
  await panel.page.getByRole("menuitem", { name }).click();
  await panel.drawn();
}
/** The exported bytes, out of the page. */
async function exported(panel) {
  await panel.page.waitForFunction(() => window.intents.some(({ type }) => type === "export"));
  const [{ name, bytes }] = await panel.page.evaluate(() =>
    window.intents.filter(({ type }) => type === "export").map((it) => ({ name: it.name, bytes: [...it.bytes] })),
  );
  return { name, bytes: Buffer.from(bytes) };
}
async function violations(panel) {
  const { violations: found } = await new AxeBuilder({ page: panel.page }).analyze();
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

export default [
  [
    "the data is copied as one tidy table with every digit",
    async (house) => {
      const panel = await opened(house);
      await choose(panel, "Copy data as CSV");
      const [{ text }] = await panel.intents("copy");
      const lines = text.trimEnd().split("\n");
      assert.equal(lines[0], "chart,series,x,y,low,high,cell");
      const points = its.trainingFrames.reduce((sum, { columns }) => sum + columns[0].length, 0);
      assert.equal(lines.length, points + 1);
      const { columns } = its.trainingFrames[3];
      assert.ok(lines.includes(`Loss,median,${columns[0][5]},${columns[1][5]},,,`));
      return panel;
    },
  ],
  [
    "the charts are saved as one picture",
    async (house) => {
      const panel = await opened(house);
      await choose(panel, "Save charts as PNG…");
      const { name, bytes } = await exported(panel);
      assert.equal(name, "train-training.png");
      assert.deepEqual([...bytes.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
      const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
      assert.ok(width > 400 && height > 550, `${width} × ${height}`);
      return panel;
    },
  ],
  [
    "the report is one page that needs nothing: answer, pictures, findings, numbers",
    async (house) => {
      const panel = await opened(house);
      await choose(panel, "Save report as HTML…");
      const { name, bytes } = await exported(panel);
      assert.equal(name, "train-training.html");
      const html = bytes.toString("utf8");
      assert.doesNotMatch(html, /<script|https?:|var\(--/);
      assert.match(html, /loss settles at <b>0\.0223 ± 0\.0005<\/b>/);
      const page = await panel.context.newPage();
      await page.setContent(html);
      assert.equal(await page.locator("img").count(), 3);
      assert.ok(await page.locator("img").evaluateAll((all) => all.every((it) => it.naturalWidth > 300)));
      assert.match(
        await page.locator("body").innerText(),
        /v̂ \/ noise variance\s+1\.0229 ± 0\.0008\s+1\.00\s+29 se off/,
      );
      await page.close();
      return panel;
    },
  ],
  [
    "the menu offers what the panel can do, and tells of the lab",
    async (house) => {
      const panel = await opened(house, { scale: 1.25 });
      await panel.page.getByRole("button", { name: /^More:/ }).click();
      await panel.shoot("menu");
      assert.deepEqual(await panel.page.getByRole("menuitem").allInnerTexts(), [
        "Pin this run for comparison\nP",
        "Copy data as CSV",
        "Copy rates at every step as CSV",
        "Save charts as PNG…",
        "Save report as HTML…",
        "Save experiment…",
        "About this lab",
      ]);
      await panel.page.keyboard.press("Escape");
      assert.equal(await panel.page.getByRole("menu").count(), 0);
      await choose(panel, "Save experiment…");
      assert.equal((await panel.intents("save")).length, 1);
      await choose(panel, "Copy rates at every step as CSV");
      assert.deepEqual(await panel.intents("rates"), [{ type: "rates" }]);
      await choose(panel, "About this lab");
      assert.match(await panel.text("dialog"), /Trains a model problem with this configuration\./);
      await panel.shoot("about");
      const more = panel.page.getByRole("button", { name: "Formulas, and how to read the charts" });
      assert.equal(await more.count(), 0, "this lab has no page");
      await panel.page.keyboard.press("Escape");
      assert.equal(await panel.page.locator("dialog").count(), 0);
      await panel.send(...its.training(2, { page: "training" }));
      await choose(panel, "About this lab");
      await more.click();
      assert.equal(await panel.page.locator("dialog").count(), 0);
      assert.deepEqual(await panel.intents("page"), [{ type: "page" }]);
      return panel;
    },
  ],
  [
    "a report made by the command line draws itself without an editor and offers nothing that needs one",
    async (house) => {
      const panel = await house.open({ report: { messages: its.training() }, width: 1200, theme: "light" });
      await panel.drawn();
      await panel.shoot("report-light-wide");
      assert.match(await panel.text(".answer"), /^Peak η 1\.00e-3/);
      for (const id of ["rate", "loss", "effective"]) assert.ok((await panel.pixels(id, "--s-1")) > 200);
      assert.equal(await panel.page.locator("input, vscode-text-field, vscode-button").count(), 0);
      assert.equal(await panel.page.getByText("Insert…").count(), 0);
      assert.match(await panel.text(".rail"), /η peak rate\s+1e-3/);
      await panel
        .chart("loss")
        .locator("canvas")
        .hover({ position: { x: 200, y: 100 } });
      assert.match(await panel.text('figure[data-chart="loss"] .read'), /^median/);
      return panel;
    },
  ],
  ...["dark", "light", "hc"].map((theme) => [
    `accessibility checks find nothing serious in ${theme}`,
    async (house) => {
      const panel = await opened(house, { theme });
      assert.deepEqual(await violations(panel), []);
      await panel.page.getByRole("button", { name: "Show Loss as a table" }).click();
      await panel.page.getByRole("button", { name: /^More:/ }).click();
      assert.deepEqual(await violations(panel), []);
      return panel;
    },
  ]),
  [
    "accessibility checks find nothing serious with every kind of knob, and with nothing found",
    async (house) => {
      const panel = await opened(house, {}, its.density());
      assert.deepEqual(await violations(panel), []);
      await panel.send({
        type: "empty",
        answer: "No optimizer found in a.py.",
        status: "Add one.",
        actions: ["insert", "example"],
      });
      assert.deepEqual(await violations(panel), []);
      return panel;
    },
  ],
];
