import { blocksAround } from "./blocks.ts";
import { attributeOf } from "./classes.ts";
import { placed, type Known } from "./known.ts";
import { lookUp } from "./lookup.ts";
import { optionsOf } from "./options.ts";
import { argumentNode } from "./parameters.ts";
import type { Resolver } from "./resolver.ts";
import type { Scope } from "./scopes.ts";
import { bare, pathOf, type Syntax } from "./syntax.ts";

/** `object.name` or `object["name"]`; undefined where that is not known. */
export function memberOf(resolver: Resolver, object: Syntax, name: string): Known | undefined {
  let node: Syntax | undefined = bare(object);
  const seen = new Set<Scope>();
  const names = new Set<string>();
  // An object handed on under other names may have had its member set under those.
  for (let hops = 0; node !== undefined && hops < 8; hops++) {
    const path = pathOf(resolver.program, node);
    if (path === undefined) break;
    for (let scope: Scope | undefined = resolver.scopes.of(node); scope !== undefined; scope = scope.parent)
      seen.add(scope);
    names.add(path.at(-1) ?? "");
    if (hops > 0) {
      const found = lookUp(resolver, [...path, name].join("."), node);
      if (found !== undefined) return placed(found.known, found.known.span, name, found.via);
    }
    node = path.length === 1 ? handedOn(resolver, node) : undefined;
  }
  const changed = resolver.setMembers
    .get(name)
    ?.some((it) => names.has(it.on) && !seen.has(resolver.scopes.of(it.node)) && !isSkipped(resolver, it.node));
  return changed ? undefined : memberOfKnown(resolver, resolver.evaluate(object), name);
}
/** Whether the defaults never lead there. */
const isSkipped = (resolver: Resolver, node: Syntax): boolean =>
  blocksAround(resolver, node).some((block) => block.kind === "branch" && block.taken === false);
/** The other name of an object: the argument of the only call, or the name it was set to once. */
function handedOn(resolver: Resolver, node: Syntax): Syntax | undefined {
  const name = resolver.text(node);
  for (let scope: Scope | undefined = resolver.scopes.of(node); scope !== undefined; scope = scope.parent) {
    const bindings = scope.bindings.get(name);
    if (bindings === undefined) continue;
    const [only] = bindings;
    if (bindings.length !== 1 || only === undefined) return undefined;
    const next =
      only.given.kind === "parameter"
        ? argumentNode(resolver, only.given.parameter)
        : only.given.kind === "value"
          ? only.given.value
          : undefined;
    return next && bare(next);
  }
  return undefined;
}
export function memberOfKnown(resolver: Resolver, known: Known, name: string): Known | undefined {
  switch (known.kind) {
    case "dict":
      return known.entries.find((entry) => entry.key === name)?.value;
    case "list": {
      const index = Number(name);
      return Number.isInteger(index) ? known.items.at(index) : undefined;
    }
    case "object":
      return known.member(name);
    case "definition":
      return known.definition.type === "class_definition" ? attributeOf(resolver, known.definition, name) : undefined;
    case "name":
      if (/(?:^|\.)FLAGS$/.test(known.path)) {
        const flag = optionsOf(resolver).named(name);
        if (flag !== undefined) return flag;
      }
      return { kind: "name", span: known.span, path: `${known.path}.${name}` };
    default:
      return undefined;
  }
}
