// What `npm run bench` says on the screen.
import { figure, percent, ranged } from "./words.mjs";

/** One line that the next one writes over; nothing where nobody watches. */
export function say(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
const clear = () => say("");

/** Columns as wide as they need to be; all but the first to the right. */
function table(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => [...row[i]].length)));
  const cell = (text, i) => {
    const space = " ".repeat(widths[i] - [...text].length);
    return i === 0 ? text + space : space + text;
  };
  return rows.map((row) => `  ${row.map(cell).join("  ")}`.trimEnd()).join("\n");
}

/** Rows of one workload: ratios to the first of them, which is the anchor. */
export function printGroup({ title, unit, anchor, rows }) {
  clear();
  const beside = rows[anchor]?.name ?? anchor;
  console.log(`\n${title}\n  ratio to ${beside}, median of pairs (smallest–largest)`);
  const head = ["", "processor time", "by the clock", "first run, clock", `ns a ${unit}`, "pairs", ""];
  const body = Object.values(rows).map((row) =>
    row.error
      ? [row.name, "failed", "", "", "", "", row.error]
      : [
          row.name,
          ranged(row.cpu),
          figure(row.wall.median),
          figure(row.coldWall.median),
          figure(row.ns),
          String(row.pairs),
          row.ok ? "" : `wrong result ${JSON.stringify(row.check)}`,
        ],
  );
  console.log(table([head, ...body]));
  if (rows.lab?.cpu) console.log(`  the lab adds ${percent(rows.lab.cpu.median)}`);
}

/** A tree of numbers, one measurement a line. */
export function printTree(tree, indent = "") {
  clear();
  for (const [name, value] of Object.entries(tree)) {
    const list = Array.isArray(value) ? value : undefined;
    if (list) {
      console.log(`${indent}${name}`);
      for (const one of list)
        console.log(`${indent}  ${typeof one === "object" ? Object.values(one).map(figure).join(", ") : one}`);
    } else if (typeof value !== "object" || value === null) console.log(`${indent}${name}: ${figure(value)}`);
    else if (Object.values(value).every((one) => typeof one !== "object"))
      console.log(
        `${indent}${name}: ${Object.entries(value)
          .map(([of, one]) => `${of} ${figure(one)}`)
          .join(", ")}`,
      );
    else {
      console.log(`${indent}${name}`);
      printTree(value, `${indent}  `);
    }
  }
}

export function printTargets(verdicts) {
  clear();
  console.log("\nTargets");
  const body = verdicts.map(({ id, what, bound, figure: x, verdict }) => [
    `${id}  ${what}`,
    x === undefined ? "" : figure(x),
    bound,
    verdict,
  ]);
  console.log(table(body));
  const count = (verdict) => verdicts.filter((it) => it.verdict === verdict).length;
  const short = count("missed") + count("wrong result");
  console.log(`  ${count("met")} met, ${short} missed, ${count("not measured")} not measured`);
}
