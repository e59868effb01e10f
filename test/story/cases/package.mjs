// What a user installs, and the first command of the README.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { root } from "../../../scripts/process.mjs";
import { story } from "../teller.mjs";

/** The names of a zip archive's entries, from its central directory. */
function entries(file) {
  const bytes = fs.readFileSync(file);
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06"));
  const names = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    names.push(bytes.toString("utf8", at + 46, at + 46 + name).replace(/^extension\//, ""));
    at += 46 + name + extra + comment;
  }
  return names;
}

export async function packageStories(vsix) {
  const names = entries(vsix);
  await story("the package is under 2 MB and holds what runs, what is read first and nothing else", () => {
    const size = fs.statSync(vsix).size;
    console.log(`      ${(size / 1e6).toFixed(2)} MB in ${names.length} files`);
    assert.ok(size < 2_000_000, `${size} bytes`);
    const needed = [
      "package.json",
      "dist/extension.js",
      "dist/lead.js",
      "dist/unit.js",
      "dist/labs.js",
      "dist/reader.js",
    ];
    const shown = ["dist/webview.js", "dist/webview.css", "dist/optlab.schema.json", "media/icon.png"];
    const read = ["examples/mnist.py", "dist/digits.bin", "dist/tree-sitter-python.wasm", "dist/web-tree-sitter.wasm"];
    for (const name of [...needed, ...shown, ...read]) assert.ok(names.includes(name), `${name} is missing`);
    for (const name of ["readme.md", "changelog.md", "license.txt"])
      assert.ok(
        names.some((one) => one.toLowerCase() === name),
        `${name} is missing`,
      );
    assert.deepEqual(
      names.filter((name) => /^(src|test|webview|node_modules|scripts|bench|\.cache)\/|\.map$/.test(name)),
      [],
    );
  });

  await story("the extension is activated by events, never by every start", () => {
    const { activationEvents } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
    assert.ok(activationEvents.length > 0);
    assert.ok(!activationEvents.includes("*") && !activationEvents.includes("onStartupFinished"));
  });

  await story("npm start without `code` prints an address where VS Code answers with the examples", async () => {
    const child = spawn(process.execPath, ["scripts/start.mjs", "--browser"], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const closed = new Promise((resolve) => child.once("close", resolve));
    let said = "";
    try {
      const address = await new Promise((resolve, reject) => {
        const read = (data) => {
          said += data;
          const found = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(said);
          if (found) resolve(found[0]);
        };
        child.stdout.on("data", read);
        child.stderr.on("data", read);
        void closed.then((code) => reject(new Error(`it ended with code ${code}: ${said}`)));
      });
      const answer = await fetch(address);
      assert.equal(answer.status, 200);
      assert.match(await answer.text(), /vscode-workbench-web-configuration/);
      assert.equal(new URL(address).searchParams.get("folder"), path.join(root, "examples"));
    } finally {
      child.kill("SIGINT");
      await closed;
    }
  });
}
