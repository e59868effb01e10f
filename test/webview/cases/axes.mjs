// What is read between points, panning, captions, and axes on which something diverged.
import assert from "node:assert/strict";
import { cells, charts, numbers, opened, place, read, show } from "../map.mjs";
import * as its from "../messages.mjs";

export default [
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
  [
    "a caption that has no room gives way to its short form, and comes back where there is room",
    async (house) => {
      const [long, short] = [`loss by ε and η, ${"and what else could be said of it ".repeat(2)}`, "by ε and η"];
      const named = [{ ...charts[0], caption: long, short }, charts[1]];
      const panel = await opened(house, { width: 720 }, [show(1, { charts: named }), numbers(1, cells)]);
      const caption = () => panel.text('figure[data-chart="map"] .caption');
      assert.equal(await caption(), short);
      await panel.page.setViewportSize({ width: 980, height: 900 });
      await panel.drawn();
      assert.equal(await caption(), long.trim());
      await panel.page.setViewportSize({ width: 420, height: 900 });
      await panel.drawn();
      assert.equal(await caption(), short);
      return panel;
    },
  ],
  [
    "what diverged leaves the chart at its top and leaves the others their room",
    async (house) => {
      const panel = await house.open();
      const x = Array.from({ length: 40 }, (_, k) => k + 1);
      const series = ["blown up", "steady"].map((label, k) => ({
        label,
        mark: "line",
        role: "measured",
        colour: k + 1,
      }));
      const chart = {
        id: "rules",
        title: "Rules",
        caption: "",
        x: { label: "B", scale: "linear" },
        size: "tall",
        column: 0,
      };
      const grow = x.map((t) => (t > 38 ? 1e9 : 1 + t / 40));
      const columns = { "blown up": grow, steady: x.map((t) => 1 / t) };
      const frames = (rules) => ({
        ...numbers(1, cells),
        frames: series.map(({ label }) => ({
          chart: "rules",
          series: label,
          mode: "replace",
          columns: [x, columns[label]],
        })),
        report: { answer: "a", status: "b", rules },
      });
      await panel.send(show(1, { charts: [{ ...chart, y: { label: "L", scale: "log" }, series }] }), frames([]));
      /** How many rows of pixels the steady line, orange, passes through. */
      const lines = () =>
        panel
          .chart("rules")
          .locator("canvas")
          .evaluate((canvas) => {
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            const drawn = new Set();
            for (let k = 0; k < width * height; k++) {
              const [r, g, b, a] = data.subarray(4 * k, 4 * k + 4);
              if (a > 200 && r > 180 && g > 100 && b < 60) drawn.add(Math.floor(k / width));
            }
            return drawn.size;
          });
      const flat = await lines();
      await panel.send(frames([{ chart: "rules", x: 39, text: "diverges" }]));
      await panel.shoot("diverged-rule");
      assert.ok((await lines()) > 1.5 * flat, `${await lines()} rows, ${flat} without the rule`);
      return panel;
    },
  ],
  [
    "a closed curve has air at both ends of x, and no value at an x",
    async (house) => {
      const panel = await house.open();
      const angles = Array.from({ length: 61 }, (_, k) => (2 * Math.PI * k) / 60);
      const columns = [angles.map(Math.sin), angles.map(Math.cos)];
      const series = [{ label: "ring", mark: "line", role: "measured", colour: 2, unnamed: true }];
      const axis = { label: "θ", scale: "linear" };
      const chart = { id: "ring", title: "Ring", caption: "a ring", x: axis, y: axis, series, size: "tall", column: 0 };
      const frame = { chart: "ring", series: "ring", mode: "replace", columns };
      await panel.send(show(1, { charts: [chart] }), { ...numbers(1, cells), frames: [frame] });
      const canvas = panel.chart("ring").locator("canvas");
      const [left, right, width] = await canvas.evaluate((node) => {
        const { width, height } = node;
        const { data } = node.getContext("2d").getImageData(0, 0, width, height);
        let [first, last] = [width, 0];
        for (let k = 0; k < width * height; k++) {
          const [r, g, b, a] = data.subarray(4 * k, 4 * k + 4);
          if (a > 200 && r > 180 && g > 100 && b < 60) {
            first = Math.min(first, k % width);
            last = Math.max(last, k % width);
          }
        }
        return [first, last, width];
      });
      assert.ok(left > 44 + 8 && right < width - 14 - 8, `from ${left} to ${right} of ${width}`);
      await canvas.hover({ position: { x: 200, y: 60 } });
      assert.equal(await panel.chart("ring").locator(".read").isVisible(), false);
      return panel;
    },
  ],
];
