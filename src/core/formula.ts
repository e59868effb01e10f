import { compile, constants, findFunction, functions } from "./expression.ts";
import type { Arithmetic, Closure, Expression, Relation } from "./expression.ts";

/** Says what was expected, what stands there, and where (`position` counts characters from 0). */
export class FormulaError extends Error {
  constructor(
    message: string,
    readonly position: number,
  ) {
    super(`${message} at character ${position + 1}.`);
    this.name = "FormulaError";
  }
}

/**
 * Arithmetic as Python writes it, in one variable, as a function of that variable:
 * `min((e + 1) / 20, 1) * 0.97 ** (e // 10) if e < 60 else 0.1`. Text is never evaluated as code. What Python refuses (a
 * division by zero, the root of a negative number) is NaN. Throws a FormulaError.
 */
export const parseFormula = (text: string, variable = "e"): Closure => compile(parseExpression(text, variable));

/** How formulas are read that are no Python: by what names the variable goes, and whether ^ is a power, as papers write it. */
export interface Manner {
  readonly also?: readonly string[];
  readonly caret?: boolean;
}

const token =
  /\s*(?:(?<number>(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+)?)|(?<name>[\p{L}_][\p{L}\d_]*(?:\.[\p{L}_][\p{L}\d_]*)*)|(?<sign>\*\*|\/\/|<=|>=|==|!=|[-+*/%<>(),^])|(?<odd>\S))/uy;
interface Token {
  readonly kind: "number" | "name" | "sign" | "end";
  readonly text: string;
  readonly position: number;
}
const relations: ReadonlySet<string> = new Set<Relation>(["<", "<=", ">", ">=", "==", "!="]);
const keywords: ReadonlySet<string> = new Set(["if", "else", "and", "or", "not"]);
const deepest = 200; // a formula nested deeper is no formula; this keeps the stack whole

const longest = 4000; // in words and signs; a sum of so many terms is as deep a tree

function tokens(text: string, caret: boolean): Token[] {
  const all: Token[] = [];
  token.lastIndex = 0;
  for (let found = token.exec(text); found?.groups; found = token.exec(text)) {
    const { number, name, sign, odd } = found.groups as Partial<Record<string, string>>;
    const written = number ?? name ?? sign ?? odd ?? "";
    const position = found.index + found[0].length - written.length;
    if (odd !== undefined || (sign === "^" && !caret))
      throw new FormulaError(`Expected arithmetic, found "${written}"`, position);
    const kind = number !== undefined ? "number" : name !== undefined ? "name" : "sign";
    if (all.length === longest) throw new FormulaError("Expected a shorter formula", position);
    all.push({ kind, text: written === "^" ? "**" : written, position });
  }
  all.push({ kind: "end", text: "the end", position: text.length });
  return all;
}

/** The tree of a formula. Throws a FormulaError. */
export function parseExpression(text: string, variable = "e", { also = [], caret = false }: Manner = {}): Expression {
  const all = tokens(text, caret);
  let next = 0;
  let depth = 0;

  const fail = (expected: string): never => {
    const { kind, text: found, position } = all[next];
    throw new FormulaError(`Expected ${expected}, found ${kind === "end" ? found : `"${found}"`}`, position);
  };
  const is = (written: string) => all[next].kind !== "end" && all[next].text === written;
  const take = (written: string): boolean => {
    const there = is(written);
    if (there) next++;
    return there;
  };
  const expect = (written: string): void => {
    if (!take(written)) fail(`"${written}"`);
  };

  function choice(): Expression {
    if (++depth > deepest) throw new FormulaError("Nested too deeply", all[next].position);
    const yes = either();
    let whole = yes;
    if (take("if")) {
      const test = either();
      expect("else");
      whole = { kind: "choice", test, yes, no: choice() };
    }
    depth--;
    return whole;
  }
  function either(): Expression {
    let left = both();
    while (take("or")) left = { kind: "binary", operator: "or", left, right: both() };
    return left;
  }
  function both(): Expression {
    let left = negation();
    while (take("and")) left = { kind: "binary", operator: "and", left, right: negation() };
    return left;
  }
  function negation(): Expression {
    let times = 0;
    while (take("not")) times++;
    let it = comparison();
    for (; times > 0; times--) it = { kind: "unary", operator: "not", of: it };
    return it;
  }
  function comparison(): Expression {
    const operands = [sum()];
    const operators: Relation[] = [];
    while (relations.has(all[next].text)) {
      operators.push(all[next++].text as Relation);
      operands.push(sum());
    }
    return operators.length === 0 ? operands[0] : { kind: "comparison", operators, operands };
  }
  function sum(): Expression {
    let left = product();
    while (is("+") || is("-"))
      left = { kind: "binary", operator: all[next++].text as Arithmetic, left, right: product() };
    return left;
  }
  function product(): Expression {
    let left = signed();
    while (is("*") || is("/") || is("//") || is("%"))
      left = { kind: "binary", operator: all[next++].text as Arithmetic, left, right: signed() };
    return left;
  }
  /** −x ** y is −(x ** y), and x ** −y may be written. */
  function signed(): Expression {
    const signs: ("-" | "+")[] = [];
    while (is("-") || is("+")) signs.push(all[next++].text as "-" | "+");
    if (signs.length > deepest) throw new FormulaError("Nested too deeply", all[next].position);
    let it = atom();
    if (take("**")) {
      if (++depth > deepest) throw new FormulaError("Nested too deeply", all[next].position);
      it = { kind: "binary", operator: "**", left: it, right: signed() };
      depth--;
    }
    for (const operator of signs.reverse()) it = { kind: "unary", operator, of: it };
    return it;
  }
  function atom(): Expression {
    const { kind, text: written, position } = all[next];
    if (kind === "number") {
      next++;
      return { kind: "number", value: Number(written.replaceAll("_", "")) };
    }
    if (take("(")) {
      const inside = choice();
      expect(")");
      return inside;
    }
    if (kind !== "name" || keywords.has(written)) return fail(`a number, ${variable} or "("`);
    next++;
    if (written === variable || also.includes(written)) return { kind: "variable" };
    const bare = written.replace(/^(?:math|np|numpy|torch)\./, "");
    if (is("(")) return call(bare, written, position);
    const constant = bare === "e" && bare !== written ? Math.E : constants.get(bare);
    if (constant !== undefined) return { kind: "number", value: constant };
    throw new FormulaError(`Expected ${variable} or a known name, found "${written}"`, position);
  }
  function call(bare: string, written: string, position: number): Expression {
    const name = findFunction(bare);
    if (name === undefined) throw new FormulaError(`Expected a known function, found "${written}"`, position);
    expect("(");
    const given: Expression[] = [];
    while (!is(")")) {
      given.push(choice());
      if (!take(",")) break;
    }
    expect(")");
    const [least, most] = functions[name].arguments;
    if (given.length < least || given.length > most)
      throw new FormulaError(`Expected ${arity(least, most)} for ${written}, found ${given.length}`, position);
    return { kind: "call", name, of: given };
  }

  const whole = choice();
  if (all[next].kind !== "end") fail("an operator or the end");
  return whole;
}
function arity(least: number, most: number): string {
  if (most === Infinity) return `at least ${least} arguments`;
  return least === most ? `${least} argument${least === 1 ? "" : "s"}` : `${least} to ${most} arguments`;
}
