import { Language, Parser } from "web-tree-sitter";
import type { Call } from "../call.ts";
import type { Format, Reading } from "../document.ts";
import { loopOf, settingsOf } from "../python/blocks.ts";
import { plainLines } from "../python/plainLines.ts";
import { relevantParts } from "../python/relevant.ts";
import { Resolver } from "../python/resolver.ts";
import { scopesOf } from "../python/scopes.ts";
import { parse } from "../python/syntax.ts";

let parser: Parser | undefined;
let loading: Promise<void> | undefined;

/** Makes Python readable. Takes the bytes of web-tree-sitter's runtime and of the Python grammar; once is enough. */
export function loadPython(runtime: Uint8Array, grammar: Uint8Array): Promise<void> {
  loading ??= load(runtime, grammar);
  return loading;
}
async function load(runtime: Uint8Array, grammar: Uint8Array): Promise<void> {
  await Parser.init({ wasmBinary: runtime });
  const language = await Language.load(grammar);
  parser = new Parser();
  parser.setLanguage(language);
}

const nothing = (text: string): Reading => ({ calls: [], text });

export const python: Format = {
  languages: ["python"],
  /** Throws only where `loadPython` has not been awaited: that is a broken promise, not a bad text. */
  read(text: string): Reading {
    if (parser === undefined) throw new Error("Python is read only after loadPython has finished.");
    if (!mayMatter.test(text)) return nothing(text);
    const plain = plainLines(text);
    const program = parse(parser, plain, relevantParts(plain));
    const resolver = new Resolver(program, scopesOf(program));
    const calls: Call[] = [];
    for (const node of program.nodes) if (node.type === "call") calls.push(resolver.call(node));
    const loops = program.nodes
      .filter(({ type }) => type === "for_statement" || type === "while_statement")
      .map((node) => loopOf(resolver, node));
    return { calls, text, loops, settings: settingsOf(resolver) };
  },
};
/** A text without any of these words holds no optimizer; most files are never parsed. */
const mayMatter =
  /optim|adam|sgd|rmsprop|adagrad|adadelta|lbfgs|rprop|muon|keras|tensorflow|optax|timm|\blion|\badan\b|adabelief|adafactor|prodigy|schedulefree|soap|sophia|shampoo|TrainingArguments|(?:SFT|DPO|GRPO|ORPO|KTO|PPO|Reward|CPO|RLOO|GKD|BCO|XPO|Nash\w*|Online\w*|Iterative\w*|PRM|Trainer)Config/i;
