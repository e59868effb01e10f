// Other programs, run to their end.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** What is installed on demand and is no package of the project: an ignored folder of the checkout, or OPTIMIZER_LAB_CACHE. */
export const cache = path.resolve(process.env.OPTIMIZER_LAB_CACHE ?? path.join(root, ".cache"));

/** Command and first arguments of the npm that runs us, or of the one on the PATH. */
export const npm = process.env.npm_execpath?.endsWith(".js")
  ? [process.execPath, process.env.npm_execpath]
  : [process.platform === "win32" ? "npm.cmd" : "npm"];

/** Seconds with one decimal, for headlines. */
export const seconds = (from) => `${((performance.now() - from) / 1000).toFixed(1)} s`;

/** Runs a command with nobody to ask; resolves to { code, output } with both streams in order of arrival. */
export function run([command, ...args], { cwd = root, env = process.env, show = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32" && !command.endsWith(".exe"),
    });
    let output = "";
    for (const [stream, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      stream.setEncoding("utf8");
      stream.on("data", (text) => {
        output += text;
        if (show) to.write(text);
      });
    }
    child.once("error", (error) => resolve({ code: 127, output: `${command}: ${error.message}` }));
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Like run, but a failure is thrown together with everything the command said. */
export async function mustRun(argv, options) {
  const { code, output } = await run(argv, options);
  if (code !== 0) throw new Error(`${argv.join(" ")} ended with code ${code}.\n${output.trim()}`);
  return output;
}

/** The full path of a program on the PATH, or undefined. */
export function onPath(name) {
  const endings = process.platform === "win32" ? [".exe", ".cmd", ""] : [""];
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      if (folder && fs.existsSync(file) && fs.statSync(file).isFile()) return file;
    }
  }
  return undefined;
}
