// Three builds on the same few options: the editor side with its threads, the command line, the panel.
const esbuild = require("esbuild");
const fs = require("node:fs");
const { Module } = require("node:module");
const path = require("node:path");

const production = process.argv.includes("--production");
const watch = process.argv.includes("--watch");
const common = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : "linked",
  outdir: "dist",
  logLevel: "info",
};
const node = {
  ...common,
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["vscode"],
  mainFields: ["module", "main"], // jsonc-parser's "main" is UMD, which cannot be bundled
  alias: { "web-tree-sitter": require.resolve("web-tree-sitter") }, // its ES module asks import.meta, which CommonJS lacks
};
const editor = { ...node, entryPoints: { extension: "src/editor/extension.ts" } };
const builds = [
  {
    ...node,
    entryPoints: {
      lead: "src/worker/lead.ts",
      unit: "src/worker/unit.ts",
      labs: "src/worker/labs.ts",
      reader: "src/worker/reader.ts",
    },
  },
  { ...node, entryPoints: { cli: "src/cli/main.ts" }, banner: { js: "#!/usr/bin/env node" } },
  { ...common, entryPoints: { webview: "webview/main.ts" }, platform: "browser", target: "es2022", format: "iife" },
];

/** Bytes of the parts in which the editor's side is read: some ten milliseconds each at most, on a slow machine. */
const mostOfPart = 45_000;
/**
 * The editor's side: VS Code parses no more than the wiring when it activates. What is imported later stands in chunks, which
 * src/editor/parts.ts reads one after the other, by the list in parts.json. The bundler splits modules of the language alone; each is
 * then made one of Node's.
 */
async function buildEditor() {
  const { inParts } = await import("./scripts/parts.mjs");
  for (const name of fs.readdirSync("dist")) if (name.startsWith("chunk-")) fs.rmSync(path.join("dist", name));
  const { files, chunks } = await inParts({ ...editor, chunkNames: "chunk-[hash]", logLevel: "error" }, mostOfPart);
  for (const { path: file, text } of files) {
    const { code } = await esbuild.transform(text, {
      format: "cjs",
      platform: "node",
      target: node.target,
      minify: true,
      supported: { "dynamic-import": false }, // require: VS Code sends each import through another thread
    });
    fs.writeFileSync(file, code);
  }
  fs.writeFileSync("dist/parts.json", `${JSON.stringify(chunks)}\n`);
}

/** Files used as they are: the parser, its grammar, the data. The kernels beside them are compiled. */
const copies = {
  "node_modules/web-tree-sitter/web-tree-sitter.wasm": "web-tree-sitter.wasm",
  "node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter-python.wasm": "tree-sitter-python.wasm",
  "data/digits.bin": "digits.bin",
  "data/diabetes.csv": "diabetes.csv",
  "data/breast_cancer.csv": "breast_cancer.csv",
};

/** The schema of experiment files: its frame, filled from the lists of the source. */
function writeSchema() {
  const entryPoints = ["src/view/experimentSchema.ts"];
  const { outputFiles } = esbuild.buildSync({
    ...node,
    entryPoints,
    sourcemap: false,
    write: false,
    logLevel: "error",
  });
  const made = new Module("experimentSchema");
  made._compile(outputFiles[0].text, "experimentSchema.js");
  const frame = JSON.parse(fs.readFileSync("schemas/frame.json", "utf8"));
  fs.writeFileSync("dist/optlab.schema.json", `${JSON.stringify(made.exports.experimentSchema(frame))}\n`);
}

async function main() {
  fs.mkdirSync("dist", { recursive: true });
  fs.rmSync("dist/parts.json", { force: true }); // a build in one piece has none
  const { compileKernels } = await import("./scripts/kernels.mjs");
  await compileKernels("dist");
  writeSchema();
  for (const [from, to] of Object.entries(copies)) fs.copyFileSync(path.normalize(from), path.join("dist", to));
  if (production) return Promise.all([buildEditor(), ...builds.map((build) => esbuild.build(build))]);
  if (!watch) return Promise.all([editor, ...builds].map((build) => esbuild.build(build)));
  for (const build of [editor, ...builds]) await (await esbuild.context(build)).watch();
}
main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
