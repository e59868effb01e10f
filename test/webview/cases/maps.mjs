// Heat maps: their cells are read by pointer, by keys, as a table and as words; zoom and pan.
import assert from "node:assert/strict";
import * as its from "../messages.mjs";

const xEdges = [1e-3, 1e-2, 1e-1, 1, 10].map((x) => x / Math.sqrt(10));
const yEdges = [0, 1, 2, 3];
/** By row from below: least in the second column of the middle row. */
const cells = [5, 4, 3, 2, 1, 0.5, 2, 3, 8, 8, 6, 5];
const numbers = (run, some) => ({
  type: "frames",
  run,
  frames: [
    { chart: "map", series: "loss", mode: "replace", columns: [xEdges, yEdges, some] },
    {
      chart: "map",
      series: "best",
      mode: "replace",
      columns: [
        [1e-3, 1e-2, 0.1, 1],
        [1.5, 1.5, 1.5, 0.5],
      ],
    },
    {
      chart: "slope",
      series: "exact",
      mode: "replace",
      columns: [
        [1e-3, 1],
        [1, 1000],
      ],
    },
    {
      chart: "slope",
      series: "held",
      mode: "replace",
      columns: [
        [1e-3, 0.1],
        [7, 9],
      ],
    },
    {
      chart: "slope",
      series: "measured",
      mode: "replace",
      columns: [
        [1e-3, 1],
        [1.1, 990],
      ],
    },
  ],
  report: { answer: "A map.", status: "A model.", rules: [] },
  progress: { done: 1, total: 1, unit: "steps" },
});
const x = { label: "ε", scale: "log", min: xEdges[0], max: xEdges[4] };
const charts = [
  {
    id: "map",
    title: "Map",
    caption: "loss by ε and η",
    x,
    y: { label: "η", scale: "linear", min: 0, max: 3 },
    series: [
      {
        label: "loss",
        mark: "heatmap",
        role: "measured",
        colour: 1,
        unnamed: true,
        cells: { label: "nats", max: 8, strong: "least" },
      },
      { label: "best", mark: "points", role: "measured", colour: 2, unnamed: true },
    ],
    size: "tall",
    column: 0,
  },
  {
    id: "slope",
    title: "Slope",
    caption: "by ε",
    x,
    y: { label: "s", scale: "log" },
    series: [
      { label: "measured", mark: "points", role: "measured", colour: 1, unnamed: true },
      { label: "held", mark: "steps", role: "other", unnamed: true },
      { label: "exact", mark: "line", role: "theory", unnamed: true },
    ],
    size: "middle",
    column: 0,
  },
];
const show = (run, more = {}) => its.showTraining(run, { charts, before: undefined, changes: [], ...more });
const map = (run, some = cells, more = {}) => [show(run, more), numbers(run, some)];
const opened = async (house, options, messages = map(1)) => {
  const panel = await house.open(options);
  await panel.send(...messages);
  return panel;
};
const read = (panel, id = "map") => panel.text(`figure[data-chart="${id}"] .read`);
/** The middle of a cell on the canvas, counted from the lower left. */
async function place(panel, column, row) {
  const { x: left, y: top, width, height } = await panel.chart("map").locator("canvas").boundingBox();
  const [area, high] = [width - 44 - 14, height - 6];
  return [left + 44 + ((column + 0.5) / 4) * area, top + 6 + (1 - (row + 0.5) / 3) * high];
}

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
    "a theory is read between its points as it is drawn, what is held until the next, points only where they are",
    async (house) => {
      const panel = await opened(house);
      await panel.page.mouse.move(...(await place(panel, 2, 0)));
      assert.equal(await read(panel, "slope"), "held 9.00 exact 100");
      await panel.page.mouse.move(...(await place(panel, 1, 0)));
      assert.equal(await read(panel, "slope"), "held 7.00 exact 10.0");
      await panel.page.mouse.move(...(await place(panel, 3, 0)));
      assert.equal(await read(panel, "slope"), "measured 990 exact 1,000");
      return panel;
    },
  ],
  [
    "a line chart is panned by a drag once it is zoomed, and never beyond its ends",
    async (house) => {
      const panel = await house.open({});
      await panel.send(...its.training());
      const { mouse, keyboard } = panel.page;
      const whole = await panel.picture("loss");
      const { x: left, y } = await panel.chart("loss").locator("canvas").boundingBox();
      const drag = async (from, to) => {
        await mouse.move(left + from, y + 60);
        await mouse.down();
        await mouse.move(left + (from + to) / 2, y + 60);
        await mouse.move(left + to, y + 60);
        await mouse.up();
      };
      await drag(300, 200);
      await mouse.move(5, 5);
      assert.equal(await panel.picture("loss"), whole, "nothing to pan");
      await keyboard.down("Shift");
      await drag(100, 200);
      await keyboard.up("Shift");
      await mouse.move(5, 5);
      const near = await panel.picture("loss");
      const other = await panel.picture("effective");
      await drag(300, 200);
      await mouse.move(5, 5);
      assert.notEqual(await panel.picture("loss"), near);
      assert.notEqual(await panel.picture("effective"), other);
      for (let k = 0; k < 4; k++) await drag(60, 380);
      await panel.chart("rate").locator("canvas").focus();
      await keyboard.press("Home");
      assert.equal(await panel.text('figure[data-chart="rate"] .read'), "backbone 0 head 0");
      return panel;
    },
  ],
];
