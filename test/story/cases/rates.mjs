// The learning rate as it will really be, step by step.
import assert from "node:assert/strict";
import { until } from "../host.mjs";
import { button, figure, says, settled, tab } from "../panel.mjs";
import { story } from "../teller.mjs";
import { command, openFile, panel } from "../workbench.mjs";

export async function rateStories({ page }) {
  const tell = (name, work) => story(name, work, page);

  await tell("the learning rate is shown exactly, with the lines it comes from, and copied at every step", async () => {
    await openFile(page, "mnist.py");
    await command(page, "Optimizer Lab: Simulate optimizer");
    const view = await panel(page);
    await tab(view, "Learning rate").click();
    const sentence = await settled(view, /peak η .* at step [\d,]+.*; [\d,]+ steps/);
    const steps = Number(/; ([\d,]+) steps/.exec(sentence)[1].replaceAll(",", ""));
    await figure(view, "Weight decay per step").waitFor();
    await says(view, /Peak, warm-up ends, step [\d,]+ \(epoch \d+\)\s+[\d.e-]+\s+from line \d+/);
    await page.evaluate(() => navigator.clipboard.writeText(""));
    await button(view, /^More:/).click();
    await view.getByRole("menuitem", { name: "Copy rates at every step as CSV" }).click();
    const copied = await until("the copied rates", () => page.evaluate(() => navigator.clipboard.readText()));
    const [head, ...rows] = copied.trim().split("\n");
    assert.match(
      head,
      /^step,epoch,backbone\.learningRate,backbone\.beta1,backbone\.weightDecay,backbone\.decayPerStep,head\./,
    );
    assert.equal(rows.length, steps);
    await says(view, /Copied the rates of all [\d,]+ steps\./);
    await tab(view, "Training").click();
    await settled(view, /seeds/);
  });
}
