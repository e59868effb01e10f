// docs/performance.md and its charts, all of it from bench/results.json.
import fs from "node:fs";
import path from "node:path";
import { root } from "../../scripts/process.mjs";
import { chart } from "./chart.mjs";
import { figure, percent, ranged } from "./words.mjs";

const images = path.join(root, "docs/images");
const bold = (row, text) => (/^(simd|plain|lab)/.test(row) ? `**${text}**` : text);

/** Rows of one workload as a table of ratios. */
function groupTable({ title, unit, anchor, rows }) {
  const body = Object.entries(rows).map(([id, row]) => {
    if (row.error) return `| ${row.name} | failed | | | | |`;
    const cells = [ranged(row.cpu), figure(row.wall.median), figure(row.coldWall.median), figure(row.ns), row.pairs];
    return `| ${bold(id, row.name)} | ${cells.join(" | ")} |${row.ok ? "" : " does not pass the check"}`;
  });
  return `### ${title}

| ratio to ${rows[anchor].name} | processor time | by the clock | first run, by the clock | ns a ${unit} | pairs |
| --- | ---: | ---: | ---: | ---: | ---: |
${body.join("\n")}
`;
}

/** Rows that beat the product's own, so that no table hides them. */
function lost(groups) {
  const lines = Object.values(groups).flatMap(({ title, rows }) => {
    const own = rows.simd?.cpu?.median;
    if (own === undefined) return [];
    const others = Object.entries(rows).filter(([id]) => !/^(simd|plain)/.test(id));
    const faster = others.map(([, row]) => row).filter(({ cpu }) => cpu && cpu.median < 0.95 * own);
    return faster.map(({ name, cpu }) => `- ${title}: ${name} takes ${figure(cpu.median / own)} of our time.`);
  });
  return lines.length > 0 ? `${lines.join("\n")}\n` : "Nothing that was measured here.\n";
}

function growthPart(growth) {
  const yLabels = { cpu: "processor time", step: "processor time of a step", wall: "by the clock" };
  return Object.entries(growth)
    .map(([id, { title, x, y, lines }]) => {
      const name = `performance-${id}.svg`;
      const rows = Object.entries(lines);
      const ticks = id === "threads" ? rows[0][1].points.map(([n]) => n) : undefined;
      fs.writeFileSync(path.join(images, name), chart({ title, xLabel: x, yLabel: yLabels[y], lines: rows, ticks }));
      return `![${title}, against the number of ${x}](images/${name})\n\n${title}.\n`;
    })
    .join("\n");
}

/** One measurement a line, below the names of what it belongs to. */
function treeRows(tree, above = "") {
  return Object.entries(tree).flatMap(([name, value]) => {
    const full = above ? `${above}: ${name}` : name;
    if (typeof value !== "object" || value === null) return [`| ${full} | ${figure(value)} |`];
    const leaf = Object.values(value).every((one) => typeof one !== "object");
    if (!leaf) return treeRows(value, full);
    const text = Object.entries(value).map(([of, one]) => `${of} ${figure(one)}`);
    return [`| ${full} | ${text.join(", ")} |`];
  });
}
const treeTable = (tree) => `| | |\n| --- | --- |\n${treeRows(tree).join("\n")}\n`;

function hashesPart({ identical, jobs, rows }) {
  const body = rows.map(({ where, kernels, hash }) => `| ${where} | ${kernels} | \`${hash}\` |`);
  const verdict = identical ? "All hashes are one." : "**Not all hashes are one.**";
  return `A hash of everything that two runs (${jobs.join(", ")}) show. ${verdict}

| where | kernels | hash |
| --- | --- | --- |
${body.join("\n")}
`;
}
function panelPart({ rounds, rows }) {
  const body = rows.map(
    (it) => `| ${it.name} | ${[it.updateRatio, it.firstRatio, it.update, it.first].map(figure).join(" | ")} |`,
  );
  return `Four lines of 10,000 points in headless Chromium, ratios to the first row, medians of ${rounds ?? "seven"} rounds.

| | update | first paint | update, ms | first paint, ms |
| --- | ---: | ---: | ---: | ---: |
${body.join("\n")}
`;
}
const labsPart = (labs) =>
  Object.values(labs)
    .filter(({ rows }) => rows.lab?.cpu)
    .map(
      ({ title, rows: { bare, lab } }) => `- ${title}: **${percent(lab.cpu.median)}** processor time to ${bare.name}.`,
    )
    .join("\n");

function targetsPart(verdicts) {
  const body = verdicts.map(
    ({ id, what, bound, figure: x, verdict }) =>
      `| ${id} | ${what} | ${x === undefined ? "" : figure(x)} | ${bound} | ${verdict === "met" ? "met" : `**${verdict}**`} |`,
  );
  return `| | | measured | target | |\n| --- | --- | ---: | ---: | --- |\n${body.join("\n")}\n`;
}
const machinePart = (machine) =>
  Object.entries(machine)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `| ${name} | ${value} |`)
    .join("\n");

export function writePage(results, verdicts) {
  const { machine, groups = {}, labs, growth, panel, hashes } = results;
  const part = (title, body) => (body ? [`## ${title}\n\n${body}`] : []);
  const tables = Object.values(groups).map(groupTable);
  const text = [
    `# Performance

<!-- Written by \`npm run bench\` from bench/results.json; what is changed here is lost with its next run. -->

What Optimizer Lab's simulations cost beside the same job written in C, and beside the libraries one would otherwise
write it in. A ratio is processor time per unit of work to that of the C program which ran directly before, median of the pairs,
with the smallest and the largest pair in brackets: on a machine that does other things as well, times mean little and ratios of
neighbours something. Differences under 20 % are noise. Every row has to pass a check of its result. All rows run in
one thread where nothing else is said; the C programs (\`bench/c\`) are plain scalar loops as one would write them for speed, which
the compiler may vectorise, and stand there twice more: with vectors of 128 bits and no fused operations, which is all that
WebAssembly has, and with no vectors, as JavaScript has none; NumPy and PyTorch work in place on whole ensembles; all numbers
have 64 bits where nothing else is said.

| measured on | |
| --- | --- |
${machinePart(machine)}
`,
    ...part("Side by side", tables.join("\n")),
    ...part("Where others are faster", groups.W1 && lost(groups)),
    ...part("Through the labs", labs && `${labsPart(labs)}\n`),
    ...part("Growth", growth && growthPart(growth)),
    ...part("Drawing", panel?.rows && panelPart(panel)),
    ...part("The same bytes everywhere", hashes && hashesPart(hashes)),
    ...["transport", "memory", "editor", "threads", "sizes"].flatMap((key) =>
      part(titles[key], results[key] && treeTable(results[key])),
    ),
    ...part("Targets", targetsPart(verdicts)),
    `Repeat it with \`npm run bench\`; \`npm run bench -- P1 --rounds 11\` measures one part more closely.\n`,
  ].join("\n");
  fs.mkdirSync(images, { recursive: true });
  fs.writeFileSync(path.join(root, "docs/performance.md"), text);
  console.log("\ndocs/performance.md is written.");
}
const titles = {
  transport: "From thread to host",
  memory: "Memory",
  editor: "In VS Code, ms",
  threads: "Simulating and reading",
  sizes: "What ships, kB",
};
