// Bytes of what ships.
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { root } from "../scripts/process.mjs";

const kB = (bytes) => Number((bytes / 1000).toPrecision(3));

/** Kilobytes of the package and of each file in it, as it is and compressed; the editor's side, which is read in parts, as one. */
export function sizes(vsix) {
  const dist = path.join(root, "dist");
  const names = fs.readdirSync(dist).filter((name) => /\.(js|css|wasm|bin)$/.test(name));
  const isPart = (name) => name.startsWith("chunk-");
  const parts = names.filter(isPart);
  const sized = (files) => {
    const all = files.map((name) => fs.readFileSync(path.join(dist, name)));
    const sum = (of) => kB(all.reduce((bytes, one) => bytes + of(one).length, 0));
    return { kB: sum((one) => one), compressed: sum((one) => zlib.gzipSync(one)) };
  };
  const whole = names.filter((name) => !isPart(name));
  return {
    "optimizer-lab.vsix": { kB: kB(fs.statSync(vsix).size) },
    [`the editor's side, ${parts.length} files`]: sized(parts),
    ...Object.fromEntries(whole.map((name) => [name, sized([name])])),
  };
}
