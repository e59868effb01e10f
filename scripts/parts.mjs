// Cuts what a bundle loads later into parts that are read one after the other. A module of half a megabyte holds up the thread that
// reads it for a twentieth of a second and more, which an editor's extension host must never be.
import { build } from "esbuild";
import path from "node:path";

/**
 * A split build, of which nothing is written yet: its files, and the names of the chunks in the order in which they are to be read. `most` is
 * how many bytes of code a chunk has, unless a single file has more.
 */
export async function inParts(options, most) {
  const split = { ...options, bundle: true, format: "esm", splitting: true, metafile: true, write: false };
  const whole = await build(split);
  const parts = cut(whole.metafile, Object.values(options.entryPoints), most);
  const names = parts.map((_, k) => `part-${String(k).padStart(2, "0")}`);
  const { outputFiles, metafile } = await build({
    ...split,
    entryPoints: { ...options.entryPoints, ...Object.fromEntries(names.map((name) => [name, name])) },
    plugins: [importing(parts, names)],
  });
  return { files: outputFiles.filter(({ path: file }) => !isPart(file)), chunks: chunksOf(metafile) };
}

/** Lists of files of about `most` bytes each, every file after those that it imports. What the entries import at once is left out. */
function cut({ inputs, outputs }, entries, most) {
  const bytes = new Map();
  for (const output of Object.values(outputs))
    for (const [file, { bytesInOutput }] of Object.entries(output.inputs)) bytes.set(file, bytesInOutput);
  const known = new Set();
  const later = [];
  const visit = (file, into) => {
    if (known.has(file) || !inputs[file]) return;
    known.add(file);
    for (const { path: imported, kind } of inputs[file].imports)
      if (kind === "dynamic-import") later.push(imported);
      else visit(imported, into);
    into.push(file);
  };
  for (const entry of entries) visit(entry, []);
  const order = [];
  for (const file of later) visit(file, order);
  const parts = [];
  let room = 0;
  for (const file of order) {
    const size = bytes.get(file) ?? 0;
    if (size === 0) continue;
    if (size > room) {
      parts.push([]);
      room = most;
    }
    parts.at(-1).push(file);
    room -= size;
  }
  return parts;
}

/** Entry points that import a part and all before it: the bundler makes one chunk of what each adds. */
const importing = (parts, names) => ({
  name: "parts",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^part-\d\d$/ }, ({ path: name }) => ({ path: name, namespace: "parts" }));
    onLoad({ filter: /.*/, namespace: "parts" }, ({ path: name }) => {
      const files = parts.slice(0, names.indexOf(name) + 1).flat();
      return { contents: files.map((file) => `import "./${file}";`).join("\n"), resolveDir: process.cwd() };
    });
  },
});
const isPart = (file) => /^part-\d\d\.js$/.test(path.basename(file));

/** The chunks of all parts, each after those that it imports. */
function chunksOf({ outputs }) {
  const chunks = new Set();
  const visit = (file) => {
    for (const { path: imported, kind, external } of outputs[file].imports) {
      const name = path.basename(imported);
      if (external || kind === "dynamic-import" || chunks.has(name)) continue;
      visit(imported);
      chunks.add(name);
    }
  };
  for (const file of Object.keys(outputs).filter(isPart).sort()) visit(file);
  return [...chunks];
}
