import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import type { Format, Span } from "../document.ts";

/** A JSON value and where it stands. `items` of an array, `properties` of an object, else a plain `value`. */
export interface JsonNode {
  readonly span: Span;
  readonly value?: number | string | boolean | null;
  readonly items?: readonly JsonNode[];
  readonly properties?: readonly JsonProperty[];
}
export interface JsonProperty {
  readonly name: string;
  /** From the name's opening quote to the end of the value. */
  readonly span: Span;
  readonly value: JsonNode;
}
export interface JsonProblem {
  readonly span: Span;
  readonly message: string;
}
export interface JsonReading {
  readonly root?: JsonNode;
  readonly problems: readonly JsonProblem[];
}

/** JSON with comments and trailing commas; whatever is whole, however broken the rest. Never throws. */
export function parseJson(text: string): JsonReading {
  const errors: ParseError[] = [];
  try {
    const tree = parseTree(text, errors, { allowTrailingComma: true });
    const problems = errors.map(({ error, offset, length }) => ({
      span: { from: offset, to: offset + length },
      message: `This is not JSON: ${words(printParseErrorCode(error))}.`,
    }));
    const root = tree && nodeOf(tree);
    return root ? { root, problems } : { problems };
  } catch {
    // Brackets some thousands deep exhaust the parser's stack.
    return { problems: [{ span: { from: 0, to: text.length }, message: "This is nested too deeply to be read." }] };
  }
}
/** "CommaExpected" → "comma expected". */
const words = (code: string): string => code.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();

function nodeOf(node: Node): JsonNode | undefined {
  const span = { from: node.offset, to: node.offset + node.length };
  switch (node.type) {
    case "array":
      return { span, items: (node.children ?? []).flatMap((child) => nodeOf(child) ?? []) };
    case "object":
      return { span, properties: (node.children ?? []).flatMap((child) => propertyOf(child) ?? []) };
    case "property":
      return undefined;
    default:
      return { span, value: node.value as number | string | boolean | null };
  }
}
function propertyOf(node: Node): JsonProperty | undefined {
  const [name, value] = node.children ?? [];
  const inner = value && nodeOf(value);
  if (name === undefined || inner === undefined) return undefined;
  return { name: String(name.value), span: { from: node.offset, to: inner.span.to }, value: inner };
}

/** The value of an object's property; the last of several, as every JSON reader takes it. */
export const property = (node: JsonNode | undefined, name: string): JsonNode | undefined =>
  node?.properties?.filter((it) => it.name === name).at(-1)?.value;
export const textIn = (node: JsonNode | undefined): string | undefined =>
  typeof node?.value === "string" ? node.value : undefined;
export const numberIn = (node: JsonNode | undefined): number | undefined =>
  typeof node?.value === "number" ? node.value : undefined;

/** As JSON.parse would give it. */
export function plain(node: JsonNode): unknown {
  if (node.items) return node.items.map(plain);
  if (node.properties) return Object.fromEntries(node.properties.map(({ name, value }) => [name, plain(value)]));
  return node.value ?? null;
}

/** Experiment files are JSON; what they say is taken from the text by their framework, not from calls. */
export const json: Format = { languages: ["json", "jsonc"], read: (text) => ({ calls: [], text }) };
