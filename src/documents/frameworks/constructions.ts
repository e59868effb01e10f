import type { Block, Call, Value } from "../call.ts";
import type { Reading } from "../document.ts";
import { classAt, torchClasses, type OptimizerClass } from "./torchClasses.ts";
import { wordsOf, type Written } from "./readValues.ts";

/** A call that makes an optimizer. */
export interface Construction {
  readonly call: Call;
  /** Undefined where the file does not say which class. */
  readonly of: OptimizerClass | undefined;
  /** Arguments under the words of the class. */
  readonly words: ReadonlyMap<string, Written>;
}
/** Calls that take a class and make nothing. */
const notMakers =
  /(?:^|\.)(?:isinstance|issubclass|hasattr|getattr|type|print|repr|str|cast|register\w*|add_argument|super)$/;

export function constructionsIn(reading: Reading): Construction[] {
  const alone = !/\b(?:keras|tensorflow|optax|mxnet|paddle|mindspore)\b/.test(importLines(reading.text));
  return reading.calls.flatMap((call): Construction[] => {
    if (!couldBe(call, reading.text)) return [];
    const found = optimizersOf(call, alone);
    if (found.length === 0 || insideOptimizer(call.blocks ?? [])) return [];
    return found;
  });
}
const importLines = (text: string): string => (text.match(/^[ \t]*(?:import|from)[ \t][^\n]*/gm) ?? []).join("\n");
/** Before anything is worked out: calls without any sign of an optimizer are most calls. */
function couldBe(call: Call, text: string): boolean {
  if (call.written.length > 300) return false;
  const whole = text.slice(call.span.from, Math.min(call.span.to, call.span.from + 4000));
  return /^\w*$/.test(call.written) || /optim|Adam|SGD|lr|learning_rate|betas|params|parameters/.test(whole);
}
function optimizersOf(call: Call, alone: boolean): Construction[] {
  const { callee } = call;
  const direct = (call.options ?? [callee]).flatMap((path) => {
    const it =
      classAt(path) ?? (alone && /^[A-Z]\w*$/.test(path) && call.args.length > 0 ? torchClasses.get(path) : undefined);
    return it === undefined ? [] : [it];
  });
  const signature = (of: OptimizerClass | undefined) => ["params", ...(of?.arguments.map(({ word }) => word) ?? [])];
  if (direct.length > 0) return direct.map((of) => ({ call, of, words: wordsOf(call, signature(of)) }));
  if (callee === "torch.optim.?") return [{ call, of: undefined, words: wordsOf(call, ["params", "lr"]) }];
  const keywords = new Set(call.args.map(({ name }) => name));
  if (/\.configure_optimizers$/.test(callee) && (keywords.has("learning_rate") || keywords.has("lr")))
    return [{ call, of: undefined, words: wordsOf(call, []) }];
  const rate = keywords.has("lr") || keywords.has("learning_rate");
  if (notMakers.test(callee) || (!rate && !keywords.has("weight_decay") && !keywords.has("momentum"))) return [];
  return call.args.flatMap(({ value }): Construction[] => {
    const of = named(value, callee);
    if (of === undefined) return [];
    const own = new Set(["lr", ...signature(of)]);
    const words = new Map([...wordsOf(call, [])].filter(([word]) => own.has(word) && word !== "params"));
    return [{ call, of, words }];
  });
}
/** A class handed over, or named in quotes in a mapping. */
function named(value: Value, callee: string): OptimizerClass | undefined {
  if (value.kind === "name") return classAt(value.path);
  if (value.kind === "text" && /(?:^|\.)dict$/.test(callee)) return classAt(value.value);
  return undefined;
}
/** Optimizers that the file itself defines are not constructions, nor is anything inside them. */
const insideOptimizer = (blocks: readonly Block[]): boolean =>
  blocks.some(
    (block) =>
      block.kind === "class" &&
      block.bases?.some((base) => /(?:^|\.)Optimizer$/.test(base) || classAt(base) !== undefined),
  );
