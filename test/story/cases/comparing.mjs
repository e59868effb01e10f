// Are these the same? An optimizer beside another library's, and in its words.
import assert from "node:assert/strict";
import { inHost, until } from "../host.mjs";
import { figure, says, settled } from "../panel.mjs";
import { story } from "../teller.mjs";
import { command, openFile, panel, pick } from "../workbench.mjs";

const written = (server, pattern) =>
  inHost(
    server,
    (vscode, words) =>
      vscode.workspace.textDocuments
        .filter(({ isUntitled }) => isUntitled)
        .map((document) => document.getText())
        .find((text) => text.includes(words)),
    pattern,
  );

export async function comparingStories({ server, page }) {
  const tell = (name, work) => story(name, work, page);

  await tell("Compare with another library says how much the steps differ, where and because of what", async () => {
    await openFile(page, "mnist.py");
    await command(page, "Optimizer Lab: Compare with…");
    await pick(page, /Keras.*every value as here/);
    await page.keyboard.press("Enter");
    const view = await panel(page);
    const sentence = await settled(view, /Keras \w+ (?:here differ by .* at step|make the same steps)/);
    assert.match(sentence, /^PyTorch \w+ and Keras/);
    await figure(view, "Difference of the steps").waitFor();
    await says(view, /Largest difference in step, Keras/);
  });

  await tell("Translate to Keras opens a program in its words, with the difference that remains", async () => {
    await openFile(page, "mnist.py");
    await command(page, "Optimizer Lab: Translate to…");
    await pick(page, /^Keras/);
    const text = await until("the program", () => written(server, "keras.optimizers."));
    assert.match(text, /^# PyTorch \w+ of mnist\.py:\d+, in the words of Keras 3\./);
    assert.match(text, /Tried on: Noisy quadratic/);
    await inHost(server, (vscode) => vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor"));
  });
}
