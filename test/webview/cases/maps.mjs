// Heat maps: their cells are read by pointer, by keys, as a table and as words; zoom and pan.
import assert from "node:assert/strict";
import * as its from "../messages.mjs";
import { cells, map, numbers, opened, place, read, show } from "../map.mjs";

const grid = {
  id: "units",
  title: "Which units matter?",
  caption: "how far runs part",
  x: { label: "change", scale: "linear", min: 0, max: 2 },
  y: { label: "rule", scale: "linear", min: 0, max: 2 },
  series: [{ label: "apart", mark: "heatmap", role: "measured" }],
  size: "middle",
  column: 1,
  grid: {
    head: "rule, η′",
    rows: [{ name: "SGD", note: "c²η" }, { name: "Adam" }],
    columns: ["θ × 4", "L × 0.5"],
    zero: { most: 1e-9, text: "same run" },
    picks: { row: "rule", column: "change", values: [1, 2] },
    chosen: [0, 0],
  },
};
export default [
  [
    "the pointer reads a map's cell, the points of its column and the charts of the same x",
    async (house) => {
      const panel = await opened(house);
      await panel.page.mouse.move(...(await place(panel, 1, 1)));
      assert.equal(await read(panel), "η 1.50 nats 0.500 best 1.50");
      assert.match(await read(panel, "slope"), /exact 10\.0/);
      await panel.shoot("map-dark");
      await panel.page.mouse.move(...(await place(panel, 3, 0)));
      assert.equal(await read(panel), "η 0.500 nats 2.00 best 0.500");
      await panel.page.mouse.move(...(await place(panel, 1, 2)));
      assert.equal(await read(panel), "η 2.50 nats ≥ 8.00 best 1.50");
      return panel;
    },
  ],
  [
    "arrows begin where the map is strongest and walk its cells, Home and End along a row",
    async (house) => {
      const panel = await opened(house);
      const press = (key) => panel.page.keyboard.press(key);
      await panel.chart("map").locator("canvas").focus();
      await press("ArrowUp");
      assert.equal(await read(panel), "η 1.50 nats 0.500 best 1.50");
      await press("ArrowUp");
      assert.match(await read(panel), /^η 2\.50 nats ≥ 8\.00/);
      await press("ArrowRight");
      assert.match(await read(panel), /^η 2\.50 nats 6\.00/);
      await press("ArrowDown");
      await press("End");
      assert.match(await read(panel), /^η 1\.50 nats 3\.00 best 0\.500/);
      await press("Home");
      assert.match(await read(panel), /^η 1\.50 nats 1\.00/);
      assert.equal(await panel.chart("map").locator(".read").getAttribute("aria-live"), "polite");
      return panel;
    },
  ],
  [
    "the former run's cell is said beside the present one, where the map is another",
    async (house) => {
      const frames = numbers(
        1,
        cells.map((cell) => cell + 1),
      ).frames;
      const panel = await opened(house, {}, map(1, cells, { before: { label: "η 1", frames, pinned: false } }));
      await panel.page.mouse.move(...(await place(panel, 1, 1)));
      assert.match(await read(panel), /^η 1\.50 nats 0\.500 before 1\.50 best/);
      await panel.send(show(1, { before: { label: "same", frames: numbers(1, cells).frames, pinned: false } }));
      await panel.page.mouse.move(...(await place(panel, 2, 1)));
      assert.doesNotMatch(await read(panel), /before/);
      return panel;
    },
  ],
  [
    "a map's scale stands beneath it, its label names its best cell, its table lies as it does",
    async (house) => {
      const panel = await opened(house, { scale: 1.25 });
      assert.equal((await panel.text('figure[data-chart="map"] .scale')).replace(/\s+/g, " "), "nats 0.500 ≥ 8.00");
      const label = await panel.chart("map").locator("canvas").getAttribute("aria-label");
      assert.match(label, /^Map: nats least, 0\.500, at ε 0\.0100 and η 1\.50; 4 by 3 cells; best: 4 points\.$/);
      await panel.page.getByRole("button", { name: "Show Map as a table" }).click();
      await panel.shoot("map-table");
      const rows = await panel.chart("map").locator("tr").all();
      const texts = await Promise.all(rows.map((row) => row.locator("th, td").allInnerTexts()));
      assert.deepEqual(texts[0], ["η by ε", "1e-3", "0.01", "0.1", "1"]);
      assert.deepEqual(texts[1], ["best", "1.50", "1.50", "1.50", "0.500"]);
      assert.deepEqual(texts[2], ["2.50", "8.00", "8.00", "6.00", "5.00"]);
      assert.deepEqual(texts[4], ["0.500", "5.00", "4.00", "3.00", "2.00"]);
      await panel.page.getByRole("button", { name: /^More:/ }).click();
      await panel.page.getByRole("menuitem", { name: "Copy data as CSV" }).click();
      const [{ text }] = await panel.intents("copy");
      assert.ok(text.split("\n").includes("Map,loss,0.01,1.5,,,0.5"), text);
      return panel;
    },
  ],
  [
    "shift and drag zooms a map in both directions, a drag pans it, arrows lead on, a double click shows all",
    async (house) => {
      const panel = await opened(house);
      const { mouse, keyboard } = panel.page;
      const whole = await panel.picture("map");
      const others = await panel.picture("slope");
      const settle = () => mouse.move(5, 5);
      await keyboard.down("Shift");
      await mouse.move(...(await place(panel, 0.6, 0.6)));
      await mouse.down();
      await mouse.move(...(await place(panel, 1, 1)));
      await mouse.move(...(await place(panel, 1.4, 1.4)));
      await mouse.up();
      await keyboard.up("Shift");
      await settle();
      const near = await panel.picture("map");
      assert.notEqual(near, whole);
      assert.notEqual(await panel.picture("slope"), others, "x is shared");
      // All that is left of the map is one cell.
      for (const corner of [
        [0, 0],
        [3, 2],
      ]) {
        await mouse.move(...(await place(panel, ...corner)));
        assert.match(await read(panel), /^η 1\.50 nats 0\.500/);
      }
      await mouse.move(...(await place(panel, 0, 0)));
      await mouse.down();
      await mouse.move(...(await place(panel, 2, 0)));
      await mouse.move(...(await place(panel, 3, 2)));
      await mouse.up();
      await settle();
      assert.notEqual(await panel.picture("map"), near);
      await mouse.move(...(await place(panel, 0, 0)));
      assert.match(await read(panel), /^η 0\.500 nats 5\.00/, "the cell at the lower left was dragged in");
      await panel.chart("map").locator("canvas").dblclick();
      await settle();
      assert.equal(await panel.picture("map"), whole);
      assert.equal(await panel.picture("slope"), others);
      await panel.chart("map").locator("canvas").focus();
      for (const key of ["ArrowUp", "+", "+", "+"]) await keyboard.press(key);
      assert.notEqual(await panel.picture("map"), whole);
      await keyboard.press("End");
      await keyboard.press("ArrowRight");
      await keyboard.press("ArrowRight");
      assert.match(await read(panel), /^η 1\.50 nats 3\.00/, "the last column has come into view");
      for (const key of ["-", "-", "-", "Escape"]) await keyboard.press(key);
      await panel.page.evaluate(() => document.activeElement.blur());
      assert.equal(await panel.picture("map"), whole);
      return panel;
    },
  ],
  [
    "a table of names is clicked, walked with arrows, and copied under its names",
    async (house) => {
      const panel = await house.open({ width: 1200, scale: 1.25 });
      const edges = [0, 1, 2];
      const frame = { chart: "units", series: "apart", mode: "replace", columns: [edges, edges, [0.931, 0, "NaN", 2]] };
      const message = its.showTraining(1, { charts: [grid], lab: "rmsprop" });
      await panel.send(message, its.frames(1, [frame]), its.done(1));
      const table = panel.chart("units").getByRole("table");
      assert.deepEqual(await table.locator("tbody tr").allInnerTexts(), ["SGD c²η\t0.93\tsame run", "Adam\t–\t2.0"]);
      assert.equal(await panel.chart("units").locator("canvas").isVisible(), false);
      await panel.shoot("grid");
      const cell = (name) => panel.page.getByRole("button", { name, exact: true });
      assert.equal(await cell("SGD, θ × 4: 0.93").getAttribute("aria-pressed"), "true");
      await cell("Adam, L × 0.5: 2.0").click();
      const sets = async () => (await panel.intents("set")).map(({ of, name, value }) => [of, name, value]);
      assert.deepEqual(await sets(), [
        ["lab", "rule", 1],
        ["lab", "change", 2],
      ]);
      await panel.page.keyboard.press("ArrowUp");
      await panel.page.keyboard.press("Enter");
      assert.deepEqual((await sets()).slice(2), [
        ["lab", "rule", 0],
        ["lab", "change", 2],
      ]);
      await panel.chart("units").getByRole("button", { name: "Copy" }).click();
      assert.equal((await panel.intents("copy"))[0].text, "rule, η′\tθ × 4\tL × 0.5\nSGD\t0.931\t0\nAdam\tNaN\t2\n");
      await cell("SGD, L × 0.5: same run").focus();
      // What was chosen comes back as the one stop of Tab, and keeps the focus.
      const next = { ...grid, grid: { ...grid.grid, chosen: [0, 1] } };
      await panel.send(its.showTraining(2, { charts: [next], lab: "rmsprop" }), its.frames(2, [frame]), its.done(2));
      assert.equal(await cell("SGD, L × 0.5: same run").getAttribute("tabindex"), "0");
      const focused = await panel.page.evaluate(() => document.activeElement.getAttribute("aria-label"));
      assert.equal(focused, "SGD, L × 0.5: same run");
      return panel;
    },
  ],
];
