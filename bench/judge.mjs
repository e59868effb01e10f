// What was measured against what it is held to: bench/targets.json.
import fs from "node:fs";
import path from "node:path";

const { targets } = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, "targets.json"), "utf8"));

/** Goes down by key, or by id where there is a list. Undefined where nothing was measured. */
const find = (tree, keys) =>
  keys.reduce((at, key) => (Array.isArray(at) ? at.find(({ id }) => id === key) : at?.[key]), tree);
/** A row whose result is wrong has no time. */
const failed = (tree, keys) => keys.some((_, i) => find(tree, keys.slice(0, i + 1))?.ok === false);

/** One line for each target: the figure, what it is held to, and the verdict: "met", "missed", "not measured", "wrong result". */
export function judge(results) {
  return targets.map(({ id, what, at, over, most, least, is }) => {
    const bound = is !== undefined ? String(is) : most !== undefined ? `≤ ${most}` : `≥ ${least}`;
    const wrong = failed(results, at) || (over && failed(results, over));
    const value = find(results, at);
    const divisor = over ? find(results, over) : 1;
    if (value === undefined || divisor === undefined) return { id, what, bound, verdict: "not measured" };
    const figure = is !== undefined ? value : value / divisor;
    const met = is !== undefined ? figure === is : most !== undefined ? figure <= most : figure >= least;
    return { id, what, bound, figure, verdict: wrong ? "wrong result" : met ? "met" : "missed" };
  });
}
