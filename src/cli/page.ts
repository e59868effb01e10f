import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Finding, type Frame, type Report, type Show, toPortable } from "../protocol/index.ts";
import { Complaint } from "./io.ts";

/** The editor's colours that the panel's own style sheet asks for: in light, in dark. */
const colours: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  foreground: ["#3b3b3b", "#cccccc"],
  descriptionForeground: ["#616161", "#9d9d9d"],
  errorForeground: ["#c72e0f", "#f85149"],
  "icon-foreground": ["#3b3b3b", "#cccccc"],
  focusBorder: ["#005fb8", "#0078d4"],
  "textLink-foreground": ["#005fb8", "#4daafc"],
  "textLink-activeForeground": ["#005fb8", "#4daafc"],
  "editor-background": ["#ffffff", "#1f1f1f"],
  "editor-foreground": ["#3b3b3b", "#cccccc"],
  "editorWarning-foreground": ["#bf8803", "#cca700"],
  "toolbar-hoverBackground": ["rgba(184, 184, 184, 0.31)", "rgba(90, 93, 94, 0.31)"],
  "scrollbarSlider-background": ["rgba(100, 100, 100, 0.4)", "rgba(121, 121, 121, 0.4)"],
  "progressBar-background": ["#005fb8", "#0078d4"],
  "charts-foreground": ["#3b3b3b", "#cccccc"],
  "charts-lines": ["rgba(59, 59, 59, 0.5)", "rgba(204, 204, 204, 0.5)"],
  "charts-red": ["#e51400", "#f14c4c"],
  "charts-blue": ["#1a85ff", "#3794ff"],
  "charts-yellow": ["#bf8803", "#cca700"],
  "charts-orange": ["#d18616", "#d18616"],
  "charts-green": ["#388a34", "#89d185"],
  "charts-purple": ["#652d90", "#b180d7"],
  "input-background": ["#ffffff", "#313131"],
  "input-foreground": ["#3b3b3b", "#cccccc"],
  "input-border": ["#cecece", "#3c3c3c"],
  "dropdown-background": ["#ffffff", "#313131"],
  "dropdown-foreground": ["#3b3b3b", "#cccccc"],
  "dropdown-border": ["#cecece", "#3c3c3c"],
  "button-foreground": ["#ffffff", "#ffffff"],
  "button-background": ["#005fb8", "#0078d4"],
  "button-hoverBackground": ["#0258a8", "#026ec1"],
  "button-secondaryForeground": ["#3b3b3b", "#cccccc"],
  "button-secondaryBackground": ["#e5e5e5", "#313131"],
  "button-secondaryHoverBackground": ["#cccccc", "#3c3c3c"],
  "panel-border": ["#e5e5e5", "#2b2b2b"],
  "panelTitle-activeForeground": ["#3b3b3b", "#cccccc"],
  "panelTitle-inactiveForeground": ["#616161", "#9d9d9d"],
  "panelTitle-activeBorder": ["#005fb8", "#0078d4"],
  "panel-background": ["#f8f8f8", "#181818"],
  "list-hoverBackground": ["#f2f2f2", "#2a2d2e"],
  "list-activeSelectionBackground": ["#e8e8e8", "#04395e"],
  "list-activeSelectionForeground": ["#000000", "#ffffff"],
  "menu-background": ["#ffffff", "#1f1f1f"],
  "menu-foreground": ["#3b3b3b", "#cccccc"],
  "menu-border": ["#cecece", "#454545"],
  "menu-selectionBackground": ["#005fb8", "#0078d4"],
  "menu-selectionForeground": ["#ffffff", "#ffffff"],
  "badge-background": ["#cccccc", "#616161"],
  "badge-foreground": ["#3b3b3b", "#f8f8f8"],
  "checkbox-background": ["#f8f8f8", "#313131"],
  "checkbox-foreground": ["#3b3b3b", "#cccccc"],
  "checkbox-border": ["#cecece", "#3c3c3c"],
  "button-border": ["rgba(0, 0, 0, 0.1)", "rgba(255, 255, 255, 0.07)"],
  "input-placeholderForeground": ["#767676", "#989898"],
  "scrollbarSlider-hoverBackground": ["rgba(100, 100, 100, 0.7)", "rgba(100, 100, 100, 0.7)"],
  "scrollbarSlider-activeBackground": ["rgba(0, 0, 0, 0.6)", "rgba(191, 191, 191, 0.4)"],
  "settings-dropdownListBorder": ["#c8c8c8", "#454545"],
};
const variables = (side: 0 | 1): string =>
  Object.entries(colours)
    .map(([name, values]) => `--vscode-${name}: ${values[side]};`)
    .join(" ");
const style = `:root { color-scheme: light dark; --vscode-font-family: system-ui, "Segoe UI", "Ubuntu", sans-serif; --vscode-font-size: 13px; --vscode-font-weight: normal; --vscode-editor-font-family: ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; ${variables(0)} }
@media (prefers-color-scheme: dark) { :root { ${variables(1)} } }
body { margin: 0; padding: 0; background: var(--vscode-editor-background); color: var(--vscode-foreground); font: var(--vscode-font-size) var(--vscode-font-family); }`;
/** The panel redraws when the class of the body changes, as it does in the editor. */
const follow = `const dark = matchMedia("(prefers-color-scheme: dark)"); const dress = () => { document.body.className = dark.matches ? "vscode-dark" : "vscode-light"; }; dress(); dark.addEventListener("change", dress);`;

/** A run as a page of its own: the panel with its messages inlined. Rejects with a complaint where the bundle is missing. */
export async function page(
  folder: string,
  run: {
    readonly show: Show;
    readonly frames: readonly Frame[];
    readonly report: Report;
    readonly findings: readonly Finding[];
  },
): Promise<string> {
  const [script, sheet] = await Promise.all(["webview.js", "webview.css"].map((name) => bundled(folder, name)));
  const { show, frames, report, findings } = run;
  const messages = [
    show,
    {
      type: "frames",
      run: show.run,
      frames: frames.map(toPortable),
      report,
      progress: { done: 1, total: 1, unit: "steps" },
    },
    { type: "done", run: show.run, findings, report, seconds: 0 },
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(`${show.optimizer} · ${show.file}:${show.line} · Optimizer Lab`)}</title>
<style>${style}</style>
<style>${sheet.replace(/<\/style/gi, "<\\/style")}</style>
</head>
<body>
<main id="panel"></main>
<script>${follow}</script>
<script>window.optimizerLab = ${inlined({ messages })};</script>
<script>${script.replace(/<\/script/gi, "<\\/script").replace(/<!--/g, "<\\!--")}</script>
</body>
</html>
`;
}
async function bundled(folder: string, name: string): Promise<string> {
  try {
    return await readFile(path.join(folder, name), "utf8");
  } catch {
    throw new Complaint(`cannot write the page: ${name} is missing beside the program; build or install it again.`);
  }
}
/** JSON that no HTML parser takes for markup. */
const inlined = (value: unknown): string =>
  JSON.stringify(value)
    .replace(/</g, "\\u003c")
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
const text = (plain: string): string => plain.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
