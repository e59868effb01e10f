// The panel in headless Chromium, fed recorded messages: `node test/webview/run.mjs [part of a name]`.
import axes from "./cases/axes.mjs";
import charts from "./cases/charts.mjs";
import content from "./cases/content.mjs";
import exports from "./cases/exports.mjs";
import keyboard from "./cases/keyboard.mjs";
import maps from "./cases/maps.mjs";
import states from "./cases/states.mjs";
import thinning from "./cases/thinning.mjs";
import { openHouse } from "./panel.mjs";

const wanted = process.argv[2] ?? "";
const cases = [...content, ...states, ...charts, ...maps, ...axes, ...thinning, ...keyboard, ...exports].filter(
  ([name]) => name.includes(wanted),
);
const house = await openHouse();
let [passed, failed] = [0, 0];
const queue = [...cases];

async function drain() {
  for (let next = queue.shift(); next; next = queue.shift()) {
    const [name, run] = next;
    try {
      const panel = await run(house);
      const { errors } = panel;
      await panel.close();
      if (errors.length) throw new Error(`The console says: ${errors.join("; ")}`);
      passed++;
      console.log(`✓ ${name}`);
    } catch (error) {
      failed++;
      console.log(`✗ ${name}\n${error.stack}\n`);
    }
  }
}
await Promise.all([drain(), drain()]);
await house.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
