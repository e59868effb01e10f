// The stories: the packaged extension in a real VS Code, driven through its user interface.
//   node test/story/run.mjs [file.vsix]     (without a package, it is built first)
//   STORY=words                             only the stories whose names match
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { makePackage } from "../../scripts/package.mjs";
import { root } from "../../scripts/process.mjs";
import { comparingStories } from "./cases/comparing.mjs";
import { followingStories } from "./cases/following.mjs";
import { insertingStories } from "./cases/inserting.mjs";
import { packageStories } from "./cases/package.mjs";
import { rateStories } from "./cases/rates.mjs";
import { runningStories } from "./cases/running.mjs";
import { inHost, withWorkbench } from "./host.mjs";
import { broke, close, story } from "./teller.mjs";

/** What is typed is what stands there. */
const chosen = {
  "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
  "editor.autoClosingBrackets": "never",
  "editor.wordBasedSuggestions": "off",
};

/** A workspace of its own: the examples and scripts nobody prepared. */
function newWorkspace() {
  const workspace = fs.mkdtempSync(path.join(os.tmpdir(), "lab-stories-"));
  for (const folder of ["examples", "test/story/workspace"])
    fs.cpSync(path.join(root, folder), workspace, { recursive: true });
  return workspace;
}

const workspace = newWorkspace();
try {
  const vsix = process.argv[2] ? path.resolve(process.argv[2]) : await makePackage();
  await packageStories(vsix);
  await withWorkbench({ workspace, vsix, chosen }, async ({ server, page, errors }) => {
    await inHost(server, (vscode) => vscode.commands.executeCommand("workbench.action.closeSidebar"));
    const stage = { server, page, workspace };
    await followingStories(stage);
    await insertingStories(stage);
    await comparingStories(stage);
    await rateStories(stage);
    await runningStories(stage);
    await story("neither the panel nor the extension has logged an error", () => {
      const seen = errors().map(({ text, url }) => `${text} ${url}`);
      if (seen.length) throw new Error(seen.join("\n"));
    });
  });
} catch (error) {
  broke(error);
} finally {
  fs.rmSync(workspace, { recursive: true, force: true });
}
close();
