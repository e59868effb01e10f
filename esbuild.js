// Three builds on the same few options: the editor side with its threads, the command line, the panel.
const esbuild = require("esbuild");
const fs = require("node:fs");
const { Module } = require("node:module");
const path = require("node:path");
const { labsApart } = require("./scripts/labsApart.cjs");

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
const builds = [
  {
    ...node,
    entryPoints: {
      extension: "src/editor/extension.ts",
      lead: "src/worker/lead.ts",
      unit: "src/worker/unit.ts",
      labs: "src/worker/labs.ts",
      reader: "src/worker/reader.ts",
    },
    plugins: [labsApart],
  },
  { ...node, entryPoints: { cli: "src/cli/main.ts" }, banner: { js: "#!/usr/bin/env node" } },
  { ...common, entryPoints: { webview: "webview/main.ts" }, platform: "browser", target: "es2022", format: "iife" },
];

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
  const { compileKernels } = await import("./scripts/kernels.mjs");
  await compileKernels("dist");
  writeSchema();
  for (const [from, to] of Object.entries(copies)) fs.copyFileSync(path.normalize(from), path.join("dist", to));
  if (!watch) return Promise.all(builds.map((build) => esbuild.build(build)));
  for (const build of builds) await (await esbuild.context(build)).watch();
}
main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
