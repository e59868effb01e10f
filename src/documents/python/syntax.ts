import type { Parser, Tree } from "web-tree-sitter";
import type { Span } from "../document.ts";

/** A node of a Python program: the grammar's named nodes and its operators, copied, so that the parser's tree can go. */
export interface Syntax {
  readonly type: string;
  readonly field: string;
  /** UTF-16 code units. */
  readonly from: number;
  readonly to: number;
  readonly parent: Syntax | undefined;
  readonly children: Syntax[];
}
export interface Program {
  readonly text: string;
  readonly root: Syntax;
  /** Every node, in document order, a parent before its children. */
  readonly nodes: readonly Syntax[];
}

/** The program, or of a huge one the parts given, however broken; iterative, since nesting may be thousands deep. */
export function parse(parser: Parser, text: string, parts?: readonly Span[]): Program {
  const tree = parser.parse(parts === undefined ? text : parts.map(({ from, to }) => text.slice(from, to)).join(""));
  if (tree === null) {
    parser.reset();
    const root: Syntax = { type: "module", field: "", from: 0, to: text.length, parent: undefined, children: [] };
    return { text, root, nodes: [root] };
  }
  try {
    return copy(tree, text, parts === undefined ? (offset) => offset : placesIn(parts));
  } finally {
    tree.delete();
  }
}
/** From offsets among the parts to offsets in the whole text; they are asked for nearly in order. */
function placesIn(parts: readonly Span[]): (offset: number) => number {
  const starts: number[] = [];
  let length = 0;
  for (const { from, to } of parts) {
    starts.push(length);
    length += to - from;
  }
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) < offset || (starts[middle] === offset && middle === 0)) low = middle;
      else high = middle;
    }
    return (parts[low]?.from ?? 0) + offset - (starts[low] ?? 0);
  };
}
function copy(tree: Tree, text: string, place: (offset: number) => number): Program {
  const cursor = tree.walk();
  const nodes: Syntax[] = [];
  const { types, fields } = tree.language;
  const make = (type: string, field: number, parent: Syntax | undefined): Syntax => {
    const to = place(cursor.endIndex);
    const from = Math.min(place(cursor.startIndex + 1) - 1, to);
    const node = { type, field: field === 0 ? "" : (fields[field] ?? ""), from, to, parent, children: [] };
    nodes.push(node);
    parent?.children.push(node);
    return node;
  };
  const root = make(cursor.nodeType, 0, undefined);
  let open = root;
  let descend = cursor.gotoFirstChild();
  while (descend) {
    const field = cursor.currentFieldId;
    const type = types[cursor.nodeTypeId] ?? "ERROR";
    if (type !== "comment" && (field !== 0 || cursor.nodeIsNamed)) {
      const node = make(type, field, open);
      if (cursor.gotoFirstChild()) {
        open = node;
        continue;
      }
    }
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent() || open.parent === undefined) {
        descend = false;
        break;
      }
      open = open.parent;
    }
  }
  cursor.delete();
  return { text, root, nodes };
}

export const childOf = (node: Syntax | undefined, field: string): Syntax | undefined =>
  node?.children.find((child) => child.field === field);
export const textOf = (program: Program, node: Syntax): string => program.text.slice(node.from, node.to);
export const contains = (outer: Syntax, offset: number): boolean => outer.from <= offset && offset < outer.to;
export const spanOf = (node: Syntax) => ({ from: node.from, to: node.to });

/** Parentheses around an expression do not matter. */
export function bare(node: Syntax): Syntax {
  let inner = node;
  while (inner.type === "parenthesized_expression" || inner.type === "type" || inner.type === "await") {
    const [only] = inner.children;
    if (only === undefined) break;
    inner = only;
  }
  return inner;
}
/** What a string literal says; undefined for bytes and for f-strings with values in them. */
export function stringOf(program: Program, node: Syntax): string | undefined {
  if (node.type === "concatenated_string") {
    const parts = node.children.map((part) => stringOf(program, part));
    return parts.every((part) => part !== undefined) ? parts.join("") : undefined;
  }
  if (node.type !== "string" || node.children.some((child) => child.type === "interpolation")) return undefined;
  const start = node.children.find((child) => child.type === "string_start");
  const end = node.children.find((child) => child.type === "string_end");
  if (start === undefined || end === undefined || /b/i.test(textOf(program, start))) return undefined;
  return program.text.slice(start.to, end.from);
}
/** Names and literal keys joined by dots: `cfg["opt"].lr` is ["cfg", "opt", "lr"]; undefined for anything else. */
export function pathOf(program: Program, node: Syntax): string[] | undefined {
  const parts: string[] = [];
  let at: Syntax | undefined = bare(node);
  while (at !== undefined) {
    if (at.type === "identifier") {
      parts.push(textOf(program, at));
      return parts.reverse();
    }
    if (at.type === "attribute") {
      const name = childOf(at, "attribute");
      if (name === undefined) return undefined;
      parts.push(textOf(program, name));
      at = childOf(at, "object");
    } else if (at.type === "subscript") {
      const keys: Syntax[] = at.children.filter((child) => child.field === "subscript");
      const [key] = keys;
      const word: string | undefined = key && keys.length === 1 ? keyOf(program, key) : undefined;
      if (word === undefined) return undefined;
      parts.push(word);
      at = childOf(at, "value");
    } else return undefined;
    if (at !== undefined) at = bare(at);
  }
  return undefined;
}
/** A literal key of a mapping or a sequence. */
function keyOf(program: Program, node: Syntax): string | undefined {
  if (node.type === "integer") return textOf(program, node);
  return stringOf(program, node);
}
