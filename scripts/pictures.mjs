// Makes the pictures of docs/labs from experiment files, through the command line's page: node scripts/pictures.mjs [page]
// Build first. The font is Debian's fonts-inter, so that every machine draws the same.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { browser as findChromium } from "./browser.mjs";
import { png } from "./palette.mjs";
import { mustRun, root } from "./process.mjs";

const folder = path.join(root, "docs/labs/images");
/** Of each page: the experiment, and which of its charts are drawn, by their ids. */
const pictures = [
  ["gradient-flow", "theory/flow-noise-quadratic", ["paths", "distance"]],
  ["converged-loss", "theory/tz-plateaus", ["loss", "curve"]],
  ["langevin", "theory/weak-order", ["moments", "weak"]],
  ["stationary-density", "theory/alpha-double_well", ["density", "alpha"]],
  ["two-temperatures", "theory/two-temperatures", ["map", "lines"]],
  ["rmsprop", "theory/units-invariance", ["apart", "trajectory"]],
  ["adam", "theory/epsilon-coupling-transition", ["raw", "decoupled"]],
  ["batch-size", "theory/optimal-rate-by-batch", ["rates", "rules"]],
];
/** A screenshot's pixels, by the browser that took it. */
const pixelsOf = async (page, shot) => {
  const found = await page.evaluate(
    async (address) => {
      const image = new window.Image();
      image.src = address;
      await image.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.width, image.height];
      const context = canvas.getContext("2d");
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      let text = "";
      for (let k = 0; k < data.length; k += 8192) text += String.fromCharCode(...data.subarray(k, k + 8192));
      return { width: image.width, height: image.height, bytes: window.btoa(text) };
    },
    `data:image/png;base64,${shot.toString("base64")}`,
  );
  return { ...found, pixels: Buffer.from(found.bytes, "base64") };
};
/** The width in CSS pixels, drawn at 1.5 pixels each. */
const width = 733;

const wanted = process.argv[2];
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "lab-pictures-"));
const browser = await chromium.launch({
  executablePath: await findChromium(),
  args: ["--no-sandbox", "--force-color-profile=srgb"],
});
try {
  fs.mkdirSync(folder, { recursive: true });
  const view = {
    viewport: { width, height: 900 },
    deviceScaleFactor: 1.5,
    colorScheme: "dark",
    reducedMotion: "reduce",
  };
  for (const [name, experiment, charts] of pictures) {
    if (wanted && wanted !== name) continue;
    const html = path.join(scratch, `${name}.html`);
    await mustRun([process.execPath, "dist/cli.js", "run", `examples/${experiment}.optlab.json`, "--html", html], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const page = await browser.newPage(view);
    await page.goto(`file://${html}`);
    const shown = charts.map((id) => `[data-chart="${id}"]`).join();
    await page.addStyleTag({
      content: `:root { --vscode-font-family: Inter, sans-serif !important }
        header, nav, .rail, .findings, .tools, figure:not(${shown}), section { display: none !important }
        .work { grid-template-columns: minmax(0, 1fr) !important }
        .plot { max-height: 190px }`,
    });
    // Another class of the body has the panel read its colours and font anew.
    await page.evaluate(() => document.body.classList.add("pictured"));
    await page.evaluate(() => document.fonts.ready);
    await page.waitForTimeout(300);
    const file = path.join(folder, `${name}.png`);
    const last = await page.locator(`figure[data-chart="${charts.at(-1)}"]`).boundingBox();
    const clip = { x: 0, y: 0, width, height: Math.ceil(last.y + last.height + 12) };
    const shot = await page.screenshot({ clip, fullPage: true });
    fs.writeFileSync(file, png(await pixelsOf(page, shot)));
    await page.close();
    console.log(`${name}.png, ${Math.round(fs.statSync(file).size / 1000)} kB`);
  }
} finally {
  await browser.close();
  fs.rmSync(scratch, { recursive: true, force: true });
}
