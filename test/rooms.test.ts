import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

// The walls of ARCHITECTURE.md. The compiler holds the globals; this holds the imports, types included.
const root = path.join(import.meta.dirname, "..");
const packages: Record<string, readonly string[]> = {
  "src/protocol": [],
  "src/core": [],
  "src/kernels": [],
  "src/documents": ["web-tree-sitter", "jsonc-parser"],
  "src/view": [],
  "src/worker": ["node:*"],
  "src/cli": ["node:*"],
  "src/editor": ["vscode", "node:*"],
  webview: ["chart.js", "@vscode/webview-ui-toolkit"],
};
const rooms: Record<string, readonly string[]> = {
  "src/protocol": [],
  "src/core": ["src/protocol"],
  "src/kernels": [],
  "src/documents": ["src/protocol"],
  "src/worker": ["src/protocol", "src/core", "src/documents"],
  "src/view": ["src/protocol", "src/core", "src/documents"],
  "src/cli": ["src/protocol", "src/core", "src/documents", "src/view", "src/worker"],
  "src/editor": ["src/protocol", "src/core", "src/documents", "src/view", "src/worker"],
  webview: ["src/protocol"],
};
/** Narrower than their room. */
const files: readonly { file: RegExp; never: RegExp; why: string }[] = [
  {
    file: /^src\/worker\/client\.ts$/,
    never: /^src\/core/,
    why: "the editor's end of the thread knows no mathematics",
  },
  { file: /^src\/worker\/(lead|unit)\.ts$/, never: /^src\/documents/, why: "the simulating threads read no documents" },
  { file: /^src\/worker\/reader\.ts$/, never: /^src\/core/, why: "the reading thread knows no mathematics" },
  {
    file: /^src\/core\/(optimizers|schedules|problems)\//,
    never: /^src\/core\/labs/,
    why: "labs use these, not the other way",
  },
  {
    file: /^src\/core\/optimizers\//,
    never: /^src\/core\/(schedules|train)/,
    why: "an optimizer is its update rule alone",
  },
  {
    file: /^webview\/(?!knobs\.ts)/,
    never: /^@vscode\/webview-ui-toolkit/,
    why: "a successor of the toolkit must cost one file",
  },
  { file: /^src\/editor\//, never: /^src\/worker\/(?!client)/, why: "the editor knows only its end of the threads" },
];
/** The folder of a lab that a file is in. */
const labOf = (file: string): string | undefined => /^src\/core\/labs\/(\w+)\//.exec(file)?.[1];

const walk = (folder: string): string[] =>
  readdirSync(path.join(root, folder)).flatMap((name) => {
    const inside = `${folder}/${name}`;
    return statSync(path.join(root, inside)).isDirectory() ? walk(inside) : /\.ts$/.test(name) ? [inside] : [];
  });
const statements = /(?:^(?:import|export)\b[^"`;]*?\bfrom\s*|^import\s*|\bimport\(\s*)"([^"]+)"/gm;
const importsOf = (file: string): string[] =>
  [...readFileSync(path.join(root, file), "utf8").matchAll(statements)].map(([, to]) =>
    to.startsWith(".") ? path.posix.join(path.posix.dirname(file), to) : to,
  );
const within = (room: string, file: string) => file === room || file.startsWith(`${room}/`);

const all = Object.keys(rooms).flatMap((room) => walk(room).map((file) => ({ room, file })));

test("there are files in every room", () => {
  for (const room of Object.keys(rooms))
    expect(
      all.some((entry) => entry.room === room),
      room,
    ).toBe(true);
});

test.each(all)("$file imports only what its room may", ({ room, file }) => {
  for (const to of importsOf(file)) {
    const home = Object.keys(rooms).find((other) => within(other, to));
    const allowed = home
      ? home === room || rooms[room].includes(home)
      : packages[room].some((name) => (name.endsWith("*") ? to.startsWith(name.slice(0, -1)) : to === name));
    expect(allowed, `${file} imports ${to}`).toBe(true);
    const [lab, other] = [labOf(file), labOf(to)];
    const stranger = lab !== undefined && other !== undefined && other !== lab;
    expect(stranger, `${file} imports ${to}: a lab knows no other lab`).toBe(false);
    for (const wall of files)
      if (wall.file.test(file)) expect(wall.never.test(to), `${file} imports ${to}: ${wall.why}`).toBe(false);
  }
});

test("threads have one core, that of labs.ts: a second copy of it would not know that its kernels are compiled", () => {
  const values = /^import\s+(?!type\b)[^"`;]*?\bfrom\s*"([^"]+)"/gm;
  const threads = walk("src/worker").filter((file) => !/\/(labs|client|reader|readerClient)\.ts$/.test(file));
  expect(threads.length).toBeGreaterThan(5);
  const copied = threads.flatMap((file) =>
    [...readFileSync(path.join(root, file), "utf8").matchAll(values)].flatMap(([, to]) =>
      to.includes("/core/") ? [`${file}: ${to}`] : [],
    ),
  );
  expect(copied).toEqual([]);
});
