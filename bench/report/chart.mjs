// Lines on logarithmic axes as an SVG picture for a light or a dark page: no background, and colours that stand out from white
// and from black pages alike, at about 4 : 1. Each line carries its name.

const [width, height] = [720, 400];
const plot = { left: 76, right: 540, top: 24, bottom: 346 };
const ink = "#7a7a7a";
const [blue, rose] = ["#2f81e0", "#c2558a"];
/** By row of the bench; dashes tell apart what shares a colour. */
const strokes = {
  simd: [blue],
  plain: [blue, "6 4"],
  c: [ink],
  numpy: ["#b8692a"],
  "torch-f64": [rose],
  "torch-loop": [rose, "2 4"],
};
/** Least distance between two names. */
const apart = 16;

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const number = (x) => Number(x.toFixed(1));

/** "20 ms", "1 µs". */
function duration(seconds) {
  const units = { s: 1, ms: 1e-3, µs: 1e-6, ns: 1e-9 };
  const [unit, scale] = Object.entries(units).find(([, least]) => seconds >= 0.999 * least) ?? ["ns", 1e-9];
  return `${Number((seconds / scale).toPrecision(3)).toLocaleString("en")} ${unit}`;
}
/** Powers of ten from one number to another. */
function decades(from, to) {
  const first = Math.ceil(Math.log10(from) - 1e-6);
  const last = Math.floor(Math.log10(to) + 1e-6);
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}
/** Half a decade outwards, so that no line runs along the frame. */
const outwards = (log, direction) => 10 ** ((direction < 0 ? Math.floor : Math.ceil)(2 * log + 0.2 * direction) / 2);

/** Moves names at the ends of their lines apart where they would touch. */
function settle(ends) {
  const sorted = [...ends].sort((a, b) => a.line - b.line);
  let last = -Infinity;
  for (const end of sorted) last = end.name = Math.max(end.line, last + apart);
  let next = plot.bottom + apart;
  for (const end of sorted.reverse()) next = end.name = Math.min(end.name, next - apart);
}

/** `lines`: [row, { name, points: [[x, y], …] }], y in seconds; ticks stand at `ticks`, or at powers of ten. */
export function chart({ title, xLabel, yLabel, lines, ticks }) {
  const all = (i) => lines.flatMap(([, { points }]) => points.map((point) => point[i]));
  const [x0, x1] = [Math.min(...all(0)), Math.max(...all(0))];
  const [y0, y1] = [outwards(Math.log10(Math.min(...all(1))), -1), outwards(Math.log10(Math.max(...all(1))), 1)];
  const share = (v, from, to) => Math.log(v / from) / Math.log(to / from);
  const atX = (v) => number(plot.left + share(v, x0, x1) * (plot.right - plot.left));
  const atY = (v) => number(plot.bottom - share(v, y0, y1) * (plot.bottom - plot.top));
  const out = [];
  const text = (x, y, words, anchor) =>
    out.push(`<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(words)}</text>`);
  for (const y of decades(y0, y1)) {
    out.push(`<path class="grid" d="M${plot.left} ${atY(y)}H${plot.right}"/>`);
    text(plot.left - 8, number(atY(y) + 4), duration(y), "end");
  }
  for (const x of ticks ?? decades(x0, x1)) {
    out.push(`<path class="grid" d="M${atX(x)} ${plot.top}V${plot.bottom}"/>`);
    text(atX(x), plot.bottom + 20, x.toLocaleString("en"), "middle");
  }
  text((plot.left + plot.right) / 2, plot.bottom + 42, xLabel, "middle");
  text(plot.left, 12, yLabel, "start");
  const ends = lines.map(([, { points }]) => ({ line: atY(points.at(-1)[1]) }));
  settle(ends);
  lines.forEach(([row, { name, points }], k) => {
    const [colour, dash = "none"] = strokes[row];
    const places = points.map(([x, y]) => [atX(x), atY(y)]);
    const path = places.map(([x, y], i) => `${i > 0 ? "L" : "M"}${x} ${y}`).join("");
    out.push(`<path d="${path}" stroke="${colour}" stroke-dasharray="${dash}"/>`);
    for (const [x, y] of places) out.push(`<circle cx="${x}" cy="${y}" r="2.5" fill="${colour}"/>`);
    const [x, y] = places.at(-1);
    const to = number(ends[k].name);
    out.push(`<path class="lead" d="M${x + 5} ${y}L${plot.right + 14} ${to}" stroke="${colour}"/>`);
    out.push(
      `<text class="name" x="${plot.right + 18}" y="${number(to + 4)}" style="fill:${colour}">${escaped(name)}</text>`,
    );
  });
  const style = [
    `text{font:13px system-ui,"Segoe UI",sans-serif;fill:${ink}}`,
    ".name{font-weight:600}",
    "path{fill:none;stroke-width:2}",
    `.grid{stroke:${ink};stroke-width:.5;stroke-opacity:.5}`,
    ".lead{stroke-width:.75;stroke-opacity:.7}",
  ];
  const names = lines.map(([, { name }]) => name).join(", ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(`${title}: ${names}`)}">
<style>${style.join("")}</style>
${out.join("\n")}
</svg>
`;
}
