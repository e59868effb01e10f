import { operate } from "./arithmetic.ts";
import type { Value } from "../call.ts";
import { exposed, merged, same, type Known, unresolved } from "./known.ts";
import type { Resolver } from "./resolver.ts";
import type { Binding, Scope } from "./scopes.ts";
import { childOf, contains, spanOf, type Syntax } from "./syntax.ts";
import { callSitesOf, parameterValue } from "./parameters.ts";

export interface Found {
  readonly known: Known;
  readonly via: string | undefined;
}
/** What a name or a path ("args.lr") is at the place of `use`; undefined where nothing in the file binds it. */
export function lookUp(resolver: Resolver, key: string, use: Syntax): Found | undefined {
  const root = key.split(".")[0] ?? key;
  let position: number | undefined = use.from;
  const home = resolver.scopes.of(use);
  for (let scope: Scope | undefined = home; scope !== undefined; scope = scope.parent) {
    if (scope.node.type !== "class_definition" || scope === home) {
      const bindings = scope.bindings.get(key);
      const found = bindings && settle(resolver, bindings, position);
      if (found !== undefined) return found;
      // A name of this scope hides those outside; a path only where its root is made here.
      if (bindings !== undefined && key === root && scope.parent !== undefined && position !== undefined)
        return { known: unresolved(spanOf(use), key), via: undefined };
      if (key !== root && scope.bindings.has(root)) return undefined;
      if (scope.parent === undefined && bindings !== undefined && key === root && home === scope)
        return { known: unresolved(spanOf(use), key), via: undefined };
    }
    position = entrance(resolver, scope, position);
  }
  return undefined;
}
/** Entries that were set one by one: `kwargs["lr"] = …` beside `kwargs = {…}`. */
export function keysSetOn(resolver: Resolver, name: string, use: Syntax): string[] {
  const keys = new Set<string>();
  for (let scope: Scope | undefined = resolver.scopes.of(use); scope !== undefined; scope = scope.parent)
    for (const key of scope.bindings.keys())
      if (key.startsWith(`${name}.`) && !key.slice(name.length + 1).includes(".")) keys.add(key);
  return [...keys];
}
/** Where control comes from into a function: its only call, else the end of the file. */
function entrance(resolver: Resolver, scope: Scope, position: number | undefined): number | undefined {
  if (scope.node.type !== "function_definition") return position;
  const sites = callSitesOf(resolver, scope.node);
  const [only] = sites;
  if (sites.length !== 1 || only === undefined) return undefined;
  let from: Scope | undefined = resolver.scopes.of(only);
  let at: number | undefined = only.from;
  // The call may itself stand in a function that is called from the scope outside.
  for (let hops = 0; from !== undefined && from !== scope.parent && hops < 8; hops++) {
    if (from.node.type === "function_definition") {
      const next: readonly Syntax[] = callSitesOf(resolver, from.node);
      const [caller] = next;
      if (next.length !== 1 || caller === undefined) return undefined;
      at = caller.from;
      from = resolver.scopes.of(caller);
    } else from = from.parent;
  }
  return from === scope.parent ? at : undefined;
}

/** What a name or path of a scope is when its block has run. */
export function valueAtEnd(resolver: Resolver, scope: Scope, key: string): Found | undefined {
  const bindings = scope.bindings.get(key);
  return bindings && settle(resolver, bindings, undefined);
}
/** The last binding in force at a position (undefined: at the end), unless branches or loops leave that open. */
function settle(resolver: Resolver, bindings: readonly Binding[], position: number | undefined): Found | undefined {
  const maybe: Found[] = [];
  for (let k = bindings.length - 1; k >= 0; k--) {
    const binding = bindings[k]!;
    if (position !== undefined && binding.at > position) {
      if (position >= binding.node.from && position < binding.at) continue; // its own right-hand side
      if (carried(binding, position))
        maybe.push({ known: unresolved(spanOf(binding.node), binding.key), via: undefined });
      continue;
    }
    const reach = reachOf(resolver, binding, position);
    if (reach === "never") continue;
    const found =
      reach === "filled"
        ? { known: unresolved(spanOf(binding.node), binding.key), via: undefined }
        : give(resolver, binding);
    if (reach === "maybe") maybe.push(found);
    else return agreed([...maybe, found], binding);
  }
  const [first] = maybe;
  return first === undefined ? undefined : agreed(maybe, undefined);
}
function agreed(all: readonly Found[], last: Binding | undefined): Found | undefined {
  const [first] = all;
  if (first === undefined || (all.length === 1 && last !== undefined)) return first;
  if (all.every((it) => it.known.kind !== "unresolved" && same(it.known, first.known)) && last !== undefined)
    return first;
  const options = all.flatMap(({ known }): Value[] =>
    known.kind === "unresolved" ? [...(known.options ?? [])] : [exposed(known, "")],
  );
  return {
    known: unresolved(
      first.known.span,
      "",
      options.filter((it) => it.kind !== "unresolved"),
    ),
    via: undefined,
  };
}
/** A loop around both brings the later binding back to the earlier use. */
function carried(binding: Binding, position: number): boolean {
  if (binding.given.kind === "import" || binding.given.kind === "function" || binding.given.kind === "class")
    return false;
  for (let at = binding.node.parent; at !== undefined; at = at.parent) {
    if (at.type === "function_definition" || at.type === "class_definition") return false;
    if ((at.type === "for_statement" || at.type === "while_statement") && contains(at, position)) return true;
  }
  return false;
}

type Reach = "sure" | "maybe" | "never" | "filled";
function reachOf(resolver: Resolver, binding: Binding, position: number | undefined): Reach {
  let reach: Reach = "sure";
  let child = binding.node;
  for (let at = child.parent; at !== undefined; child = at, at = at.parent) {
    if (at.type === "function_definition" || at.type === "class_definition" || at.type === "lambda") break;
    if (position !== undefined && contains(child, position)) break;
    if (at.type === "for_statement" || at.type === "while_statement") {
      if (child.field === "body") reach = "maybe";
    } else if (at.type === "except_clause" || at.type === "except_group_clause" || at.type === "case_clause")
      reach = "maybe";
    else if (at.type === "if_statement" || at.type === "elif_clause") {
      const statement = at.type === "elif_clause" ? at.parent : at;
      if (statement === undefined || child.field === "condition") continue;
      if (position !== undefined && contains(statement, position)) return "never"; // another arm of the same statement
      const arm = at.type === "elif_clause" ? at : child;
      const taken = takesArm(resolver, statement, arm);
      if (taken === false) return "never";
      if (taken === undefined) reach = "maybe";
      else if (reach === "sure" && fills(resolver, statement, binding)) reach = "filled";
      at = statement;
    }
  }
  return reach;
}
/** The arms of an if statement: its body, elif clauses, else clause, with the condition of each. */
export const armsOf = (statement: Syntax): { readonly arm: Syntax; readonly test: Syntax | undefined }[] =>
  statement.children
    .filter((child) => child.field === "consequence" || child.field === "alternative")
    .map((arm) => ({ arm, test: childOf(arm.field === "consequence" ? statement : arm, "condition") }));
/** Whether the defaults lead into this arm; undefined where that is not known. */
export function takesArm(resolver: Resolver, statement: Syntax, arm: Syntax): boolean | undefined {
  let open = false;
  for (const { arm: each, test } of armsOf(statement)) {
    const holds = test === undefined ? true : resolver.truth(test);
    if (each === arm) return holds === false ? false : open ? undefined : holds;
    if (holds === true) return open ? undefined : false;
    if (holds === undefined) open = true;
  }
  return undefined;
}
/** `if args.scale_lr: lr *= …`, `if lr is None: lr = …`: what happens at run time is not a value of the file. */
function fills(resolver: Resolver, statement: Syntax, { key, given }: Binding): boolean {
  if (given.kind === "augmented") return true;
  const test = childOf(statement, "condition");
  const words = test ? resolver.text(test) : "";
  const spelled = key.replace(/\./g, "\\W+");
  if (new RegExp(`(?:^|\\W)${spelled}\\W*(?:is|==)\\s+None|^not\\s+${spelled}\\W*$`).test(words)) return true;
  return given.kind === "value" && new RegExp(`(?:^|[^\\w.])${spelled}(?!\\w)`).test(resolver.text(given.value));
}

/** What one binding gives. */
function give(resolver: Resolver, binding: Binding): Found {
  const { key, given, node } = binding;
  const nothing = (): Found => ({ known: unresolved(spanOf(node), key), via: undefined });
  switch (given.kind) {
    case "value":
      return { known: resolver.evaluate(given.value), via: `${/^[A-Z]/.test(key) ? "constant " : ""}${key}` };
    case "item": {
      let known: Known = resolver.evaluate(given.value);
      for (const index of given.index) {
        const item: Known | undefined =
          known.kind === "list"
            ? known.items[index]
            : known.kind === "object"
              ? known.member(String(index))
              : undefined;
        if (item === undefined) return nothing();
        known = item;
      }
      return { known, via: key };
    }
    case "augmented": {
      const result = operate(
        given.operator,
        resolver.evaluate(given.target),
        resolver.evaluate(given.value),
        spanOf(node),
      );
      return result === undefined ? nothing() : { known: result, via: key };
    }
    case "import":
      return { known: { kind: "name", span: spanOf(node), path: given.path }, via: undefined };
    case "function":
    case "class":
      return { known: { kind: "definition", span: spanOf(node), definition: given.definition }, via: undefined };
    case "parameter":
      return parameterValue(resolver, given.parameter) ?? nothing();
    case "update": {
      const callee = childOf(given.call, "function");
      const object = callee && childOf(callee, "object");
      const before = object && resolver.evaluate(object);
      const call = resolver.call(given.call);
      if (before?.kind !== "dict") return nothing();
      const more = call.args.flatMap(({ name, value, span }) =>
        typeof name === "string" ? [{ key: name, value, span }] : value.kind === "dict" ? value.entries : [],
      );
      const open = call.args.some(
        ({ name, value }) => typeof name === "number" && (value.kind !== "dict" || value.open),
      );
      return { known: { ...before, entries: merged(before.entries, more), ...(open ? { open } : {}) }, via: key };
    }
    default:
      return nothing();
  }
}
