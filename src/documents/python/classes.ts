import { placed, same, unresolved, type Known } from "./known.ts";
import { valueAtEnd } from "./lookup.ts";
import { memberOf } from "./members.ts";
import type { Resolver } from "./resolver.ts";
import type { Scope } from "./scopes.ts";
import { childOf, contains, spanOf, type Syntax } from "./syntax.ts";

/** The class whose method this function is. */
export function classOf(definition: Syntax): Syntax | undefined {
  let at = definition.parent;
  if (at?.type === "decorated_definition") at = at.parent;
  return at?.type === "block" && at.parent?.type === "class_definition" ? at.parent : undefined;
}
/** The methods of a class, and what is set in its own body. */
function bodyOf(
  resolver: Resolver,
  definition: Syntax,
): { readonly own: Scope | undefined; readonly methods: Syntax[] } {
  const block = childOf(definition, "body");
  const inside = block?.children.map((child) =>
    child.type === "decorated_definition" ? (childOf(child, "definition") ?? child) : child,
  );
  const methods = inside?.filter((child) => child.type === "function_definition") ?? [];
  const [first] = block?.children ?? [];
  return { own: first && resolver.scopes.of(first), methods };
}
export const constructorOf = (resolver: Resolver, definition: Syntax): Syntax | undefined =>
  bodyOf(resolver, definition).methods.find((method) => {
    const name = childOf(method, "name");
    return name !== undefined && resolver.text(name) === "__init__";
  });
const basesOf = (definition: Syntax): Syntax[] =>
  childOf(definition, "superclasses")?.children.filter((child) => child.type !== "keyword_argument") ?? [];

/** An instance of a class of this file; `call` is the construction, whose arguments win over the fields' defaults. */
export function instanceOf(resolver: Resolver, definition: Syntax, call?: Syntax): Known {
  const member = (name: string): Known | undefined => {
    const args = call && constructorOf(resolver, definition) === undefined ? resolver.call(call).args : [];
    const fields = args.length > 0 ? fieldsOf(resolver, definition) : [];
    const given = args.find((arg) => arg.name === name || (typeof arg.name === "number" && fields[arg.name] === name));
    if (given !== undefined) return given.value;
    if (args.some((arg) => arg.name === "**")) return undefined;
    return attributeOf(resolver, definition, name);
  };
  return { kind: "object", span: spanOf(call ?? definition), member };
}
function fieldsOf(resolver: Resolver, definition: Syntax): string[] {
  const block = childOf(definition, "body");
  return (block?.children ?? []).flatMap((statement) => {
    const [assignment] = statement.children;
    const left =
      assignment?.type === "assignment" && childOf(assignment, "type") ? childOf(assignment, "left") : undefined;
    return left ? [resolver.text(left)] : [];
  });
}

/** `self.x`: what the constructor, or the only method that does, sets; else the class's own attribute or field. */
export function attributeOf(resolver: Resolver, definition: Syntax, name: string, hops = 0): Known | undefined {
  if (hops > 6) return undefined;
  const { own, methods } = bodyOf(resolver, definition);
  const constructor = constructorOf(resolver, definition);
  const set = methods.flatMap((method) => {
    const inside = bodyScope(resolver, method);
    const found = inside && valueAtEnd(resolver, inside, `self.${name}`);
    return found === undefined ? [] : [{ method, ...found }];
  });
  const first = set.find(({ method }) => method === constructor) ?? set[0];
  if (first !== undefined) {
    const certain = set.every(({ known }) => known === first.known || same(known, first.known));
    return certain
      ? placed(first.known, first.known.span, `self.${name}`, first.via ?? `self.${name}`)
      : unresolved(spanOf(definition), `self.${name}`);
  }
  if (name === "hparams") return hyperparametersOf(resolver, definition);
  const field = own && own.node === definition ? valueAtEnd(resolver, own, name) : undefined;
  if (field !== undefined) return fieldDefault(resolver, field.known, name);
  for (const base of basesOf(definition)) {
    const known = resolver.evaluate(base);
    const found = known.kind === "definition" ? attributeOf(resolver, known.definition, name, hops + 1) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
function bodyScope(resolver: Resolver, method: Syntax): Scope | undefined {
  const [first] = childOf(method, "body")?.children ?? [];
  return first && resolver.scopes.of(first);
}
/** Lightning's self.hparams: the constructor's parameters, or what save_hyperparameters was given. */
function hyperparametersOf(resolver: Resolver, definition: Syntax): Known | undefined {
  const constructor = constructorOf(resolver, definition);
  if (constructor === undefined) return undefined;
  const inside = bodyScope(resolver, constructor);
  const parameters =
    inside && new Set([...inside.bindings].flatMap(([key, all]) => (all[0]?.given.kind === "parameter" ? [key] : [])));
  if (inside === undefined || parameters === undefined) return undefined;
  const saved = (resolver.byName.get("save_hyperparameters") ?? [])
    .filter((call) => contains(constructor, call.from))
    .flatMap((call) => childOf(call, "arguments")?.children ?? [])
    .filter((argument) => argument.type === "identifier");
  const member = (name: string): Known | undefined => {
    if (parameters.has(name)) {
      const found = valueAtEnd(resolver, inside, name);
      return found && placed(found.known, found.known.span, name, found.via);
    }
    for (const argument of saved) {
      const found = memberOf(resolver, argument, name);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return { kind: "object", span: spanOf(definition), member };
}

/** `x: float = 1e-3`, `field(default=…)`; a 0 or None that the program fills in later is not a value. */
function fieldDefault(resolver: Resolver, known: Known, name: string): Known | undefined {
  let value: Known = known;
  if (known.kind === "call" && /(?:^|\.)(?:field|Field|ArgField|arg)$/.test(known.call.callee)) {
    const written = known.call.args.find(
      (arg) => arg.name === "default" || (arg.name === 0 && /Field$/.test(known.call.callee)),
    );
    if (written === undefined) return undefined;
    value = written.value;
  }
  const placeholder = value.kind === "none" || (value.kind === "number" && value.value === 0);
  if (placeholder && isSetLater(resolver, name)) return unresolved(value.span, name);
  return placed(value, value.span, name, `field ${name}`);
}
/** Somewhere in the program `something.name = …` is written. */
export function isSetLater(resolver: Resolver, name: string): boolean {
  return resolver.setMembers.has(name);
}
