import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { build } from "esbuild";
import { nodeIo, type Io } from "../../src/cli/io.ts";
import { program } from "../../src/cli/program.ts";

const root = path.join(import.meta.dirname, "..", "..");

/** The program with its threads in `home/dist`, as it is when installed. */
export async function buildProgram(home: string): Promise<void> {
  const dist = path.join(home, "dist");
  mkdirSync(dist);
  const source = (name: string): string => path.join(root, "src", name);
  await build({
    entryPoints: {
      lead: source("worker/lead.ts"),
      unit: source("worker/unit.ts"),
      labs: source("worker/labs.ts"),
      reader: source("worker/reader.ts"),
      cli: source("cli/main.ts"),
    },
    bundle: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"], // jsonc-parser's other build hides its parts from a bundler
    alias: { "web-tree-sitter": createRequire(import.meta.url).resolve("web-tree-sitter") }, // the other asks import.meta
    outdir: dist,
    logLevel: "error",
  });
  const copies = {
    "node_modules/web-tree-sitter/web-tree-sitter.wasm": "web-tree-sitter.wasm",
    "node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter-python.wasm": "tree-sitter-python.wasm",
    "data/digits.bin": "digits.bin",
    "data/diabetes.csv": "diabetes.csv",
    "data/breast_cancer.csv": "breast_cancer.csv",
  };
  for (const [from, to] of Object.entries(copies)) copyFileSync(path.join(root, from), path.join(dist, to));
  copyFileSync(path.join(root, "package.json"), path.join(home, "package.json"));
  writeFileSync(path.join(dist, "webview.js"), "// the panel");
  writeFileSync(path.join(dist, "webview.css"), "main {}");
}

/** Runs one command of what was built in `home`. */
export async function callProgram(home: string, argv: readonly string[]) {
  const said = { out: "", err: "" };
  const io: Io = {
    ...nodeIo(path.join(home, "dist"), process.stdout, process.stderr, process.stdin),
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    errIsTerminal: false,
  };
  const code = await program(argv, io);
  return { code, ...said };
}
