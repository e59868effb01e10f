// VS Code for the browser, made of npm packages: a tool of `npm start` and of the stories, no dependency of the project.
import fs from "node:fs";
import path from "node:path";
import { cache, mustRun, npm } from "../process.mjs";

const platform = `${process.platform}-${process.arch}`;

/** Every version in one place. code-server 4.100.3 is VS Code 1.100.3, the oldest that the extension supports. */
const versions = {
  "code-server": "4.100.3",
  [`@vscode/ripgrep-${platform}`]: "1.18.0",
  // It is made for Node 20; elsewhere that Node comes as a package too.
  ...(process.versions.node.startsWith("20.") ? {} : { [`node-${platform}`]: "20.20.2" }),
};

const folder = path.join(cache, "vscode-host");
const packages = path.join(folder, "node_modules");
const server = path.join(packages, "code-server/lib/vscode");
const flags = [
  "--ignore-scripts",
  "--engine-strict=false",
  "--no-audit",
  "--no-fund",
  "--no-progress",
  "--loglevel=error",
];

/** Native modules that every start loads; a few lines of JavaScript stand in, so that no compiler is needed. */
const standins = {
  "argon2.cjs": path.join(packages, "argon2/argon2.js"),
  "spdlog.cjs": path.join(server, "node_modules/@vscode/spdlog/index.js"),
  "native-watchdog.cjs": path.join(server, "node_modules/native-watchdog/index.js"),
};

function link(target, at) {
  fs.mkdirSync(path.dirname(at), { recursive: true });
  fs.rmSync(at, { recursive: true, force: true });
  fs.symlinkSync(target, at);
}

/** Makes sure it is there; resolves to the Node that runs it and the file to run. What is done already is left alone. */
export async function installVscode() {
  const own = path.join(packages, `node-${platform}/bin/node`);
  const manifest = path.join(folder, "package.json");
  const wanted = JSON.stringify({ name: "vscode-host", private: true, dependencies: versions }, null, 2);
  const done = path.join(folder, "installed");
  const result = () => ({
    node: fs.existsSync(own) ? own : process.execPath,
    entry: path.join(packages, "code-server/out/node/entry.js"),
  });
  if (fs.existsSync(done) && fs.readFileSync(done, "utf8") === wanted) return result();

  fs.mkdirSync(folder, { recursive: true });
  fs.rmSync(done, { force: true });
  fs.writeFileSync(manifest, wanted);
  await mustRun([...npm, "install", ...flags], { cwd: folder });
  // What code-server's own postinstall does, without fetching anything from elsewhere.
  await mustRun([...npm, "install", "--omit=dev", ...flags], { cwd: server });
  link("node_modules", path.join(server, "node_modules.asar"));
  link("code-linux.sh", path.join(server, "bin/remote-cli/code-server"));
  link("browser-linux.sh", path.join(server, "bin/helpers/browser.sh"));
  link(
    path.join(packages, `@vscode/ripgrep-${platform}/bin/rg`),
    path.join(server, "node_modules/@vscode/ripgrep/bin/rg"),
  );
  for (const [name, at] of Object.entries(standins))
    fs.copyFileSync(path.join(import.meta.dirname, "standins", name), at);
  fs.writeFileSync(done, wanted);
  return result();
}

if (process.argv[1] === import.meta.filename) console.log((await installVscode()).entry);
