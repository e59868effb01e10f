// The same bytes everywhere: a hash of all that two runs show, by kernels, threads, first and later run, Node and Chromium.
import esbuild from "esbuild";
import fs from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import { browser as findChromium } from "../scripts/browser.mjs";
import { root } from "../scripts/process.mjs";
import { buildFolder, buildProduct, inBuild } from "./build.mjs";
import { ordered } from "./order.mjs";

const values = { learningRate: 1e-2, weightDecay: 0.01 };
/** One of each kind of work: replicates of an optimizer, and chains. */
const jobs = {
  training: {
    lab: "training",
    configuration: { framework: "torch", optimizer: "AdamW", groups: [{ name: "all", values }], batchSize: 32 },
    problem: { name: "noisy quadratic", values: { dimension: 30 } },
    controls: { steps: 500, seeds: 24 },
  },
  density: {
    lab: "stationary density",
    configuration: {
      framework: "torch",
      optimizer: "SGD",
      groups: [{ name: "all", values: { learningRate: 0.05, momentum: 0 } }],
    },
    problem: { name: "double well", values: {} },
    controls: { chains: 1000, samples: 5 },
  },
};

/** Threads of our own build know both forms of the kernels; the environment says which. */
async function inThreads(hashOf, { folder, threads, kernels }) {
  const { Simulator } = await import(inBuild("client.mjs"));
  const heard = {};
  process.env.LAB_KERNELS = kernels; // copied into threads as they start
  const simulator = new Simulator({ folder, threads, listen: (message) => heard.listen(message) });
  const passes = [];
  let run = 0;
  for (const pass of ["cold", "warm"]) {
    const hashes = [];
    for (const job of Object.values(jobs)) {
      const { frames } = await ordered(simulator, heard, { type: "run", run: ++run, seed: 1, ...job });
      hashes.push(hashOf(frames));
    }
    passes.push({ pass, hash: hashes.join(" ") });
  }
  await simulator.dispose();
  delete process.env.LAB_KERNELS;
  return passes;
}

/** Runs in the page, where `inline` is what bench/workloads/inline.mjs exports. */
const inPage = ([jobs, kernels]) => {
  const bytes = kernels && new Map(kernels.map(([name, numbers]) => [name, Uint8Array.from(numbers)]));
  window.inline.accelerate(bytes && ((name) => bytes.get(name)));
  return Object.values(jobs).map((job) => window.inline.hashOf(window.inline.framesOf(job)));
};
async function inChromium(rows) {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["bench/workloads/inline.mjs"],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "inline",
    platform: "browser",
    target: "es2022",
    logLevel: "error",
  });
  const compiled = fs.readdirSync(buildFolder).filter((name) => name.endsWith(".wasm"));
  const bytes = compiled.map((name) => [path.basename(name, ".wasm"), [...fs.readFileSync(inBuild(name))]]);
  const chrome = await chromium.launch({
    executablePath: await findChromium(),
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    for (const [kernels, given] of [
      ["plain", undefined],
      ["simd", bytes],
    ]) {
      const page = await chrome.newPage();
      await page.addScriptTag({ content: `${outputFiles[0].text}\nwindow.inline = inline;` });
      const hash = (await page.evaluate(inPage, [jobs, given])).join(" ");
      rows.push({ where: `Chromium ${chrome.version()}, one thread`, kernels, hash });
      await page.close();
    }
  } finally {
    await chrome.close();
  }
}

/** A row for each way, and whether all hashes are one. */
export async function hashes() {
  await buildProduct();
  const inline = await import(inBuild("inline.mjs"));
  const { hashOf } = inline;
  const rows = [];
  const node = `Node ${process.versions.node}`;
  for (const kernels of ["plain", "simd"]) {
    const load = (name) => fs.readFileSync(inBuild(`${name}.wasm`));
    inline.accelerate(kernels === "simd" ? load : undefined);
    const hash = Object.values(jobs).map((job) => hashOf(inline.framesOf(job)));
    rows.push({ where: `${node}, no thread`, kernels, hash: hash.join(" ") });
    for (const threads of [1, 2, 5])
      for (const { pass, hash: of } of await inThreads(hashOf, { folder: buildFolder, threads, kernels }))
        rows.push({ where: `${node}, ${threads} ${threads === 1 ? "thread" : "threads"}, ${pass}`, kernels, hash: of });
  }
  const dist = path.join(root, "dist");
  if (fs.existsSync(path.join(dist, "lead.js")))
    for (const { pass, hash } of await inThreads(hashOf, { folder: dist, threads: 2, kernels: "simd" }))
      rows.push({ where: `${node}, as packaged, ${pass}`, kernels: "as loaded", hash });
  await inChromium(rows);
  return { jobs: Object.keys(jobs), identical: new Set(rows.map(({ hash }) => hash)).size === 1, rows };
}

if (process.argv[1] === import.meta.filename) {
  const { identical, rows } = await hashes();
  console.table(rows);
  console.log(identical ? "One hash." : "The hashes differ.");
}
