// `npm start`: installs, builds and opens the extension in VS Code on the examples.
//   --browser   the browser VS Code even when `code` is on the PATH
//   --port N    its port on loopback
import path from "node:path";
import { parseArgs } from "node:util";
import { install } from "./install.mjs";
import { mustRun, npm, onPath, root, run } from "./process.mjs";
import { startServer } from "./vscode/server.mjs";

const { values } = parseArgs({ options: { browser: { type: "boolean" }, port: { type: "string" } } });
const examples = path.join(root, "examples");
const first = path.join(examples, "mnist.py");

try {
  console.log("Installing packages …");
  await install();
  console.log("Building …");
  await mustRun([...npm, "run", "--silent", "build"]);

  const code = values.browser ? undefined : onPath("code");
  if (code) {
    console.log("Opening VS Code on the examples.");
    const { code: status } = await run([code, `--extensionDevelopmentPath=${root}`, examples, first], { show: true });
    process.exit(status);
  }
  console.log("Starting a browser VS Code (the first time it is installed: half a minute or more) …");
  const server = await startServer({ workspace: examples, port: values.port, open: first });
  console.log(`\nOptimizer Lab runs at ${server.address}\nOpen it in a browser on this machine. Ctrl+C stops it.`);
  process.exitCode = await server.gone;
} catch (error) {
  console.error(error.message); // whole sentences, with what the failed command said
  process.exitCode = 1;
}
