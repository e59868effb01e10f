import type { Resolver } from "./resolver.ts";
import { placed, type Known, unresolved } from "./known.ts";
import type { Found } from "./lookup.ts";
import { classOf, instanceOf } from "./classes.ts";
import { memberOf } from "./members.ts";
import { optionsOf } from "./options.ts";
import { parameterName, type Scope } from "./scopes.ts";
import { childOf, spanOf, type Syntax } from "./syntax.ts";

const sites = new WeakMap<Resolver, Map<Syntax, readonly Syntax[]>>();

/** Calls of a function of this file; of a constructor, the calls of its class. */
export function callSitesOf(resolver: Resolver, definition: Syntax): readonly Syntax[] {
  const known = sites.get(resolver) ?? new Map<Syntax, readonly Syntax[]>();
  sites.set(resolver, known);
  const before = known.get(definition);
  if (before !== undefined) return before;
  const name = childOf(definition, "name");
  const owner = classOf(definition);
  const subject = name !== undefined && resolver.text(name) === "__init__" ? owner : definition;
  const subjectName = subject && childOf(subject, "name");
  const found =
    subject === undefined || subjectName === undefined
      ? []
      : (resolver.byName.get(resolver.text(subjectName)) ?? []).filter((call) => calls(resolver, call, subject));
  known.set(definition, found);
  return found;
}
/** By scopes alone, so that following names never comes back here. */
function calls(resolver: Resolver, call: Syntax, definition: Syntax): boolean {
  const callee = childOf(call, "function");
  if (callee === undefined) return false;
  const method = definition.type === "function_definition" && classOf(definition) !== undefined;
  if (callee.type === "attribute") return method;
  if (callee.type !== "identifier" || method) return false;
  const name = resolver.text(callee);
  for (let scope: Scope | undefined = resolver.scopes.of(call); scope !== undefined; scope = scope.parent) {
    const bindings = scope.bindings.get(name);
    if (bindings !== undefined)
      return bindings.some(({ given }) => "definition" in given && given.definition === definition);
  }
  return false;
}

/** What a parameter is: the argument of the only call, else its default; undefined where it has neither. */
export function parameterValue(resolver: Resolver, parameter: Syntax): Found | undefined {
  const owner = parameter.parent?.parent;
  const name = parameterName(resolver.program, parameter);
  if (owner === undefined || name === undefined) return undefined;
  if (owner.type !== "function_definition") return defaultOf(resolver, parameter, name);
  const home = classOf(owner);
  const order = parameter.parent?.children.filter(({ type }) => type !== "keyword_separator") ?? [];
  if (home !== undefined && order[0] === parameter && /^(?:self|cls)$/.test(name))
    return { known: instanceOf(resolver, home), via: undefined };
  const option = optionsOf(resolver).ofFunction(owner, name);
  if (option !== undefined) return { known: option, via: undefined };

  const skip = home === undefined ? 0 : 1;
  const callSites = callSitesOf(resolver, owner);
  if (parameter.type === "dictionary_splat_pattern") return extraKeywords(resolver, parameter, callSites, order);
  if (parameter.type === "list_splat_pattern") return undefined;
  const given = callSites.map((call) => argumentOf(resolver, call, name, order.indexOf(parameter) - skip));
  const [only] = given;
  if (given.length === 1 && only !== undefined) return only;
  const byDefault = defaultOf(resolver, parameter, name);
  if (given.length > 1 && given.every((it) => it !== undefined)) {
    const first = given[0];
    const equal = given.every(
      (it) =>
        first !== undefined &&
        it.known.kind === "number" &&
        first.known.kind === "number" &&
        it.known.value === first.known.value,
    );
    return equal ? first : undefined;
  }
  if (byDefault !== undefined) return byDefault;
  return given.length === 0 ? byAnnotation(resolver, parameter, name) : undefined;
}
function defaultOf(resolver: Resolver, parameter: Syntax, name: string): Found | undefined {
  const value = childOf(parameter, "value");
  return value && { known: resolver.evaluate(value), via: `default of ${name}` };
}
/** `cfg: Config` without a call is an instance with its defaults; `args` is the file's own command line. */
function byAnnotation(resolver: Resolver, parameter: Syntax, name: string): Found | undefined {
  const type = childOf(parameter, "type");
  const known = type && resolver.evaluate(type);
  if (known?.kind === "definition" && known.definition.type === "class_definition")
    return { known: instanceOf(resolver, known.definition), via: undefined };
  const options = optionsOf(resolver);
  if (!options.some || !/^(?:args?|opts?|options?|flags|hparams|params|config|cfg|conf|hps?|parsed_args)$/i.test(name))
    return undefined;
  return { known: options.namespace(spanOf(parameter), undefined), via: undefined };
}
/** The argument of one call for a parameter; undefined where the call leaves it out. */
function argumentOf(resolver: Resolver, call: Syntax, name: string, position: number): Found | undefined {
  const list = childOf(call, "arguments");
  if (list?.type !== "argument_list") return undefined;
  let index = 0;
  const via = `call in line ${resolver.lineAt(call.from)}`;
  let splat: Found | undefined;
  for (const child of list.children) {
    if (child.type === "keyword_argument") {
      const [word, value] = [childOf(child, "name"), childOf(child, "value")];
      if (word && value && resolver.text(word) === name) return { known: resolver.evaluate(value), via };
    } else if (child.type === "dictionary_splat") {
      const [inner] = child.children;
      const member = inner && memberOf(resolver, inner, name);
      const whole = inner && resolver.evaluate(inner);
      if (member !== undefined) splat = { known: member, via };
      else if (whole?.kind !== "dict" || whole.open) splat = { known: unresolved(spanOf(child), name), via };
    } else if (child.type === "list_splat") {
      if (index <= position) return { known: unresolved(spanOf(child), name), via };
    } else {
      if (index === position) return { known: resolver.evaluate(child), via };
      index++;
    }
  }
  return splat;
}
/** The node of a parameter's argument in the only call of its function, so that a path can be followed there. */
export function argumentNode(resolver: Resolver, parameter: Syntax): Syntax | undefined {
  const owner = parameter.parent?.parent;
  const name = parameterName(resolver.program, parameter);
  if (owner?.type !== "function_definition" || name === undefined) return undefined;
  const [only, ...more] = callSitesOf(resolver, owner);
  const list = only && childOf(only, "arguments");
  if (list === undefined || more.length > 0) return undefined;
  const skip = classOf(owner) === undefined ? 0 : 1;
  const position = (parameter.parent?.children.indexOf(parameter) ?? -1) - skip;
  const plain = list.children.filter((child) => child.type !== "keyword_argument" && child.type !== "dictionary_splat");
  const word = list.children.find((child) => {
    const key = child.type === "keyword_argument" ? childOf(child, "name") : undefined;
    return key !== undefined && resolver.text(key) === name;
  });
  return word ? childOf(word, "value") : plain[position];
}
function extraKeywords(
  resolver: Resolver,
  parameter: Syntax,
  callSites: readonly Syntax[],
  order: readonly Syntax[],
): Found | undefined {
  const [only, ...more] = callSites;
  if (more.length > 0) return undefined;
  const taken = new Set(order.map((it) => parameterName(resolver.program, it)));
  const args = only === undefined ? [] : resolver.call(only).args;
  const known: Known = {
    kind: "dict",
    span: spanOf(parameter),
    entries: args.flatMap(({ name, value, span }) =>
      typeof name === "string" && name !== "**" && !taken.has(name) ? [{ key: name, value, span }] : [],
    ),
    ...(args.some(({ name }) => name === "**") ? { open: true } : {}),
  };
  return { known: placed(known, spanOf(parameter), "", undefined), via: undefined };
}
