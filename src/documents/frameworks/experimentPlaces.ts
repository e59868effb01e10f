import type { Origin, Site } from "../document.ts";
import type { JsonNode } from "../formats/json.ts";
import type { Vocabulary } from "./experimentWords.ts";

// Where the values of an experiment file stand, and how others are written there.

export type Origins = Record<string, Origin>;
export interface Context {
  readonly text: string;
  /** False while the text does not parse: nothing may be added to it then. */
  readonly whole: boolean;
  readonly lineAt: (offset: number) => number;
}

export function writtenAt(context: Context, node: JsonNode, name: string): Origin {
  const template = typeof node.value === "boolean" ? `{${name}:bool}` : `{${name}}`;
  return {
    kind: "written",
    span: node.span,
    line: context.lineAt(node.span.from),
    site: { span: node.span, template },
  };
}
export const defaultAt = (context: Context, node: JsonNode, site: Site | undefined): Origin => ({
  kind: "default",
  span: node.span,
  line: context.lineAt(node.span.from),
  ...(site && { site }),
});
/** The template of one property: "beta1": {beta1}, the name as a person of the house writes it. */
const saying = (key: string, name: string, vocabulary: Vocabulary): string => {
  const isFlag = vocabulary.arguments.some(({ names, flag }) => flag && names.includes(key));
  return `${JSON.stringify(key)}: {${name}${isFlag ? ":bool" : ""}}`;
};
export const adding = (context: Context, object: JsonNode, key: string, name: string, vocabulary: Vocabulary) =>
  insertion(context, object, saying(key, name, vocabulary));
/** Where a file has no `hyperparameters` at all, one insertion says all of them. */
export const addingAll = (context: Context, object: JsonNode, names: readonly string[], vocabulary: Vocabulary) =>
  insertion(
    context,
    object,
    `"hyperparameters": { ${names.map((name) => saying(name, name, vocabulary)).join(", ")} }`,
  );

/** After the last property, on a line of its own where the others have theirs. */
function insertion(context: Context, object: JsonNode, said: string): Site | undefined {
  if (!context.whole || !object.properties) return undefined;
  const note = "adds the property";
  const last = object.properties.at(-1);
  if (!last) return { span: emptyAt(object.span.from + 1), template: ` ${said} `, note };
  const before = context.text.slice(context.text.lastIndexOf("\n", last.span.from) + 1, last.span.from);
  const newline = context.text.includes("\r\n") ? "\r\n" : "\n";
  const separator = /^\s*$/.test(before) && last.span.from > before.length ? `,${newline}${before}` : ", ";
  return { span: emptyAt(last.span.to), template: separator + said, note };
}
const emptyAt = (offset: number) => ({ from: offset, to: offset });
