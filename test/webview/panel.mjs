// The panel in headless Chromium: built here, served on loopback under the extension's own content security policy.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { browser as findChromium } from "../../scripts/browser.mjs";

const root = path.join(import.meta.dirname, "../..");
const themes = JSON.parse(readFileSync(path.join(import.meta.dirname, "themes.json"), "utf8"));
export const pictures = path.join(root, "test-output/webview");
const nonce = "panelTestNonce";
const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data: blob:`;

const attribute = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
function html(theme, inlined) {
  const { body, vars } = themes[theme];
  const font = '--vscode-font-family: Inter, "DejaVu Sans", sans-serif';
  const style = ` style="${attribute(`${vars}; ${font}`)}"`;
  const data = inlined ? `<script nonce="${nonce}">window.optimizerLab = ${inlined}</script>` : "";
  return `<!doctype html><html lang="en"${style}><head><meta charset="utf-8"><title>Optimizer Lab</title>
<link rel="stylesheet" href="main.css"></head><body class="${body}"><main id="panel"></main>${data}
<script nonce="${nonce}" src="main.js"></script></body></html>`;
}
/** What the editor gives a webview; it keeps what the panel says. */
function stubHost(stored) {
  window.intents = [];
  window.stored = stored;
  window.acquireVsCodeApi = () => ({
    postMessage: (intent) => window.intents.push(intent),
    getState: () => window.stored,
    setState: (state) => (window.stored = JSON.parse(JSON.stringify(state))),
  });
}

/** Builds the bundle and starts browser and server; `close` ends both. */
export async function openHouse() {
  const folder = mkdtempSync(path.join(tmpdir(), "optimizer-lab-panel-"));
  await build({
    absWorkingDir: root,
    entryPoints: ["webview/main.ts"],
    bundle: true,
    outdir: folder,
    platform: "browser",
    target: "es2022",
    format: "iife",
    logLevel: "warning",
  });
  let inlined;
  const server = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://loopback");
    const send = (type, content) => {
      response.writeHead(200, { "content-type": type, "content-security-policy": policy });
      response.end(content);
    };
    if (pathname === "/main.js") send("text/javascript", readFileSync(path.join(folder, "main.js")));
    else if (pathname === "/main.css") send("text/css", readFileSync(path.join(folder, "main.css")));
    else if (pathname === "/favicon.ico") send("image/x-icon", "");
    else send("text/html", html(searchParams.get("theme") ?? "dark", pathname === "/report" ? inlined : undefined));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const browser = await chromium.launch({
    executablePath: await findChromium(),
    args: ["--no-sandbox", "--force-color-profile=srgb"],
  });
  mkdirSync(pictures, { recursive: true });
  const address = `http://127.0.0.1:${server.address().port}`;

  /** A page with the panel in it. `report` inlines messages instead of a host. */
  async function open({ theme = "dark", width = 720, height = 900, scale = 1, stored, report } = {}) {
    const context = await browser.newContext({
      viewport: { width, height },
      deviceScaleFactor: scale,
      colorScheme: theme === "light" ? "light" : "dark",
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (said) => said.type() === "error" && errors.push(said.text()));
    if (report) inlined = JSON.stringify(report).replaceAll("<", "\\u003c");
    else await page.addInitScript(stubHost, stored);
    await page.goto(`${address}/${report ? "report" : ""}?theme=${theme}`);
    return new Panel(page, errors, context);
  }
  return {
    open,
    async close() {
      await browser.close();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A page and what a test asks of it. */
class Panel {
  constructor(page, errors, context) {
    this.page = page;
    this.errors = errors;
    this.context = context;
  }
  /** Sends messages as the editor does, numbers in exact columns, and waits until they are on the screen. */
  async send(...messages) {
    await this.page.evaluate((all) => {
      const exact = (frames) =>
        frames.map((it) => ({ ...it, columns: it.columns.map((numbers) => Float64Array.from(numbers, Number)) }));
      for (const message of all) {
        if (message.frames) message.frames = exact(message.frames);
        if (message.before) message.before.frames = exact(message.before.frames);
        window.postMessage(message);
      }
    }, messages);
    await this.drawn();
  }
  /** Two frames after the panel stopped waiting for a run's first curves (40 ms): what was sent is drawn. */
  async drawn() {
    await this.page.evaluate(
      () =>
        new Promise((done) =>
          setTimeout(() =>
            setTimeout(() => window.requestAnimationFrame(() => window.requestAnimationFrame(() => done(true))), 45),
          ),
        ),
    );
  }
  intents(type) {
    return this.page.evaluate((wanted) => window.intents.filter((it) => !wanted || it.type === wanted), type);
  }
  text(selector) {
    return this.page.locator(selector).first().innerText();
  }
  chart(id) {
    return this.page.locator(`figure[data-chart="${id}"]`);
  }
  /** A canvas's pixels as one string: equal pictures have equal strings. */
  picture(id) {
    return this.chart(id)
      .locator("canvas")
      .evaluate((canvas) => canvas.toDataURL());
  }
  /** How many pixels of a canvas are within a little of a CSS colour. */
  pixels(id, variable) {
    return this.chart(id)
      .locator("canvas")
      .evaluate((canvas, name) => {
        const probe = document.body.appendChild(document.createElement("i"));
        probe.style.color = `var(${name})`;
        const [r, g, b] = window
          .getComputedStyle(probe)
          .color.match(/[\d.]+/g)
          .map(Number);
        probe.remove();
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let found = 0;
        for (let k = 0; k < data.length; k += 4)
          if (data[k + 3] > 200 && Math.abs(data[k] - r) + Math.abs(data[k + 1] - g) + Math.abs(data[k + 2] - b) < 24)
            found++;
        return found;
      }, variable);
  }
  overflow() {
    return this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  }
  async shoot(name) {
    await this.page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
  }
  close() {
    return this.context.close();
  }
}
