// What a user does in VS Code and sees there.
import path from "node:path";
import { extensionId, inHost, until } from "./host.mjs";

const quick = (page) => page.locator(".quick-input-widget:visible");
const rows = (page) => quick(page).locator(".monaco-list-row");

/**
 * Types into quick open or the palette and takes the first row with this text; again when the workbench swallowed a key, or closed the
 * box because something else was opened meanwhile.
 */
async function choose(page, key, text, label) {
  let tries = 0;
  await until(`${label} to be offered`, async () => {
    if (tries++) await page.keyboard.press("Escape");
    await page.keyboard.press(key);
    const box = quick(page).locator("input[type=text]").first();
    await box.waitFor({ timeout: 3000 });
    await box.fill(text, { timeout: 2000 });
    const row = rows(page).filter({ hasText: label }).first();
    await row.waitFor({ timeout: 3000 });
    await row.click({ timeout: 3000 });
    return true;
  });
}

/** Opens a file of the workspace by quick open, where the code is. */
export async function openFile(page, name) {
  await page.keyboard.press("Control+1"); // a click into the panel has made its group the active one
  const base = path.basename(name);
  await choose(page, "Control+P", name, base);
  await page.locator(`.tab.active[data-resource-name="${base}"]`).waitFor();
  await editor(page, base).locator(".view-line").first().waitFor();
}

/** Runs a command from the palette by its whole title: "Optimizer Lab: Simulate optimizer". */
export const command = (page, title) => choose(page, "F1", `>${title}`, title);

/** Takes an entry of the list that is open now. */
export async function pick(page, label) {
  await rows(page).filter({ hasText: label }).first().click();
}

/** Gives the file dialog that is about to open another path than the one it offers. */
export async function saveAs(page, offered, full) {
  const box = quick(page).locator("input[type=text]").first();
  await until(`${offered} to be offered`, async () => (await box.inputValue()).endsWith(offered));
  await box.fill(full);
  await until("the dialog to close", async () => {
    if ((await box.isVisible()) && (await box.inputValue()) === full) await page.keyboard.press("Enter");
    return !(await box.isVisible());
  });
}

/** The editor that shows a file. */
export const editor = (page, name) => page.locator(`.editor-instance .monaco-editor[data-uri$="${name}"]`).first();

/** The lenses painted now, with plain spaces. */
export async function lenses(page) {
  const texts = await page.locator(".codelens-decoration a").allInnerTexts();
  return texts.map((text) => text.replaceAll("\u00a0", " "));
}

/** A document's text as the extension host holds it. */
export const text = (server, name) =>
  inHost(
    server,
    (vscode, end) => vscode.workspace.textDocuments.find((document) => document.uri.path.endsWith(end))?.getText(),
    name,
  );

/** Selects the first occurrence of a string in a file by clicking nothing: the cursor is where a user would have put it. */
export const select = (server, name, string) =>
  inHost(
    server,
    async (vscode, [end, wanted]) => {
      const document = vscode.workspace.textDocuments.find((one) => one.uri.path.endsWith(end));
      const at = document.getText().indexOf(wanted);
      if (at < 0) throw new Error(`${end} does not hold ${wanted}`);
      const range = new vscode.Range(document.positionAt(at), document.positionAt(at + wanted.length));
      const column = vscode.window.visibleTextEditors.find((one) => one.document === document)?.viewColumn;
      await vscode.window.showTextDocument(document, { selection: range, viewColumn: column, preview: false });
    },
    [name, string],
  );

/** Puts the focus into the editor of a file, where its selection is. */
export async function focusEditor(page, name) {
  await page.locator(`.tab[data-resource-name="${name}"]`).first().click();
  await until(`the focus in ${name}`, () =>
    page
      .evaluate(() => document.activeElement?.closest(".monaco-editor")?.getAttribute("data-uri") ?? "")
      .then((uri) => uri.endsWith(name)),
  );
}

/** Replaces the first occurrence of a string by typing over it. */
export async function typeOver(server, page, name, old, fresh) {
  await select(server, name, old);
  await focusEditor(page, name);
  await page.keyboard.type(fresh);
  await until(`${fresh} in ${name}`, async () => (await text(server, name)).includes(fresh));
}

/** The document that the extension wrote into its webview, or undefined. */
export async function findPanel(page) {
  for (const frame of page.frames().reverse()) {
    const outer = frame.parentFrame();
    if (!outer?.url().includes(`extensionId=${extensionId}`) || frame.isDetached()) continue;
    const id = await frame.frameElement().then(
      (element) => element.getAttribute("id"),
      () => null,
    );
    if (id === "active-frame" && (await frame.locator("#panel").count())) return frame;
  }
  return undefined;
}

/** Waits for the panel. */
export const panel = (page) => until("the panel", () => findPanel(page));

/** Every notification toast that is on the screen. */
export const toasts = (page) => page.locator(".notification-list-item-message").allInnerTexts();

/** Which of a frame's canvases are painted: pixels that are not transparent, and distinct colours. */
export const canvases = (frame) =>
  frame.locator("canvas").evaluateAll((all) =>
    all.map((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const colours = new Set();
      let painted = 0;
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] === 0) continue;
        painted++;
        colours.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
      }
      return { width: canvas.width, height: canvas.height, painted, colours: colours.size };
    }),
  );
