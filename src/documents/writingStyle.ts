import type { WritingStyle } from "./document.ts";
import { importedNames, type LogicalLine, logicalLines } from "./pythonLines.ts";

/** The lines around an offset that carry statements, and the one it stands in. */
export interface Surroundings {
  readonly line: LogicalLine;
  readonly before?: LogicalLine;
  readonly after?: LogicalLine;
}
export function surroundingsOf(text: string, offset: number): Surroundings {
  let line: LogicalLine | undefined;
  let before: LogicalLine | undefined;
  for (const it of logicalLines(text)) {
    if (line && it.content !== "") return { line, after: it, ...(before && { before }) };
    if (!line && it.to >= offset) line = it;
    else if (!line && it.content !== "") before = it;
  }
  return { line: line ?? { from: 0, to: 0, indent: "", content: "" }, ...(before && { before }) };
}

/**
 * What a statement added at this place is indented by: as its own line, as the block it stands in, or one deeper than a
 * line that opens a block.
 */
export function indentAround({ line, before, after }: Surroundings, unit: string): string {
  if (line.content !== "") return line.content.endsWith(":") ? line.indent + unit : line.indent;
  if (before?.content.endsWith(":")) return before.indent + unit;
  const inside = before && after && before.indent !== "" && after.indent !== "";
  if (!inside || line.indent !== "") return line.indent;
  return before.indent.length < after.indent.length ? before.indent : after.indent;
}

/** How a Python file writes an optimizer at an offset: from its imports, its models and its indentation. */
export function writingStyleAt(text: string, offset: number): WritingStyle {
  return {
    prefix: prefixIn(importedNames(text)),
    parameters: parametersBefore(text, offset),
    target: "optimizer",
    indent: /^[^\n]*:[ \t]*(?:#[^\n]*)?\r?\n([ \t]+)(?=[^\s#])/m.exec(unindentedBlocks(text))?.[1] ?? "    ",
  };
}
function prefixIn(names: ReadonlyMap<string, string>): string {
  for (const [name, full] of names) if (full === "torch.optim") return `${name}.`;
  for (const [name, full] of names) if (full === "torch") return `${name}.optim.`;
  return [...names.values()].some((full) => full.startsWith("torch.optim.")) ? "" : "torch.optim.";
}
/** Only blocks that begin in the first column show the size of one step. */
const unindentedBlocks = (text: string): string => text.replace(/^[ \t]+[^\n]*:[ \t]*\r?$/gm, "");

/** The parameters that the code before asks a model for; else those of the model, or of the object whose method this is. */
function parametersBefore(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const { line } = surroundingsOf(text, offset);
  const method = before.lastIndexOf("def configure_optimizers(self");
  if (method >= 0 && (line.indent !== "" || line.content === "") && !/\n\S/.test(before.slice(method)))
    return "self.parameters()";
  const asked = [...before.matchAll(/\b([A-Za-z_][\w.]*)\.parameters\(\)/g)].at(-1);
  if (asked?.[1] !== undefined) return `${asked[1]}.parameters()`;
  const made = [...before.matchAll(/^[ \t]*(model|net|network|module)[ \t]*=/gm)].at(-1);
  return `${made?.[1] ?? "model"}.parameters()`;
}
