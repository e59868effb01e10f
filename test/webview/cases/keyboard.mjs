import assert from "node:assert/strict";
import * as its from "../messages.mjs";

const opened = async (house, options, messages = its.training()) => {
  const panel = await house.open(options);
  await panel.send(...messages);
  return panel;
};
/** What has the focus, in a word or two. */
const focused = (panel) =>
  panel.page.evaluate(() => {
    const node = document.activeElement;
    return (node.getAttribute("aria-label") ?? node.textContent).trim().split(/[:,]/)[0];
  });
const knob = (panel, n = 0) => panel.page.locator(".knob").nth(n);
const field = (panel, n = 0) => knob(panel, n).locator("vscode-text-field");
async function type(panel, text, n = 0) {
  await field(panel, n).click();
  await panel.page.keyboard.press("Control+a");
  await panel.page.keyboard.type(text);
  await panel.page.keyboard.press("Enter");
  await panel.drawn();
}
const knobsWith = (rate) => its.showTraining(0).knobs.map((it, k) => (k ? it : its.rate(rate, 5e-4)));
const sets = async (panel) => (await panel.intents("set")).map(({ name, value }) => [name, value]);

export default [
  [
    "Tab walks the panel in its reading order",
    async (house) => {
      const panel = await opened(house);
      const order = [];
      for (let k = 0; k < 19; k++) {
        await panel.page.keyboard.press("Tab");
        order.push(await focused(panel));
      }
      assert.deepEqual(order, [
        "train.py",
        "1 of 2",
        "Save experiment",
        "Insert…",
        "More",
        "Training",
        "Hide",
        "Learning rate",
        "Show Learning rate as a table",
        "Loss",
        "Show Loss as a table",
        "Effective learning rate",
        "Show Effective learning rate as a table",
        "backbone",
        "η peak rate",
        "η peak rate",
        "line 48",
        "Reset peak rate",
        "β₁ momentum",
      ]);
      return panel;
    },
  ],
  [
    "in a narrow panel the knobs come before the charts for the keyboard, too",
    async (house) => {
      const panel = await opened(house, { width: 420 });
      const order = await panel.page.locator("#work > *").evaluateAll((nodes) => nodes.map((node) => node.tagName));
      assert.deepEqual(order, ["ASIDE", "DIV"]);
      assert.match(await panel.text("summary"), /η 1e-3 · β₁ 0\.9 · β₂ 0\.999 · ε 1e-8 · λ 0\.01/);
      assert.equal(await field(panel).isVisible(), false);
      await panel.page.keyboard.press("Alt+k");
      assert.equal(await field(panel).isVisible(), true);
      assert.equal(await focused(panel), "η peak rate");
      await panel.shoot("narrow-unfolded");
      assert.ok((await panel.overflow()) <= 0);
      return panel;
    },
  ],
  [
    "tabs are one stop, moved through by arrows",
    async (house) => {
      const panel = await opened(house);
      await panel.page.getByRole("tab", { name: "Training" }).focus();
      await panel.page.keyboard.press("ArrowRight");
      assert.equal(await focused(panel), "Stationary density");
      await panel.page.keyboard.press("Enter");
      assert.deepEqual(await panel.intents("choose"), [{ type: "choose", lab: "stationaryDensity" }]);
      return panel;
    },
  ],
  [
    "arrows move a slider by a hundredth of its range, with Shift by a tenth, Home to the code's value",
    async (house) => {
      const panel = await opened(house);
      const slider = knob(panel).locator("input[type=range]");
      await slider.focus();
      assert.equal(await slider.getAttribute("aria-valuetext"), "1e-3, was 5e-4");
      await panel.page.keyboard.press("ArrowRight");
      await panel.drawn();
      await panel.page.keyboard.press("Shift+ArrowRight");
      await panel.drawn();
      await panel.page.keyboard.press("Home");
      await panel.drawn();
      // Six decades: a hundredth is a factor of 10^0.06, a tenth 10^0.6; three digits.
      assert.deepEqual(await sets(panel), [
        ["learningRate", 1.15e-3],
        ["learningRate", 4.58e-3],
        ["learningRate", 5e-4],
      ]);
      assert.equal(await slider.getAttribute("aria-valuetext"), "5e-4");
      await panel.shoot("slider-focus");
      return panel;
    },
  ],
  [
    "a dragged slider sends no more than one value a frame, the last one last",
    async (house) => {
      const panel = await opened(house);
      const sent = await knob(panel)
        .locator("input[type=range]")
        .evaluate(async (input) => {
          for (let k = 0; k < 50; k++) {
            input.value = String(0.3 + k / 1000);
            input.dispatchEvent(new window.Event("input"));
          }
          await new Promise((done) => window.requestAnimationFrame(() => window.requestAnimationFrame(done)));
          return window.intents.filter(({ type }) => type === "set").map(({ value }) => value);
        });
      assert.deepEqual(sent, [1.24e-4]);
      return panel;
    },
  ],
  [
    "a decay's slider is even in decades of 1 − β and says its averaging window",
    async (house) => {
      const panel = await opened(house);
      const at = (n) =>
        knob(panel, n)
          .locator("input[type=range]")
          .evaluate((input) => Number(input.value));
      assert.ok(Math.abs((await at(1)) - 1 / 4) < 1e-9 && Math.abs((await at(2)) - 3 / 5) < 1e-9);
      assert.equal(await knob(panel, 1).locator(".origin").innerText(), "PyTorch default · 10 steps");
      assert.equal(await knob(panel, 2).locator(".origin").innerText(), "PyTorch default · 1,000 steps");
      return panel;
    },
  ],
  [
    "typed arithmetic is read, kept as typed, and said where it lies beyond the slider",
    async (house) => {
      const panel = await opened(house);
      for (const text of ["3e-4", "1/4", "2**-7", "0.1 * 256 / 32", "-2**2 + 5", "12"]) await type(panel, text);
      assert.deepEqual(
        (await sets(panel)).map(([, value]) => value),
        [3e-4, 0.25, 2 ** -7, 0.8, 1, 12],
      );
      assert.match(await knob(panel).locator(".origin").innerText(), /Beyond the slider’s 1/);
      await type(panel, "1/3");
      await panel.send(its.showTraining(2, { knobs: knobsWith(1 / 3) }));
      assert.equal(await field(panel).evaluate((it) => it.value), "1/3");
      return panel;
    },
  ],
  [
    "text that is no number changes nothing and says so",
    async (house) => {
      const panel = await opened(house);
      for (const text of ["fast", "1/0", "3e", "(2", "1 2"]) {
        await type(panel, text);
        assert.match(await knob(panel).locator(".origin").innerText(), /not a number; the last value stands/);
      }
      assert.deepEqual(await sets(panel), []);
      return panel;
    },
  ],
  [
    "origins say where a value stands: a line, a default, an expression that was not resolved",
    async (house) => {
      const panel = await opened(house);
      const origins = await panel.page.locator(".knob .origin").allInnerTexts();
      assert.deepEqual(
        origins.slice(0, 5).map((text) => text.replace(/\s+/g, " ").trim()),
        [
          "was 5e-4, line 48 Reset",
          "PyTorch default · 10 steps",
          "PyTorch default · 1,000 steps",
          "cfg.eps not resolved; default",
          "line 49",
        ],
      );
      await knob(panel, 4).getByRole("button", { name: "line 49" }).click();
      await panel.page.getByRole("button", { name: "Reset peak rate" }).click();
      assert.deepEqual(await panel.intents("reveal"), [{ type: "reveal", line: 49 }]);
      assert.deepEqual(await panel.intents("reset"), [{ type: "reset", of: "optimizer", name: "learningRate" }]);
      return panel;
    },
  ],
  [
    "what comes back while a slider is dragged does not pull it away",
    async (house) => {
      const panel = await opened(house);
      const slider = knob(panel).locator("input[type=range]");
      await slider.focus();
      await panel.page.keyboard.press("ArrowRight");
      await panel.page.keyboard.press("ArrowRight");
      await panel.send(
        its.showTraining(2, { knobs: its.showTraining(2).knobs.map((it, k) => (k ? it : its.rate(1.15e-3, 5e-4))) }),
      );
      assert.equal(await field(panel).evaluate((it) => it.value), "1.32e-3");
      return panel;
    },
  ],
  [
    "choices, flags, problems and groups are one intent each",
    async (house) => {
      const panel = await opened(house, {}, its.density());
      await panel.page.getByText("Nesterov momentum").click();
      const pick = async (label, option) => {
        await panel.page.locator(`vscode-dropdown[aria-label="${label}"]`).click();
        await panel.page.locator(`vscode-dropdown[aria-label="${label}"] vscode-option`, { hasText: option }).click();
      };
      await pick("α shown", "1/10, as noted");
      await panel.drawn();
      assert.deepEqual(await sets(panel), [
        ["nesterov", 1],
        ["alpha", 1],
      ]);
      await panel.send(...its.training(2));
      await pick("Problem", "Digits, softmax regression");
      await panel.page.getByRole("button", { name: "backbone" }).click();
      await panel.page.getByRole("menuitemradio", { name: "head" }).click();
      assert.deepEqual(await panel.intents("problem"), [{ type: "problem", name: "softmax digits" }]);
      assert.deepEqual(await panel.intents("group"), [{ type: "group", index: 1 }]);
      return panel;
    },
  ],
  [
    "the schedule's knobs are folded under their own heading",
    async (house) => {
      const panel = await opened(house);
      const warmUp = panel.page.locator(".schedule .knob");
      assert.equal(await warmUp.isVisible(), false);
      await panel.page.locator(".schedule summary").click();
      assert.equal(await warmUp.isVisible(), true);
      await warmUp.locator("input[type=range]").focus();
      await panel.page.keyboard.press("ArrowRight");
      await panel.drawn();
      assert.deepEqual((await panel.intents("set"))[0], { type: "set", of: "schedule", name: "warmUp", value: 400 });
      return panel;
    },
  ],
  [
    "a formula is typed over the whole width, said once, and reset; rare knobs are folded under More",
    async (house) => {
      const panel = await house.open({ width: 720, scale: 1.5 });
      const text = { name: "loss", symbol: "L(θ)", label: "loss", meaning: "The loss.", original: "x^2" };
      const bins = {
        of: "lab",
        name: "bins",
        hyperparameter: {
          symbol: "K",
          label: "Bins",
          meaning: "",
          default: 0,
          range: [0, 9],
          scale: "integer",
          rare: true,
        },
        value: 0,
        original: 0,
        origin: { kind: "control" },
      };
      const show = (value) => {
        const [first, ...rest] = its.density();
        return [{ ...first, texts: [{ ...text, value }], knobs: [...first.knobs, bins] }, ...rest];
      };
      await panel.send(...show("x^2"));
      const field = panel.page.locator(".formula vscode-text-field input");
      await field.fill("x^4/4 - x^2/2");
      await field.press("Enter");
      assert.deepEqual(await panel.intents("write"), [{ type: "write", name: "loss", text: "x^4/4 - x^2/2" }]);
      await panel.send(...show("x^4/4 - x^2/2"));
      assert.match(await panel.text(".formula .origin"), /was x\^2/);
      await panel.shoot("formula");
      await panel.page.getByRole("button", { name: "Reset loss" }).click();
      assert.equal((await panel.intents("write")).at(-1).text, "x^2");
      const rare = panel.page.locator(".field", { hasText: "Bins" });
      assert.equal(await rare.isVisible(), false);
      await panel.page.locator("details.more summary").click();
      assert.equal(await rare.isVisible(), true);
      return panel;
    },
  ],
  [
    "Alt+G goes to the code, P pins, and a click on the place or the optimizers asks the editor",
    async (house) => {
      const panel = await opened(house);
      await panel.page.keyboard.press("Alt+g");
      await panel.page.keyboard.press("p");
      await panel.page.getByRole("button", { name: "train.py:48" }).first().click();
      await panel.page.getByRole("button", { name: "1 of 2" }).click();
      await panel.shoot("choices");
      await panel.page.keyboard.press("ArrowDown");
      await panel.page.keyboard.press("Enter");
      assert.equal((await panel.intents("reveal")).length, 2);
      assert.deepEqual(await panel.intents("pin"), [{ type: "pin", on: true }]);
      assert.deepEqual(await panel.intents("pick"), [{ type: "pick", index: 1 }]);
      return panel;
    },
  ],
  [
    "a field keeps the focus when a later run is remarked on otherwise, and the remark is the new one",
    async (house) => {
      const panel = await opened(house);
      await field(panel).click();
      const notes = [{ hyperparameter: "learningRate", text: "Twice what is stable." }];
      await panel.send(...its.training(2, { notes }));
      assert.equal(await focused(panel), "η peak rate");
      assert.match(await knob(panel).locator("span.label").getAttribute("title"), /Twice what is stable/);
      return panel;
    },
  ],
];
