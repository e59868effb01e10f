import type { Span } from "./document.ts";

// Just enough of Python's line structure to know where a statement may stand. It needs no parser, so that the editor can
// ask at once, and takes half-written text.

interface Token extends Span {
  readonly kind: "open" | "close" | "comma" | "newline" | "comment" | "string";
}
/** Brackets, commas, line breaks (none after a backslash), comments and strings; an unclosed string ends with its line. */
function* tokens(text: string, start = 0): Generator<Token> {
  for (let at = start; at < text.length; at++) {
    const it = text[at] ?? "";
    if (it === "\\") {
      at += text.startsWith("\r\n", at + 1) ? 2 : 1;
    } else if (it === "#") {
      const end = text.indexOf("\n", at);
      const to = end < 0 ? text.length : end;
      yield { kind: "comment", from: at, to };
      at = to - 1;
    } else if (it === '"' || it === "'") {
      const to = stringEnd(text, at, it);
      yield { kind: "string", from: at, to };
      at = to - 1;
    } else {
      const kind = kinds[it];
      if (kind) yield { kind, from: at, to: at + 1 };
    }
  }
}
const kinds: Readonly<Partial<Record<string, Token["kind"]>>> = {
  ...{ "(": "open", "[": "open", "{": "open", ")": "close", "]": "close", "}": "close" },
  ...{ ",": "comma", "\n": "newline" },
} as const;
function stringEnd(text: string, from: number, quote: string): number {
  const triple = text.startsWith(quote.repeat(3), from);
  const close = triple ? quote.repeat(3) : quote;
  for (let at = from + close.length; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text.startsWith(close, at)) return at + close.length;
    else if (text[at] === "\n" && !triple) return at;
  }
  return text.length;
}
const withoutComments = (text: string): string => {
  let [bare, from] = ["", 0];
  for (const token of tokens(text))
    if (token.kind === "comment") {
      bare += text.slice(from, token.from);
      from = token.to;
    }
  return bare + text.slice(from);
};

/** A statement as Python counts lines: to the end of all brackets and triple quotes that it opens. */
export interface LogicalLine extends Span {
  /** What stands before its first character. */
  readonly indent: string;
  /** Without comments and the space around it. */
  readonly content: string;
}
/** Every line of a text, empty ones and comments too; at least one. */
export function* logicalLines(text: string): Generator<LogicalLine> {
  let [from, depth] = [0, 0];
  for (const { kind, from: at } of tokens(text)) {
    if (kind === "open") depth++;
    else if (kind === "close") depth = Math.max(0, depth - 1);
    else if (kind === "newline" && depth === 0) {
      yield lineOf(text, from, at);
      from = at + 1;
    }
  }
  yield lineOf(text, from, text.length);
}
function lineOf(text: string, from: number, end: number): LogicalLine {
  const to = end > from && text[end - 1] === "\r" ? end - 1 : end;
  const line = text.slice(from, to);
  return { from, to, indent: /^[ \t]*/.exec(line)?.[0] ?? "", content: withoutComments(line).trim() };
}

/** The arguments of a call as they stand. */
export interface WrittenCall {
  /** "torch.optim.", "" */
  readonly prefix: string;
  readonly name: string;
  readonly args: readonly { readonly keyword?: string; readonly text: string }[];
}
/** Undefined where the text is not one call of a name and nothing else. */
export function splitCall(text: string): WrittenCall | undefined {
  const head = /^((?:\w+\s*\.\s*)*)(\w+)\s*\(/.exec(text);
  if (!head) return undefined;
  const args: string[] = [];
  let [depth, from, end] = [1, head[0].length, -1];
  for (const { kind, from: at } of tokens(text, from)) {
    if (kind === "open") depth++;
    if (kind === "close") depth--;
    if (depth === 0) end = at;
    if (depth === 0 || (depth === 1 && kind === "comma")) {
      args.push(text.slice(from, at));
      from = at + 1;
    }
    if (end >= 0) break;
  }
  if (end < 0 || text.slice(end + 1).trim() !== "") return undefined;
  const [, prefix = "", name = ""] = head;
  return {
    prefix: prefix.replace(/\s/g, ""),
    name,
    args: args.flatMap((arg) => {
      const bare = withoutComments(arg).trim();
      const keyword = /^(\w+)\s*=(?!=)\s*([^]*)$/.exec(bare);
      if (bare === "") return [];
      return keyword ? [{ keyword: keyword[1] ?? "", text: keyword[2] ?? "" }] : [{ text: bare }];
    }),
  };
}

/** Names that imports bring into a file, and what each stands for: "optim" → "torch.optim". */
export function importedNames(text: string): Map<string, string> {
  const names = new Map<string, string>();
  const statement = /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+)?import[ \t]+(\([^)]*\)|[^\n#;]*)/gm;
  for (const [, module, list = ""] of text.matchAll(statement))
    for (const item of list.replace(/[()\\]|#[^\n]*/g, " ").split(",")) {
      const [path = "", word, alias] = item.trim().split(/\s+/);
      if (path === "") continue;
      const full = module === undefined ? path : `${module}.${path}`;
      if (word === "as" && alias !== undefined) names.set(alias, full);
      else if (module !== undefined) names.set(path, full);
      else names.set(path.split(".")[0] ?? path, path.split(".")[0] ?? path);
    }
  return names;
}

/** Where another import belongs: after the last one at the top of the file, else after what must come before it. */
export function importPlace(text: string): number {
  let [place, imports] = [0, false];
  for (const { from, to, indent, content } of logicalLines(text)) {
    const isImport = indent === "" && /^(?:import|from)\b/.test(content);
    const isDocstring = from === place && !imports && /^[rR]?["']/.test(content);
    const isMagic = /^[%!]/.test(content);
    const isComment = content === "" && to > from;
    if (content !== "" && !isImport && !isDocstring && !isMagic) break;
    const newline = text.indexOf("\n", to);
    const next = newline < 0 ? text.length : newline + 1;
    if (isImport || isMagic || isDocstring || (isComment && !imports && from === place)) place = next;
    imports ||= isImport;
  }
  return place;
}
