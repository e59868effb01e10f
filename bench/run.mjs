// `npm run bench`: measures and prints, and judges nothing. Numbers go to bench/results.json too.
//   npm run bench -- threads     only simulating and reading
//   npm run bench -- optimizers  only nanoseconds per parameter and step of every optimizer
//   npm run bench -- editor      only the real VS Code
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import zlib from "node:zlib";
import { makePackage } from "../scripts/package.mjs";
import { root } from "../scripts/process.mjs";

const asked = process.argv.slice(2);
const wants = (part) => asked.length === 0 || asked.includes(part);
const results = { machine: `${os.cpus()[0].model}, ${os.availableParallelism()} threads, Node ${process.version}` };

/** Prints a tree of numbers, one measurement a line. */
function print(tree, indent = "") {
  for (const [name, value] of Object.entries(tree)) {
    const leaf = typeof value !== "object" || Object.values(value).every((one) => typeof one !== "object");
    const figures =
      typeof value === "object"
        ? Object.entries(value)
            .map(([of, one]) => `${of} ${one}`)
            .join(", ")
        : value;
    if (leaf) console.log(`${indent}${name}: ${figures}`);
    else {
      console.log(`${indent}${name}`);
      print(value, `${indent}  `);
    }
  }
}
async function measure(name, work) {
  results[name] = await work();
  print({ [name]: results[name] });
}

const kB = (bytes) => `${(bytes / 1000).toFixed(0)} kB`;
function sizes() {
  const dist = path.join(root, "dist");
  const files = fs.readdirSync(dist).filter((name) => /\.(js|css|wasm|bin)$/.test(name));
  const sized = files.map((name) => {
    const bytes = fs.readFileSync(path.join(dist, name));
    return [name, `${kB(bytes.length)}, compressed ${kB(zlib.gzipSync(bytes).length)}`];
  });
  return { "optimizer-lab.vsix": kB(fs.statSync(vsix).size), ...Object.fromEntries(sized) };
}

console.log(results.machine);
const packaged = asked.length === 0 || wants("threads") || wants("editor");
const vsix = packaged ? await makePackage() : undefined;
if (packaged) await measure("sizes", sizes);
if (wants("optimizers")) {
  const { optimizerTimes } = await import("./optimizers.mjs");
  await measure("ns per parameter and step", optimizerTimes);
}
if (wants("threads")) {
  const { reading, simulating } = await import("./threads.mjs");
  await measure("simulating", simulating);
  await measure("reading, ms", reading);
}
if (wants("editor")) {
  const { inEditor } = await import("./editor.mjs");
  await measure("in VS Code, ms", () => inEditor(vsix));
}
fs.writeFileSync(path.join(root, "bench/results.json"), `${JSON.stringify(results, null, 2)}\n`);
