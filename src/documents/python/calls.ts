import type { Argument, Block, Call, Value } from "../call.ts";
import { asNumber, functionNamed } from "./arithmetic.ts";
import { attributeByName } from "./attributeByName.ts";
import { blocksAround } from "./blocks.ts";
import { instanceOf } from "./classes.ts";
import { placed, unresolved, type Known } from "./known.ts";
import { memberOfKnown } from "./members.ts";
import { definedFlag, optionsOf } from "./options.ts";
import type { Resolver } from "./resolver.ts";
import { childOf, pathOf, spanOf, type Syntax } from "./syntax.ts";

/** A call in plain form; its arguments are worked out when they are asked for. */
export function callOf(resolver: Resolver, node: Syntax): Call {
  const known = resolver.calls.get(node);
  if (known !== undefined) return known;
  const callee = childOf(node, "function");
  const target = targetOf(resolver, node);
  let args: readonly Argument[] | undefined;
  let blocks: readonly Block[] | undefined;
  let named: { callee: string; options?: readonly string[] } | undefined;
  const naming = () => (named ??= calleeOf(resolver, callee));
  const call: Call = {
    get callee() {
      return naming().callee;
    },
    get options() {
      return naming().options;
    },
    written: callee ? resolver.text(callee) : "",
    get args() {
      return (args ??= argumentsOf(resolver, node));
    },
    span: spanOf(node),
    line: resolver.lineAt(node.from),
    ...(target === undefined ? {} : { target }),
    get blocks() {
      return (blocks ??= blocksAround(resolver, node));
    },
  };
  resolver.calls.set(node, call);
  return call;
}
function calleeOf(resolver: Resolver, callee: Syntax | undefined): { callee: string; options?: readonly string[] } {
  if (callee === undefined) return { callee: "." };
  const known = resolver.evaluate(callee);
  if (known.kind === "name") return { callee: known.path };
  const own = `.${resolver.text(callee)}`;
  if (known.kind !== "unresolved") return { callee: own };
  const options = known.options?.flatMap((option) => (option.kind === "name" ? [option.path] : []));
  return options === undefined || options.length === 0 ? { callee: own } : { callee: own, options };
}
/** Keywords of `**known` are there like the others; of an unknown one, a single argument "**". */
function argumentsOf(resolver: Resolver, node: Syntax): Argument[] {
  const list = childOf(node, "arguments");
  if (list === undefined) return [];
  if (list.type !== "argument_list") return [{ name: 0, value: unresolvedAt(resolver, list), span: spanOf(list) }]; // f(x for x in xs)
  const args: Argument[] = [];
  let position = 0;
  const add = (name: string | number, value: () => Value, span: Syntax) => {
    let memo: Value | undefined;
    args.push({
      name,
      get value() {
        return (memo ??= value());
      },
      span: spanOf(span),
    });
  };
  for (const child of list.children) {
    if (child.type === "keyword_argument") {
      const [name, value] = [childOf(child, "name"), childOf(child, "value")];
      if (name && value) add(resolver.text(name), () => resolver.value(value), child);
    } else if (child.type === "dictionary_splat") {
      const [inner] = child.children;
      const known = inner && resolver.evaluate(inner);
      if (known?.kind === "dict") {
        for (const entry of known.entries) add(entry.key, () => entry.value, child);
        if (known.open) add("**", () => unresolvedAt(resolver, child), child);
      } else if (known?.kind === "unresolved" && known.options?.every((it) => it.kind === "dict" && !it.open)) {
        // One of several mappings: what none of them has is not given.
        const keys = new Set(
          known.options.flatMap((it) => (it.kind === "dict" ? it.entries.map(({ key }) => key) : [])),
        );
        for (const key of keys) add(key, () => unresolvedAt(resolver, child), child);
      } else add("**", () => unresolvedAt(resolver, child), child);
    } else if (child.type === "list_splat") {
      const [inner] = child.children;
      const known = inner && resolver.evaluate(inner);
      if (known?.kind === "list") for (const item of known.items) add(position++, () => item, child);
      else add("*", () => unresolvedAt(resolver, child), child);
    } else if (child.type !== "ERROR") add(position++, () => resolver.value(child), child);
    // Half typed: what stands there may be any argument.
    const broken = child.type === "ERROR" ? child : child.children.find(({ type }) => type === "ERROR");
    if (broken !== undefined) add("**", () => unresolvedAt(resolver, broken), broken);
  }
  return args;
}
const unresolvedAt = (resolver: Resolver, node: Syntax): Value => ({
  kind: "unresolved",
  span: spanOf(node),
  text: resolver.text(node),
});
/** What the call, or the call it is an argument of, is assigned to. */
function targetOf(resolver: Resolver, node: Syntax): string | undefined {
  let child = node;
  for (let at = node.parent; at !== undefined; child = at, at = at.parent) {
    if (at.type === "assignment" && child.field === "right") {
      const left = childOf(at, "left");
      const path = left && pathOf(resolver.program, left);
      return left && path ? resolver.text(left) : undefined;
    }
    if (at.type === "expression_list" || at.type === "tuple") {
      const left = at.parent?.type === "assignment" ? childOf(at.parent, "left") : undefined;
      const several = left && /_list$|tuple/.test(left.type) ? left.children : [];
      const own = several[at.children.indexOf(child)];
      return own && resolver.text(own);
    }
    if (!/^(?:argument_list|call|parenthesized_expression|conditional_expression|keyword_argument)$/.test(at.type))
      return undefined;
  }
  return undefined;
}

/** Wrappers that hand their mapping on as an object. */
const mappings =
  /(?:^|\.)(?:dict|SimpleNamespace|Namespace|EasyDict|edict|Munch|munchify|AttrDict|AttributeDict|DotMap|Dict|Box|Bunch|ConfigDict|create|OrderedDict)$/;
/** Functions that make an instance of a class out of the command line. */
const builders =
  /(?:^|\.)(?:cli|parse|structured|CLI|entrypoint|from_args|auto_cli|HfArgumentParser|ArgumentParser|TrlParser|wrap|run)$/;

/** What a call gives: arithmetic, a mapping, an instance, a function's return; else the call itself. */
export function evaluateCall(resolver: Resolver, node: Syntax): Known {
  const callee = childOf(node, "function");
  const list = childOf(node, "arguments");
  if (callee === undefined || list === undefined) return resolver.unknown(node);
  if (callee.type === "attribute") {
    const method = evaluateMethod(resolver, node, callee, list);
    if (method !== undefined) return method;
  }
  const known = resolver.evaluate(callee);
  if (known.kind === "definition")
    return known.definition.type === "class_definition"
      ? instanceOf(resolver, known.definition, node)
      : returned(resolver, known.definition, node);
  const itself: Known = { kind: "call", span: spanOf(node), call: callOf(resolver, node) };
  if (known.kind !== "name") return itself;
  const { path } = known;
  const [first] = list.children;
  const apply = functionNamed(path);
  if (apply !== undefined) return applied(resolver, node, apply, path);
  if (mappings.test(path)) return mapping(resolver, node) ?? itself;
  if (
    /^(?:list|tuple|copy\.copy|copy\.deepcopy|deepcopy|vars|OmegaConf\.to_container|asdict|dataclasses\.asdict)$/.test(
      path,
    ) &&
    first
  )
    return resolver.evaluate(first);
  if (path === "getattr" && first) return attributeByName(resolver, node, list);
  if (/(?:^|\.)DEFINE_\w+$/.test(path)) {
    const value = definedFlag(resolver, node);
    return { kind: "object", span: spanOf(node), member: (name) => (name === "value" ? value : undefined) };
  }
  if (builders.test(path)) {
    const subject =
      childOf(
        list.children.find((child) => child.type === "keyword_argument"),
        "value",
      ) ?? first;
    const built = subject && resolver.evaluate(subject);
    const classes =
      built?.kind === "list" && subject ? subject.children.map((child) => resolver.evaluate(child)) : [built];
    const instances = classes.flatMap((it) =>
      it?.kind === "definition" && it.definition.type === "class_definition"
        ? [instanceOf(resolver, it.definition)]
        : [],
    );
    const [only] = instances;
    if (only === undefined) return itself;
    if (!/HfArgumentParser|TrlParser/.test(path)) return only;
    return {
      kind: "object",
      span: spanOf(node),
      member: (name) => (/^\d+$/.test(name) ? instances[Number(name)] : undefined),
    };
  }
  return itself;
}
function evaluateMethod(resolver: Resolver, node: Syntax, callee: Syntax, list: Syntax): Known | undefined {
  const [object, name] = [childOf(callee, "object"), childOf(callee, "attribute")];
  if (object === undefined || name === undefined) return undefined;
  const method = resolver.text(name);
  const [first, second] = list.children;
  const span = spanOf(node);
  if (/^parse_(?:known_)?(?:intermixed_)?args$/.test(method)) {
    const options = optionsOf(resolver);
    const handed =
      first && resolver.evaluate(first.type === "keyword_argument" ? (childOf(first, "value") ?? first) : first);
    const words =
      handed?.kind === "list" ? handed.items.map((item) => (item.kind === "text" ? item.value : "")) : undefined;
    if (!options.some) return undefined;
    const namespace = options.namespace(span, words);
    return method.includes("known")
      ? { kind: "object", span, member: (index) => (index === "0" ? namespace : undefined) }
      : namespace;
  }
  if (method === "parse_args_into_dataclasses" || method === "parse_args_and_config") return resolver.evaluate(object);
  if (!/^(?:get|pop|lower|upper|strip|copy|to_dict)$/.test(method)) return undefined;
  const known = resolver.evaluate(object);
  if (method === "copy" || method === "to_dict") return known.kind === "dict" ? known : undefined;
  if (known.kind === "text") {
    const { value } = known;
    const words: Record<string, string> = {
      lower: value.toLowerCase(),
      upper: value.toUpperCase(),
      strip: value.trim(),
    };
    const word = words[method];
    return word === undefined ? undefined : { ...known, span, value: word };
  }
  if ((method !== "get" && method !== "pop") || first === undefined) return undefined;
  const key = resolver.evaluate(first);
  if (key.kind !== "text" || (known.kind !== "dict" && known.kind !== "object")) return undefined;
  const member = memberOfKnown(resolver, known, key.value);
  if (member !== undefined) return placed(member, span, resolver.text(node), undefined);
  if (known.kind === "dict" && !known.open && second !== undefined)
    return placed(resolver.evaluate(second), span, resolver.text(node), `default of ${key.value}`);
  return resolver.unknown(node);
}
function applied(resolver: Resolver, node: Syntax, apply: (...x: number[]) => number, path: string): Known {
  const { args } = callOf(resolver, node);
  const [first] = args;
  if (first === undefined) return resolver.unknown(node);
  const values = args.length === 1 && first.value.kind === "list" ? first.value.items : args.map(({ value }) => value);
  const numbers = values.map((value) => asNumber(value, path === "float" || path === "int"));
  if (numbers.some((x) => x === undefined) || args.some(({ name }) => typeof name === "string"))
    return resolver.unknown(node);
  const value = apply(...numbers.map((x) => x ?? NaN));
  if (!Number.isFinite(value)) return resolver.unknown(node);
  const only = values[0];
  if (
    /^(?:float|int)$/.test(path) &&
    only !== undefined &&
    (only.kind === "number" || only.kind === "text") &&
    asNumber(only, true) === value
  ) {
    const quoted = only.kind === "text" || only.quoted === true;
    return {
      kind: "number",
      span: spanOf(node),
      value,
      reached: { source: only.span, ...only.reached },
      ...(quoted ? { quoted } : {}),
    };
  }
  return { kind: "number", span: spanOf(node), value, reached: { computed: true } };
}
/** dict(…), SimpleNamespace(…) and kin. */
function mapping(resolver: Resolver, node: Syntax): Known | undefined {
  const { args } = callOf(resolver, node);
  const [first] = args;
  if (first?.name === 0 && first.value.kind !== "dict") return undefined;
  const entries = new Map<string, { key: string; value: Value; span: { from: number; to: number } }>();
  let open = false;
  for (const { name, value, span } of args) {
    if (name === 0 && value.kind === "dict") {
      for (const entry of value.entries) entries.set(entry.key, entry);
      open ||= value.open === true;
    } else if (typeof name === "string" && !name.startsWith("*")) entries.set(name, { key: name, value, span });
    else open = true;
  }
  return { kind: "dict", span: spanOf(node), entries: [...entries.values()], ...(open ? { open } : {}) };
}
/** What a function of this file returns, where it has a single return. */
function returned(resolver: Resolver, definition: Syntax, node: Syntax): Known {
  const body = childOf(definition, "body");
  const found: Syntax[] = [];
  const pending = body ? [body] : [];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.type === "return_statement") found.push(next);
    else if (!/^(?:function_definition|class_definition|lambda)$/.test(next.type)) pending.push(...next.children);
  }
  const value = found[0]?.children[0];
  if (found.length !== 1 || value === undefined)
    return { kind: "call", span: spanOf(node), call: callOf(resolver, node) };
  const known = resolver.evaluate(value);
  // A number that depends on who asks is not one number.
  return known.kind === "unresolved" ? unresolved(spanOf(node), resolver.text(node)) : known;
}
