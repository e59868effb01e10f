// The programs that are set side by side, and which of them this machine has.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { onPath, root } from "../scripts/process.mjs";
import { inBuild } from "./build.mjs";

const bench = (name) => path.join(root, "bench", name);
const files = { W1: "langevin", W2: "adam", W3: "panel", W4: "digits" };

/** Debian's own before a Python that something else put on the PATH: that is where its NumPy and PyTorch are. */
function findPython(module) {
  const candidates = [process.env.LAB_PYTHON, "/usr/bin/python3", onPath("python3"), onPath("python")];
  for (const python of new Set(candidates.filter((it) => it && fs.existsSync(it)))) {
    const { status, stdout } = spawnSync(python, ["-c", `import ${module}; print(${module}.__version__)`], {
      encoding: "utf8",
    });
    if (status === 0) return { python, version: stdout.trim() };
  }
  return undefined;
}
function findTfjs() {
  const require = createRequire(bench(".tools/any.js"));
  const has = (name) => {
    try {
      return require(`${name}/package.json`).version;
    } catch {
      return undefined;
    }
  };
  const version = has("@tensorflow/tfjs");
  return version && { version, wasm: has("@tensorflow/tfjs-backend-wasm") !== undefined };
}

/** Versions of what is there, and how to come by what is not. */
export function lookUp(compiler) {
  const numpy = findPython("numpy");
  const torch = findPython("torch");
  const tfjs = findTfjs();
  const missing = [
    ...(compiler
      ? []
      : ["C: no compiler found; ratios are to the product's own SIMD rows (on Debian: apt-get install gcc)"]),
    ...(numpy ? [] : ["NumPy: not installed (on Debian: apt-get install python3-numpy)"]),
    ...(torch ? [] : ["PyTorch: not installed (on Debian: apt-get install python3-torch)"]),
    ...(tfjs
      ? []
      : [
          "TensorFlow.js: not installed (npm install --prefix bench/.tools @tensorflow/tfjs @tensorflow/tfjs-backend-wasm)",
        ]),
  ];
  return { compiler, numpy, torch, tfjs, missing };
}

/**
 * Command and environment of a row: "c", "c-128", "simd", "plain", "numpy", "torch-f64", "tfjs-wasm" …; undefined where this machine does
 * not have it. `sizes` are those of bench/anchor.mjs.
 */
export function program(row, workload, repetitions, { sizes = [], threads, found }) {
  const [name, of] = workload.split("/");
  const own = of === undefined ? [] : [of];
  const rest = [...own, repetitions, ...sizes].map(String);
  if (/^c(-|$)/.test(row)) {
    const argv = [inBuild(`${files[name]}${row.slice(1)}`), ...rest];
    return found.compiler && fs.existsSync(argv[0]) && { argv };
  }
  if (row === "numpy" || row.startsWith("torch")) {
    const python = (row === "numpy" ? found.numpy : found.torch)?.python;
    return python && { argv: [python, bench(`python/${files[name]}.py`), row, ...rest] };
  }
  if (row.startsWith("tfjs")) {
    const there = row === "tfjs-wasm" ? found.tfjs?.wasm : found.tfjs;
    const argv = [process.execPath, bench("tfjs.mjs"), row.slice(5), workload, repetitions, ...sizes].map(String);
    return there && { argv };
  }
  const env = { LAB_KERNELS: row.startsWith("plain") ? "plain" : "simd", LAB_BENCH_BUILT: "1" };
  if (threads !== undefined) env.LAB_THREADS = String(threads);
  const file = row.startsWith("lab") ? "through.mjs" : "anchor.mjs";
  return { argv: [process.execPath, bench(file), workload, repetitions, ...sizes].map(String), env };
}

/** The answer of one run of a program. */
export function answer({ argv: [command, ...args], env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let [said, complaint] = ["", ""];
    child.stdout.on("data", (text) => (said += text));
    child.stderr.on("data", (text) => (complaint += text));
    child.once("error", reject);
    child.once("close", () => {
      const line = said.split("\n").find((text) => text.startsWith("PERF "));
      if (line) resolve(JSON.parse(line.slice(5)));
      else reject(new Error(complaint.trim().split("\n").at(-1) || `${path.basename(command)} did not answer.`));
    });
  });
}
