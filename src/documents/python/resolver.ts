import type { Call, Entry, Value } from "../call.ts";
import { asNumber, compare, constantNamed, numberOf, operate } from "./arithmetic.ts";
import { callOf, evaluateCall } from "./calls.ts";
import { formulaOf } from "./formula.ts";
import { merged, placed, truth, unresolved, exposed, type Known } from "./known.ts";
import { keysSetOn, lookUp } from "./lookup.ts";
import { memberOf } from "./members.ts";
import type { Scopes } from "./scopes.ts";
import { bare, childOf, pathOf, spanOf, stringOf, textOf, type Program, type Syntax } from "./syntax.ts";

/** Beyond this an expression or a chain of names is not followed. */
const deepest = 60;

/** Works out what expressions of one program are, following names within it and nothing else. */
export class Resolver {
  readonly calls = new Map<Syntax, Call>();
  /** Calls of the program by the last part of their callee's text: "add_argument". */
  readonly byName = new Map<string, Syntax[]>();
  readonly lineStarts: readonly number[];
  /** Where the program sets a member of some object: by the last two names of `args.lr = …`, by "lr" and "args". */
  readonly setMembers = new Map<string, { readonly on: string; readonly node: Syntax }[]>();
  private readonly memo = new Map<Syntax, Known>();
  private readonly open = new Set<Syntax>();

  constructor(
    readonly program: Program,
    readonly scopes: Scopes,
  ) {
    for (const node of program.nodes) {
      if (node.type === "assignment" || node.type === "augmented_assignment") {
        const left = childOf(node, "left");
        const path = left && left.type !== "identifier" ? pathOf(program, left) : undefined;
        const [on, last] = path?.slice(-2) ?? [];
        if (on !== undefined && last !== undefined && on !== "self")
          this.setMembers.set(last, [...(this.setMembers.get(last) ?? []).slice(-99), { on, node }]);
      }
      if (node.type !== "call") continue;
      const callee = childOf(node, "function");
      const name = /[A-Za-z_]\w*$/.exec(callee ? this.text(callee) : "")?.[0];
      if (name === undefined) continue;
      const known = this.byName.get(name);
      if (known === undefined) this.byName.set(name, [node]);
      else known.push(node);
    }
    const starts = [0];
    for (let at = program.text.indexOf("\n"); at >= 0; at = program.text.indexOf("\n", at + 1)) starts.push(at + 1);
    this.lineStarts = starts;
  }

  text(node: Syntax): string {
    return textOf(this.program, node);
  }
  value(node: Syntax): Value {
    const known = this.evaluate(node);
    if (known.kind === "definition" && known.definition.type === "function_definition") {
      const formula = formulaOf(this, known.definition);
      const source = spanOf(known.definition);
      if (formula !== undefined) return { kind: "formula", span: spanOf(node), formula, reached: { source } };
    }
    return exposed(known, this.text(node));
  }
  unknown(node: Syntax, options?: readonly Value[]): Known {
    return unresolved(spanOf(node), this.text(node), options);
  }

  evaluate(node: Syntax): Known {
    const known = this.memo.get(node);
    if (known !== undefined) return known;
    if (this.open.has(node) || this.open.size > deepest) return this.unknown(node);
    this.open.add(node);
    const depth = this.open.size;
    const result = this.work(node);
    this.open.delete(node);
    // What was given up for depth may be known when asked for directly.
    if (result.kind !== "unresolved" || depth === 1) this.memo.set(node, result);
    return result;
  }

  private work(node: Syntax): Known {
    const span = spanOf(node);
    switch (node.type) {
      case "integer":
      case "float": {
        const value = numberOf(this.text(node));
        return value === undefined ? this.unknown(node) : { kind: "number", span, value };
      }
      case "true":
      case "false":
        return { kind: "flag", span, value: node.type === "true" };
      case "none":
        return { kind: "none", span };
      case "string":
      case "concatenated_string": {
        const value = stringOf(this.program, node);
        return value === undefined ? this.unknown(node) : { kind: "text", span, value };
      }
      case "tuple":
      case "list":
      case "set":
      case "expression_list":
        return this.list(node);
      case "dictionary":
        return this.dictionary(node);
      case "parenthesized_expression":
      case "await":
      case "type": {
        const inner = bare(node);
        return inner === node ? this.unknown(node) : this.evaluate(inner);
      }
      case "identifier":
        return this.name(node);
      case "attribute":
      case "subscript":
        return this.access(node);
      case "unary_operator":
        return this.unary(node);
      case "binary_operator":
        return this.binary(node);
      case "not_operator":
      case "comparison_operator":
      case "boolean_operator":
        return this.condition(node);
      case "conditional_expression":
        return this.conditional(node);
      case "named_expression": {
        const value = childOf(node, "value");
        return value ? this.evaluate(value) : this.unknown(node);
      }
      case "call":
        return evaluateCall(this, node);
      case "lambda": {
        const formula = formulaOf(this, node);
        return formula === undefined ? this.unknown(node) : { kind: "formula", span, formula };
      }
      default:
        return this.unknown(node);
    }
  }

  private list(node: Syntax): Known {
    const items: Value[] = [];
    for (const child of node.children) {
      if (child.type !== "list_splat") {
        items.push(this.value(child));
        continue;
      }
      const [inner] = child.children;
      const value = inner && this.evaluate(inner);
      if (value?.kind !== "list") return this.unknown(node);
      items.push(...value.items);
    }
    return { kind: "list", span: spanOf(node), items };
  }
  private dictionary(node: Syntax): Known {
    let entries: Entry[] = [];
    let open = false;
    for (const child of node.children) {
      if (child.type === "pair") {
        const [key, value] = [childOf(child, "key"), childOf(child, "value")];
        const word = key && this.evaluate(key);
        if (value === undefined || (word?.kind !== "text" && word?.kind !== "number")) open = true;
        else entries = merged(entries, [{ key: String(word.value), value: this.value(value), span: spanOf(child) }]);
      } else if (child.type === "dictionary_splat") {
        const [inner] = child.children;
        const value = inner && this.evaluate(inner);
        if (value?.kind === "dict") {
          entries = merged(entries, value.entries);
          open ||= value.open === true;
        } else open = true;
      } else open = true;
    }
    return { kind: "dict", span: spanOf(node), entries, ...(open ? { open } : {}) };
  }

  private name(node: Syntax): Known {
    const name = this.text(node);
    const found = lookUp(this, name, node);
    if (found !== undefined) return this.withEntries(name, node, placed(found.known, spanOf(node), name, found.via));
    if (name === "inf" || name === "nan") return this.unknown(node);
    const star = this.scopes.stars.find((home) => home === "torch.optim" || home === "torch.optim.lr_scheduler");
    const path =
      name === "optim" ? "torch.optim" : star !== undefined && /^[A-Z]/.test(name) ? `${star}.${name}` : name;
    return { kind: "name", span: spanOf(node), path };
  }

  private withEntries(name: string, node: Syntax, known: Known): Known {
    if (known.kind !== "dict") return known;
    const more = keysSetOn(this, name, node).flatMap((key): Entry[] => {
      const found = lookUp(this, key, node);
      const word = key.slice(name.length + 1);
      return found ? [{ key: word, value: exposed(found.known, key), span: found.known.span }] : [];
    });
    return more.length === 0 ? known : { ...known, entries: merged(known.entries, more) };
  }

  private access(node: Syntax): Known {
    const path = pathOf(this.program, node)?.join(".");
    const found = path === undefined ? undefined : lookUp(this, path, node);
    if (found !== undefined) return placed(found.known, spanOf(node), this.text(node), found.via);
    const object = childOf(node, node.type === "attribute" ? "object" : "value");
    if (object === undefined) return this.unknown(node);
    const key = node.type === "attribute" ? childOf(node, "attribute") : childOf(node, "subscript");
    if (key === undefined || node.children.filter((child) => child.field === "subscript").length > 1)
      return this.unknown(node);
    const word = node.type === "attribute" ? ({ kind: "text", value: this.text(key) } as const) : this.evaluate(key);
    if (word.kind !== "text" && word.kind !== "number") return this.unknown(node);
    const member = memberOf(this, object, String(word.value));
    if (member === undefined) return this.unknown(node);
    if (member.kind === "name") {
      const value = constantNamed(member.path);
      if (value !== undefined) return { kind: "number", span: spanOf(node), value, reached: { computed: true } };
    }
    return placed(member, spanOf(node), this.text(node), undefined);
  }

  private unary(node: Syntax): Known {
    const argument = childOf(node, "argument");
    const operator = childOf(node, "operator");
    const value = argument && this.evaluate(argument);
    const number = value && asNumber(value);
    if (argument === undefined || operator === undefined || number === undefined) return this.unknown(node);
    const sign = this.text(operator);
    if (sign === "~") return this.unknown(node);
    const literal = argument.type === "integer" || argument.type === "float";
    return {
      kind: "number",
      span: spanOf(node),
      value: sign === "-" ? -number : number,
      ...(literal ? {} : { reached: { computed: true } }),
    };
  }
  private binary(node: Syntax): Known {
    const [left, right, operator] = ["left", "right", "operator"].map((field) => childOf(node, field));
    if (left === undefined || right === undefined || operator === undefined) return this.unknown(node);
    const result = operate(this.text(operator), this.evaluate(left), this.evaluate(right), spanOf(node));
    return result ?? this.unknown(node);
  }

  /** `not`, comparisons, `and`, `or`: the value that Python would give. */
  private condition(node: Syntax): Known {
    const flag = (value: boolean | undefined): Known =>
      value === undefined
        ? this.unknown(node)
        : { kind: "flag", span: spanOf(node), value, reached: { computed: true } };
    if (node.type === "not_operator") {
      const argument = childOf(node, "argument");
      const value = argument && this.truth(argument);
      return flag(value === undefined ? undefined : !value);
    }
    if (node.type === "comparison_operator") {
      const operands = node.children.filter((child) => child.field !== "operators");
      const operators = node.children.filter((child) => child.field === "operators");
      if (/^__name__\s*==\s*["']__main__["']$/.test(this.text(node))) return flag(true);
      const results = operators.map((operator, i) => {
        const [a, b] = [operands[i], operands[i + 1]];
        const word = this.text(operator).replace(/\s+/g, " ");
        return a && b ? compare(word, this.evaluate(a), this.evaluate(b)) : undefined;
      });
      if (results.includes(false)) return flag(false);
      return flag(results.length === 0 || results.includes(undefined) ? undefined : true);
    }
    const [left, right, operator] = ["left", "right", "operator"].map((field) => childOf(node, field));
    if (left === undefined || right === undefined || operator === undefined) return this.unknown(node);
    const and = this.text(operator) === "and";
    const [a, b] = [this.truth(left), this.truth(right)];
    if (a === undefined) return b === !and ? flag(b) : this.unknown(node);
    return this.evaluate(a === and ? right : left);
  }
  /** Whether a condition holds; undefined where that is not known. */
  truth(node: Syntax): boolean | undefined {
    const known = this.evaluate(node);
    return truth(known);
  }

  private conditional(node: Syntax): Known {
    const [body, test, other] = node.children;
    if (body === undefined || test === undefined || other === undefined) return this.unknown(node);
    const holds = this.truth(test);
    if (holds !== undefined) {
      const chosen = this.evaluate(holds ? body : other);
      return placed(chosen, spanOf(node), this.text(node), undefined);
    }
    return this.unknown(node, [this.value(body), this.value(other)]);
  }

  call(node: Syntax): Call {
    return callOf(this, node);
  }
  /** 1-based. */
  lineAt(offset: number): number {
    let [low, high] = [0, this.lineStarts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }
}
