import { post, hosted } from "./api.ts";
import type { Charts } from "./charts.ts";
import { element } from "./element.ts";
import { measuredWords, predictedWords, verdict } from "./findings.ts";
import { baseName } from "./header.ts";
import { mapOf } from "./map.ts";
import { key } from "./state.ts";
import type { State } from "./state.ts";
import { tabulated } from "./table.ts";
import type { Theme } from "./theme.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** To the editor, which asks where to write it; from a report, to the browser's downloads. */
function hand(name: string, content: Uint8Array): void {
  if (hosted) {
    post({ type: "export", name, bytes: content });
    return;
  }
  const url = URL.createObjectURL(new Blob([content.slice()]));
  element("a", { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}
const stem = ({ show }: State): string =>
  show ? `${baseName(show.file).replace(/\.[^.]*$/, "")}-${show.lab}`.replace(/[^\w-]+/g, "-") : "optimizer-lab";

/** Every point of every chart in one tidy table, every digit: chart, series, x, y; x, low, high of a band; x, y, cell of a map. */
export function csv({ drawn }: State): string {
  const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = ["chart,series,x,y,low,high,cell"];
  for (const chart of drawn?.charts ?? [])
    for (const { label, mark } of chart.series) {
      const [x, y, high] = drawn?.columns.get(key(chart.id, label)) ?? [];
      if (!x || !y) continue;
      const head = `${quoted(chart.title)},${quoted(label)}`;
      if (mark === "heatmap") {
        const map = mapOf(chart, drawn?.columns ?? new Map());
        map?.cells.forEach((cell, k) =>
          lines.push(`${head},${map.xs[k % map.xs.length]},${map.ys[Math.floor(k / map.xs.length)]},,,${cell}`),
        );
        continue;
      }
      for (let k = 0; k < x.length; k++)
        lines.push(mark === "band" ? `${head},${x[k]},,${y[k]},${high?.[k] ?? ""},` : `${head},${x[k]},${y[k]},,,`);
    }
  return lines.join("\n") + "\n";
}
/** The data, onto the clipboard. */
export function copyData(state: State): void {
  const text = csv(state);
  if (hosted) post({ type: "copy", text });
  else void navigator.clipboard.writeText(text);
}

interface Cell {
  readonly title: string;
  readonly caption: string;
  readonly canvas: HTMLCanvasElement;
}
const cells = (charts: Charts): Cell[] =>
  charts.figures.flatMap(({ view, plot }) =>
    view && !view.chart.grid ? [{ title: view.chart.title, caption: view.chart.caption, canvas: plot.canvas }] : [],
  );

/** All charts under one another with their titles, as they look now. */
export function savePicture(state: State, charts: Charts, theme: Theme): void {
  const scale = window.devicePixelRatio;
  const all = cells(charts);
  const [margin, head, gap] = [16, 28, 16];
  const width = Math.max(...all.map(({ canvas }) => canvas.width / scale)) + 2 * margin;
  const height = all.reduce((sum, { canvas }) => sum + canvas.height / scale + head + gap, 2 * margin - gap);
  const sheet = element("canvas", { width: Math.ceil(width * scale), height: Math.ceil(height * scale) });
  const context = sheet.getContext("2d");
  if (!context || !all.length) return;
  context.scale(scale, scale);
  context.fillStyle = theme.colour("var(--paper)");
  context.fillRect(0, 0, width, height);
  context.textBaseline = "middle";
  let y = margin;
  for (const { title, caption, canvas } of all) {
    context.font = `600 13px ${theme.family}`;
    context.fillStyle = theme.colour("var(--ink)");
    context.fillText(title, margin, y + head / 2);
    const left = margin + context.measureText(title).width + 8;
    context.font = `12px ${theme.family}`;
    context.fillStyle = theme.colour("var(--muted)");
    context.fillText(caption, left, y + head / 2, Math.max(40, width - margin - left));
    if (canvas.width) context.drawImage(canvas, margin, y + head, canvas.width / scale, canvas.height / scale);
    y += head + canvas.height / scale + gap;
  }
  sheet.toBlob((blob) => {
    void blob?.arrayBuffer().then((buffer) => hand(`${stem(state)}.png`, new Uint8Array(buffer)));
  }, "image/png");
}

/** One page without scripts: the answer, the charts as pictures, findings and every number, in today's colours. */
export function saveReport(state: State, charts: Charts, theme: Theme): void {
  const { show, report, drawn } = state;
  if (!show || !drawn) return;
  const text = (words: string) => element("span", {}, words).innerHTML;
  const answer = (report?.answer ?? "").split("**").map((part, k) => (k % 2 ? `<b>${text(part)}</b>` : text(part)));
  const row = (items: readonly string[], tag = "td") =>
    `<tr>${items.map((item) => `<${tag}>${text(item)}</${tag}>`).join("")}</tr>`;
  const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
    `<table><thead>${row(head, "th")}</thead><tbody>${rows.map((items) => row(items)).join("")}</tbody></table>`;
  const figures = charts.figures.map(({ view, plot }) => {
    if (!view) return "";
    const { chart } = view;
    const { head, rows } = tabulated(chart, drawn.columns, drawn.before);
    const numbers = table(
      head,
      rows.map((items) => items.map(String)),
    );
    const holds = chart.assumption ? `<p class="muted">${text(chart.assumption.text)}</p>` : "";
    const label = text(plot.canvas.getAttribute("aria-label") ?? "").replaceAll('"', "&quot;");
    const picture = chart.grid
      ? ""
      : `<img alt="${label}" width="${plot.canvas.clientWidth || plot.canvas.width}" src="${plot.canvas.toDataURL("image/png")}">`;
    return `<figure><figcaption><b>${text(chart.title)}</b> <span class="muted">${text(chart.caption)}</span></figcaption>
${picture}${holds}
<details${chart.grid ? " open" : ""}><summary>Numbers</summary>${numbers}</details></figure>`;
  });
  const findings = table(
    ["", "measured", "predicted", "verdict", "why"],
    state.findings.map((finding) => [
      finding.quantity,
      measuredWords(finding),
      predictedWords(finding),
      verdict(finding),
      finding.reason ?? finding.assumption ?? "",
    ]),
  );
  const knobs = table(
    ["", "", ""],
    show.knobs.map(({ hyperparameter: h, value }) => [h.symbol, h.label, h.choices?.[value] ?? String(value)]),
  );
  const colour = (name: string) => theme.colour(`var(--${name})`);
  const problem = show.problems.find(({ name }) => name === show.problem)?.title ?? show.problem;
  const title = `${show.optimizer}, ${baseName(show.file)}:${show.line}`;
  hand(
    `${stem(state)}.html`,
    bytes(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${text(title)}</title><style>
body{margin:24px auto;max-width:860px;padding:0 16px;font:13px/1.5 system-ui,sans-serif;color:${colour("ink")};background:${colour("paper")}}
.answer{font-size:20px;line-height:28px;margin:16px 0 4px}.muted{color:${colour("muted")}}figure{margin:24px 0}img{max-width:100%;height:auto}
table{border-collapse:collapse;font-size:12px;font-variant-numeric:tabular-nums}th{font-weight:400;color:${colour("muted")}}
td,th{padding:3px 12px 3px 0;text-align:right;border-bottom:1px solid ${colour("hairline")}}td:first-child,td:last-child{text-align:left}
details{margin-top:4px}summary{cursor:pointer;color:${colour("muted")}}
</style></head><body>
<p><b>${text(show.optimizer)}</b> ${text(`${baseName(show.file)}:${show.line}`)} <span class="muted">${text(show.framework)}</span></p>
<p class="answer">${answer.join("")}</p><p class="muted">${text(report?.status ?? "")}</p>
${figures.join("\n")}
<h2>Findings</h2>${findings}
<h2>Values</h2><p class="muted">${text(problem)}</p>${knobs}
<h2>About this lab</h2><p>${text(show.about)}</p>
</body></html>
`),
  );
}
