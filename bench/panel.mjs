// What drawing costs in headless Chromium, beside Chart.js with its own decimation: `node bench/panel.mjs [rounds]`.
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { browser as findChromium } from "../scripts/browser.mjs";
import { root } from "../scripts/process.mjs";
import { showTraining } from "../test/webview/messages.mjs";
import { openHouse } from "../test/webview/panel.mjs";
import { quantile } from "./figures.mjs";
import { watchFrames } from "./panel/frames.mjs";

const points = 10_000;
const updates = 15;
/** The anchor comes first: every ratio of a round is to it. */
const anchor = "decimation";
const kinds = {
  [anchor]: "chart.js with its min-max decimation",
  defaults: "chart.js as it comes",
  lean: "chart.js, parsing off, no markers",
  chart: "the panel's chart",
  figure: "the panel's figure, from message to picture",
};
const rounded = (x) => Number(x.toPrecision(3));
const median = (sample) => quantile(sample, 0.5);

/** A page with the scripts of bench/panel and the panel's style, in a theme's colours. */
async function openBench() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lab-bench-"));
  await build({
    absWorkingDir: root,
    entryPoints: { page: "bench/panel/page.mjs", style: "webview/style.css" },
    bundle: true,
    minify: true,
    outdir: folder,
    platform: "browser",
    target: "es2022",
    logLevel: "error",
  });
  const { body, vars } = JSON.parse(fs.readFileSync(path.join(root, "test/webview/themes.json"), "utf8")).dark;
  const html = `<!doctype html><html lang="en" style='${vars}'><head><meta charset="utf-8"><title>Bench</title>
<link rel="stylesheet" href="style.css"></head><body class="${body}"><script src="page.js"></script></body></html>`;
  const types = { ".js": "text/javascript", ".css": "text/css" };
  const server = http.createServer(({ url }, response) => {
    const type = types[path.extname(url)];
    response.writeHead(200, { "content-type": type ?? "text/html" });
    response.end(type ? fs.readFileSync(path.join(folder, path.basename(url))) : html);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const browser = await chromium.launch({
    executablePath: await findChromium(),
    args: ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"],
  });
  return {
    /** In a page of its own, so that the first painting is the library's first. */
    async measure(kind) {
      const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      const count = kind === "defaults" ? 5 : updates;
      const took = await page.evaluate(([it, n, k]) => window.measure(it, n, k), [kind, points, count]);
      await page.close();
      return { first: took.first, update: median(took.updates.slice(3)) };
    },
    async close() {
      await browser.close();
      server.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

const lines = [1, 2, 3, 4];
/** Four charts of three lines and a band each. */
const charts = lines.map((number) => ({
  id: `chart ${number}`,
  title: `Chart ${number}`,
  caption: "while it runs",
  x: { label: "step", scale: "linear", min: 0, max: 1000, unit: "steps" },
  y: { label: "y", scale: number % 2 ? "linear" : "log", min: 0.01, max: 4 },
  series: [
    { label: "10–90 %", mark: "band", role: "measured", colour: 1, unnamed: true },
    ...[1, 2, 3].map((colour) => ({ label: `line ${colour}`, mark: "line", role: "measured", colour })),
  ],
  size: "middle",
  column: number > 2 ? 1 : 0,
}));
/** Sends frames of a growing run every 50 ms for some seconds. Runs in the page. */
async function stream([all, seconds]) {
  const ends = performance.now() + 1000 * seconds;
  const report = { answer: "Step **1**.", status: "", rules: [] };
  for (let done = 20; performance.now() < ends; done = (done % 1000) + 20) {
    const x = Float64Array.from({ length: done }, (_, k) => k);
    const y = (k) => x.map((t) => 1 + Math.exp(-t / 300) * Math.sin(t / (5 + k)) + 0.1 * k);
    const frames = all.flatMap(({ id, series }) =>
      series.map(({ label, mark }, k) => ({
        chart: id,
        series: label,
        mode: "replace",
        columns: mark === "band" ? [x, y(0).map((v) => v / 2), y(0)] : [x, y(k)],
      })),
    );
    window.postMessage({ type: "frames", run: 1, frames, report, progress: { done, total: 1000, unit: "steps" } });
    await new Promise((next) => setTimeout(next, 50));
  }
}
/** What the whole panel draws while a run sends frames every 50 ms. */
async function panelFrames(seconds = 4) {
  const house = await openHouse();
  try {
    const panel = await house.open({ width: 1200, height: 900 });
    await panel.send(showTraining(1, { charts }));
    await panel.page.evaluate(stream, [charts, 1]); // the code is warm then, as in any but the first second
    await panel.page.evaluate(watchFrames);
    await panel.page.evaluate(stream, [charts, seconds]);
    return await panel.page.evaluate(() => window.framesSeen());
  } finally {
    await house.close();
  }
}

/** Milliseconds and ratios to the anchor of the same round, medians over rounds; and the panel's frames in a run. */
export async function panelTimes(rounds = 15) {
  const bench = await openBench();
  const taken = Object.fromEntries(Object.keys(kinds).map((id) => [id, []]));
  try {
    for (let round = 0; round < rounds; round++)
      for (const id of Object.keys(kinds)) taken[id].push(await bench.measure(id));
  } finally {
    await bench.close();
  }
  const rows = Object.entries(kinds).map(([id, name]) => {
    const of = (what) => median(taken[id].map((one) => one[what]));
    const ratio = (what) => median(taken[id].map((one, round) => one[what] / taken[anchor][round][what]));
    return {
      id,
      name,
      update: rounded(of("update")),
      first: rounded(of("first")),
      updateRatio: rounded(ratio("update")),
      firstRatio: rounded(ratio("first")),
    };
  });
  return { rounds, points, rows, running: await panelFrames() };
}

if (process.argv[1] === import.meta.filename) {
  const { rows, running } = await panelTimes(Number(process.argv[2] ?? 15));
  console.table(rows);
  console.log("while a run sends frames of 4 charts every 50 ms:", running);
}
