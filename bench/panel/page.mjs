// What runs in the page: one way of drawing, chosen by the address, timed from its data to the last pixel.
import { anchor } from "./anchors.mjs";
import { chartAlone, wholeFigure } from "./ours.mjs";

const lines = 4;
const shift = 50;
/** Four noisy lines, `from` steps on: a decay, each with an oscillation of its own. */
function columns(points, from) {
  const x = Float64Array.from({ length: points }, (_, i) => i + from);
  const line = (k) => x.map((t) => Math.exp((-3 * t) / points) + 0.05 * Math.sin(t * (0.9 + k)) + k * 0.3 + 0.1);
  return Array.from({ length: lines }, (_, k) => [x, line(k)]);
}
const kinds = {
  defaults: () => anchor({}),
  lean: () => anchor({ lean: true }),
  decimation: () => anchor({ lean: true, decimation: true }),
  chart: chartAlone,
  figure: wholeFigure,
};
/** Reading one pixel back waits until all before it is painted. */
const flush = () => document.querySelector("canvas").getContext("2d").getImageData(0, 0, 1, 1).data[0];

/** Milliseconds of the first painting in this page, and of each of some updates. */
window.measure = async (kind, points, updates) => {
  const first = columns(points, 0);
  const later = Array.from({ length: updates }, (_, k) => columns(points, (k + 1) * shift));
  const made = kinds[kind]();
  await new Promise(window.requestAnimationFrame);
  let from = performance.now();
  made.draw(first);
  flush();
  const took = { first: performance.now() - from, updates: [] };
  for (const data of later) {
    await new Promise(window.requestAnimationFrame);
    from = performance.now();
    made.update(data);
    flush();
    took.updates.push(performance.now() - from);
  }
  return took;
};
