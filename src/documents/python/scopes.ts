import { bare, childOf, pathOf, textOf, type Program, type Syntax } from "./syntax.ts";

/** What a name or a path ("args.lr") was given. */
export type Given =
  | { readonly kind: "value"; readonly value: Syntax }
  /** One of the things on the right: `a, (b, c) = value`. */
  | { readonly kind: "item"; readonly value: Syntax; readonly index: readonly number[] }
  | { readonly kind: "augmented"; readonly operator: string; readonly target: Syntax; readonly value: Syntax }
  | { readonly kind: "import"; readonly path: string }
  | { readonly kind: "parameter"; readonly parameter: Syntax }
  | { readonly kind: "function" | "class"; readonly definition: Syntax }
  /** A dict's update(…) with these arguments. */
  | { readonly kind: "update"; readonly call: Syntax }
  | { readonly kind: "unknown" };
export interface Binding {
  readonly key: string;
  /** The statement; `at` is where it takes effect. */
  readonly node: Syntax;
  readonly at: number;
  readonly given: Given;
}
export interface Scope {
  readonly node: Syntax;
  readonly parent: Scope | undefined;
  readonly bindings: Map<string, Binding[]>;
  /** Names declared global or nonlocal here. */
  readonly outer: Set<string>;
}
export interface Scopes {
  readonly of: (node: Syntax) => Scope;
  readonly module: Scope;
  /** Modules whose names were all imported: "torch.optim". */
  readonly stars: readonly string[];
}
const opens = new Set([
  "module",
  "function_definition",
  "lambda",
  "class_definition",
  "list_comprehension",
  "generator_expression",
  "dictionary_comprehension",
  "set_comprehension",
]);
/** A default, a decorator, a base class: written at the definition, but evaluated outside. */
const outsideOf = (definition: Syntax, child: Syntax): boolean =>
  (definition.type === "function_definition" ||
    definition.type === "lambda" ||
    definition.type === "class_definition") &&
  child.field !== "body";

export function scopesOf(program: Program): Scopes {
  const scopes = new Map<Syntax, Scope>();
  const stars: string[] = [];
  const make = (node: Syntax, parent: Scope | undefined): Scope => {
    const scope: Scope = { node, parent, bindings: new Map(), outer: new Set() };
    scopes.set(node, scope);
    return scope;
  };
  const module = make(program.root, undefined);
  // Nodes come parents first, so each finds its scope in one step, however deep it stands.
  const homes = new Map<Syntax, Scope>();
  const home = (node: Syntax): Scope => {
    const { parent } = node;
    if (parent === undefined) return module;
    const inside = opens.has(parent.type) && !outsideOf(parent, node) ? scopes.get(parent) : undefined;
    return inside ?? homes.get(parent) ?? module;
  };
  const of = (node: Syntax): Scope => homes.get(node) ?? module;
  const bind = (scope: Scope, key: string, node: Syntax, given: Given, at = node.to): void => {
    const owner = scope.outer.has(key.split(".")[0] ?? key) ? module : scope;
    const known = owner.bindings.get(key) ?? [];
    if (known.length === 0) owner.bindings.set(key, known);
    known.push({ key, node, at, given: owner === scope ? given : { kind: "unknown" } });
  };
  const bindTarget = (scope: Scope, target: Syntax, node: Syntax, given: (index: readonly number[]) => Given): void => {
    const pending: { target: Syntax; index: readonly number[] }[] = [{ target, index: [] }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const it = bare(next.target);
      if (/^(pattern_list|tuple_pattern|list_pattern|tuple|list|expression_list)$/.test(it.type))
        for (const [i, child] of it.children.entries()) pending.push({ target: child, index: [...next.index, i] });
      else {
        const key = pathOf(program, it)?.join(".");
        if (key !== undefined) bind(scope, key, node, given(next.index));
      }
    }
  };
  const unknown = (): Given => ({ kind: "unknown" });

  for (const node of program.nodes) {
    const scope = home(node);
    homes.set(node, scope);
    if (opens.has(node.type) && node !== program.root) make(node, scope);
    switch (node.type) {
      case "global_statement":
      case "nonlocal_statement":
        for (const name of node.children) scope.outer.add(textOf(program, name));
        break;
      case "assignment": {
        const left = childOf(node, "left");
        let value = childOf(node, "right");
        while (value?.type === "assignment") value = childOf(value, "right");
        const right = value;
        if (left === undefined || right === undefined) break;
        bindTarget(scope, left, node, (index) =>
          index.length === 0 ? { kind: "value", value: right } : { kind: "item", value: right, index },
        );
        break;
      }
      case "augmented_assignment": {
        const [target, value, operator] = ["left", "right", "operator"].map((field) => childOf(node, field));
        const key = target && pathOf(program, target)?.join(".");
        if (target === undefined || value === undefined || operator === undefined || key === undefined) break;
        bind(scope, key, node, {
          kind: "augmented",
          operator: textOf(program, operator).replace(/=$/, ""),
          target,
          value,
        });
        break;
      }
      case "named_expression": {
        const [name, value] = [childOf(node, "name"), childOf(node, "value")];
        if (name && value) bind(scope, textOf(program, name), node, { kind: "value", value });
        break;
      }
      case "for_statement":
      case "for_in_clause": {
        const left = childOf(node, "left");
        if (left) for (const part of partsOf(left)) bind(scope, textOf(program, part), node, unknown(), left.to);
        break;
      }
      case "as_pattern": {
        const target = childOf(node, "alias");
        const [value] = node.children;
        const inside = target?.children[0];
        if (target === undefined || value === undefined) break;
        const given: Given = node.parent?.type === "with_item" ? { kind: "value", value } : unknown();
        bindTarget(scope, inside ?? target, node, () => given);
        break;
      }
      case "function_definition":
      case "class_definition": {
        const name = childOf(node, "name");
        const kind = node.type === "class_definition" ? "class" : "function";
        if (name) bind(scope, textOf(program, name), node, { kind, definition: node }, node.from);
        break;
      }
      case "import_statement":
        for (const part of node.children) {
          const [name, alias] = [childOf(part, "name") ?? part, childOf(part, "alias")];
          const path = textOf(program, name).replace(/\s/g, "");
          if (alias) bind(scope, textOf(program, alias), node, { kind: "import", path });
          else {
            const first = path.split(".")[0] ?? path;
            bind(scope, first, node, { kind: "import", path: first });
          }
        }
        break;
      case "import_from_statement": {
        const from = childOf(node, "module_name");
        if (from === undefined) break;
        const home = textOf(program, from).replace(/\s/g, "");
        for (const part of node.children) {
          if (part.type === "wildcard_import") stars.push(home);
          if (part.field !== "name") continue;
          const [name, alias] = [childOf(part, "name") ?? part, childOf(part, "alias") ?? part];
          bind(scope, textOf(program, alias), node, { kind: "import", path: `${home}.${textOf(program, name)}` });
        }
        break;
      }
      case "parameters":
      case "lambda_parameters": {
        const inside = scopes.get(node.parent ?? node);
        if (inside === undefined) break;
        for (const parameter of node.children) {
          const name = parameterName(program, parameter);
          if (name !== undefined) bind(inside, name, parameter, { kind: "parameter", parameter });
        }
        break;
      }
      case "call": {
        const callee = childOf(node, "function");
        const method = callee?.type === "attribute" ? childOf(callee, "attribute") : undefined;
        const object = callee && childOf(callee, "object");
        if (method === undefined || object === undefined || textOf(program, method) !== "update") break;
        const key = pathOf(program, object)?.join(".");
        if (key !== undefined) bind(scope, key, node, { kind: "update", call: node });
        break;
      }
    }
  }
  return { of, module, stars };
}
/** The names in a loop's target. */
function partsOf(target: Syntax): Syntax[] {
  const found: Syntax[] = [];
  const pending = [target];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.type === "identifier") found.push(next);
    else if (next.type !== "attribute" && next.type !== "subscript") pending.push(...next.children);
  }
  return found;
}
export function parameterName(program: Program, parameter: Syntax): string | undefined {
  if (parameter.type === "identifier") return textOf(program, parameter);
  const named = childOf(parameter, "name") ?? parameter.children.find((child) => child.type === "identifier");
  if (named) return textOf(program, named);
  const [splat] = parameter.children; // *args: int
  return splat === undefined || parameter.type !== "typed_parameter" ? undefined : parameterName(program, splat);
}
