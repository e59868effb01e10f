// Starts and stops the browser VS Code, on loopback, with folders of its own that go when it stops.
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { URLSearchParams } from "node:url";
import { mustRun, root } from "../process.mjs";
import { installVscode } from "./install.mjs";

/** No questions, no network, no suggestions: what stays is the editor. */
const settings = {
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "update.showReleaseNotes": false,
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "workbench.settings.enableNaturalLanguageSearch": false,
  "workbench.colorTheme": "Default Dark Modern",
  "chat.commandCenter.enabled": false,
  "files.autoSave": "off",
  "files.simpleDialog.enable": true,
  "git.openRepositoryInParentFolders": "never",
  "json.schemaDownload.enable": false,
  "typescript.disableAutomaticTypeAcquisition": true,
};

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const freePort = () =>
  new Promise((resolve, reject) => {
    const listener = net.createServer().once("error", reject);
    listener.listen(0, "127.0.0.1", () => {
      const { port } = listener.address();
      listener.close(() => resolve(port));
    });
  });

/** The variables of the environment that would lead it astray taken out; its caches and sockets in a folder of the run. */
function environment(run, more) {
  const strange = /^(VSCODE_|CODE_SERVER_|CS_|ELECTRON_|PORT$|PASSWORD$|HASHED_PASSWORD$|NODE_OPTIONS$)/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !strange.test(name)));
  env.EXTENSIONS_GALLERY = JSON.stringify({ serviceUrl: "" }); // no marketplace, no errors about one
  for (const kind of ["DATA_HOME", "CONFIG_HOME", "CACHE_HOME", "RUNTIME_DIR"])
    env[`XDG_${kind}`] = path.join(run, kind);
  return { ...env, ...more };
}

/** Servers that run, with their folders: whatever ends this process ends them too. */
const running = new Map();
function end(pid) {
  try {
    process.kill(-pid, "SIGKILL"); // the whole process group
  } catch {
    // already gone
  }
  fs.rmSync(running.get(pid), { recursive: true, force: true, maxRetries: 5 });
  running.delete(pid);
}
process.on("exit", () => [...running.keys()].forEach(end));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(130));

/**
 * Starts it on a workspace folder, with the extension linked from its checkout or installed from a package.
 * `prepare(run)` may put more into the folder of the run: run/extensions, run/user-data. Resolves to its address
 * (without and with the workspace), that folder, what it said so far, and stop().
 */
export async function startServer({ workspace, vsix, chosen = {}, env = {}, port, open, prepare }) {
  const { node, entry } = await installVscode();
  const run = fs.mkdtempSync(path.join(os.tmpdir(), "lab-")); // short: it holds sockets
  const extensions = path.join(run, "extensions");
  const userData = path.join(run, "user-data");
  for (const folder of [extensions, path.join(userData, "User"), path.join(run, "RUNTIME_DIR")])
    fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(run, "config.yaml"), "auth: none\ncert: false\n");
  fs.writeFileSync(path.join(userData, "User/settings.json"), JSON.stringify({ ...settings, ...chosen }, null, 2));
  const program = [node, entry, "--config", path.join(run, "config.yaml")];
  const places = ["--user-data-dir", userData, "--extensions-dir", extensions];
  prepare?.(run); // before an installation, which lists what is there
  if (vsix) {
    const said = await mustRun([...program, ...places, "--install-extension", vsix], { env: environment(run, env) });
    if (!said.includes("successfully installed")) throw new Error(`${vsix} was not installed: ${said}`);
  } else {
    const { publisher, name, version } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
    fs.symlinkSync(root, path.join(extensions, `${publisher}.${name}-${version}`));
  }
  const authority = `127.0.0.1:${port ?? (await freePort())}`;
  const quiet = ["--disable-telemetry", "--disable-update-check", "--disable-workspace-trust", "--disable-proxy"];
  const args = ["--bind-addr", authority, "--auth", "none", "--disable-getting-started-override", ...quiet, ...places];
  const child = spawn(program[0], [...program.slice(1), ...args], {
    env: environment(run, env),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // its own process group, to be ended whole
  });
  running.set(child.pid, run);
  let said = "";
  let code;
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said += data));
  const gone = new Promise((resolve) => child.once("close", (status) => resolve((code = status ?? 1))));
  const stop = async () => {
    child.kill("SIGTERM");
    await Promise.race([gone, pause(3000)]);
    if (running.has(child.pid)) end(child.pid);
  };

  const origin = `http://${authority}`;
  const answers = () =>
    fetch(`${origin}/healthz`)
      .then((answer) => answer.ok)
      .catch(() => false);
  for (let tries = 0; !(await answers()); tries++) {
    if (code !== undefined || tries > 600) {
      await stop();
      throw new Error(`VS Code did not start: ${said}`);
    }
    await pause(100);
  }
  const query = new URLSearchParams({ folder: workspace });
  if (open) query.set("payload", JSON.stringify([["openFile", `vscode-remote://${authority}${open}`]]));
  return { origin, address: `${origin}/?${query}`, run, said: () => said, gone, stop };
}
