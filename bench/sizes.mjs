// Bytes of what ships.
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { root } from "../scripts/process.mjs";

const kB = (bytes) => Number((bytes / 1000).toPrecision(3));

/** Kilobytes of the package and of each file in it, as it is and compressed. */
export function sizes(vsix) {
  const dist = path.join(root, "dist");
  const files = fs.readdirSync(dist).filter((name) => /\.(js|css|wasm|bin)$/.test(name));
  const sized = files.map((name) => {
    const bytes = fs.readFileSync(path.join(dist, name));
    return [name, { kB: kB(bytes.length), compressed: kB(zlib.gzipSync(bytes).length) }];
  });
  return { "optimizer-lab.vsix": { kB: kB(fs.statSync(vsix).size) }, ...Object.fromEntries(sized) };
}
