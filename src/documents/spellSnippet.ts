/** Text as it stands, or a tab stop that shows `stop` until it is typed over. */
export type Piece = string | { readonly stop: string };
export interface Line {
  readonly pieces: readonly Piece[];
  /** Each begins a comment of its own, at the line's end or beneath it. */
  readonly comments?: readonly string[];
}
/** Columns that code and comment together may take. */
const width = 110;
/** A comment never gets fewer; a line of code that leaves less is not counted when comments are aligned. */
const leastComment = 40;

const plainOf = (pieces: readonly Piece[]): string =>
  pieces.map((piece) => (typeof piece === "string" ? piece : piece.stop)).join("");
const escape = (text: string): string => text.replace(/[\\$}]/g, "\\$&");

/** At spaces, no line longer than `columns` unless a word is. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}
/** Whole lines of comment, wrapped. */
export const commentLines = (indent: string, texts: readonly string[]): Line[] =>
  texts.flatMap((text) => wrap(text, width - indent.length - 2).map((line) => ({ pieces: [`${indent}# ${line}`] })));

/** Lines with their comments aligned, as a VS Code snippet: tab stops numbered from 1 in reading order. */
export function spellSnippet(lines: readonly Line[]): string {
  const commented = lines.filter(({ comments }) => comments && comments.length > 0);
  const lengths = commented.map(({ pieces }) => plainOf(pieces).length).filter((it) => it + 4 + leastComment <= width);
  const column = Math.max(0, ...lengths) + 2;
  let stops = 0;
  const spell = (pieces: readonly Piece[]): string =>
    pieces
      .map((piece) => (typeof piece === "string" ? escape(piece) : `\${${++stops}:${escape(piece.stop)}}`))
      .join("");
  return lines
    .flatMap(({ pieces, comments = [] }) => {
      const code = spell(pieces);
      const at = Math.max(column, plainOf(pieces).length + 2);
      const words = comments.flatMap((text) => wrap(text, Math.max(leastComment, width - at - 2)));
      const padding = " ".repeat(at - plainOf(pieces).length);
      return words.length === 0
        ? [code]
        : words.map((text, i) => (i === 0 ? `${code}${padding}# ` : `${" ".repeat(at)}# `) + escape(text));
    })
    .join("\n");
}

/** What stands in the document once a snippet's tab stops are left as they are. */
export const plainSnippet = (body: string): string =>
  body
    .replace(/\$\{\d+:((?:\\.|[^\\}])*)\}/g, (_, text: string) => text)
    .replace(/\$\d+/g, "")
    .replace(/\\([\\$}])/g, "$1");
