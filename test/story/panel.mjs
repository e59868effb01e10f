// What a user reads and does in the panel. Everything is found by role and name, as a screen reader would.
import { until } from "./host.mjs";

/** The sentence that answers the lab's question. */
export const answer = (panel) => panel.getByRole("status").innerText();

export const button = (panel, name) => panel.getByRole("button", { name });
export const figure = (panel, title) => panel.getByRole("figure", { name: title });
export const tab = (panel, name) => panel.getByRole("tab", { name });
/** Chooses a lab by its tab, or from the menu of those that do not fit. */
export async function chooseLab(panel, title) {
  if (await tab(panel, title).isVisible()) {
    await tab(panel, title).click();
    return;
  }
  await panel.getByRole("button", { name: /^More labs/ }).click();
  await panel.getByRole("menuitem", { name: title }).click();
}
export const slider = (panel, name) => panel.getByRole("slider", { name }).first();
export const field = (panel, name) => panel.getByRole("textbox", { name }).first();

/** Everything the panel says, as text. */
export const words = (panel) => panel.locator("#panel").innerText();

/** Waits until the panel says something. */
export const says = (panel, pattern, limit) =>
  until(`the panel to say ${pattern}`, async () => pattern.exec(await words(panel)), {
    limit,
    seen: () => words(panel),
  });

/** Waits until a run has ended whose answer matches and is not `former`; the answer. */
export const settled = (panel, pattern = /\S/, { former, limit = 60_000 } = {}) =>
  until(
    `an answer ${pattern}`,
    async () => {
      const status = panel.getByRole("status");
      const [sentence, busy] = await status.evaluate((node) => [node.innerText, node.getAttribute("aria-busy")]);
      return busy === "false" && sentence !== former && pattern.test(sentence) && sentence;
    },
    { limit, seen: () => words(panel) },
  );

/** A chart's numbers with every digit: its table's Copy, from the clipboard. The first column is x. */
export async function numbers(page, panel, title) {
  const chart = figure(panel, title);
  const toggle = chart.getByRole("button", { name: /as a table/ });
  await page.evaluate(() => navigator.clipboard.writeText(""));
  await toggle.click();
  await chart.getByRole("button", { name: "Copy" }).click();
  const copied = await until("the copied table", () => page.evaluate(() => navigator.clipboard.readText()));
  await toggle.click();
  const [head, ...rows] = copied
    .trim()
    .split("\n")
    .map((line) => line.split("\t"));
  return { head, rows: rows.map((row) => row.map(Number)) };
}

/** Types into a knob's field and commits it. */
export async function turn(panel, name, value) {
  const input = field(panel, name);
  await input.fill(value);
  await input.press("Enter");
}
