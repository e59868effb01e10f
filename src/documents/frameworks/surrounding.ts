import type { Block, Call, Loop } from "../call.ts";

/** The function that a call stands in. */
export const functionAround = ({ blocks }: Pick<Call, "blocks">) =>
  (blocks ?? []).flatMap((block) => (block.kind === "function" ? [block] : [])).at(-1);
type Scope = Extract<Block, { kind: "function" | "class" }>;
const scopesAround = ({ blocks }: Pick<Call, "blocks">): Scope[] =>
  (blocks ?? []).flatMap((block) => (block.kind === "function" || block.kind === "class" ? [block] : []));
/** Calls by what `keys` says of each. */
export function callsBy<K>(
  calls: readonly Call[],
  keys: (call: Call) => readonly K[],
): ReadonlyMap<K, readonly Call[]> {
  const by = new Map<K, Call[]>();
  for (const call of calls)
    for (const key of keys(call)) {
      const those = by.get(key);
      if (those) those.push(call);
      else by.set(key, [call]);
    }
  return by;
}
/** Finds, for a call, those of these calls that share the most functions and classes with it. */
export function nearestOf(calls: readonly Call[]): (to: Pick<Call, "blocks">) => readonly Call[] {
  const within = callsBy(calls, (call) => scopesAround(call).map(({ span }) => span.from));
  return (to) => scopesAround(to).reduce((near, { span }) => within.get(span.from) ?? near, calls);
}
/** The blocks of its own function around a call, the outermost first. */
export function blocksWithin({ blocks }: Pick<Call, "blocks">): readonly Block[] {
  const all = blocks ?? [];
  return all.slice(all.map(({ kind }) => kind).lastIndexOf("function") + 1);
}
export const loopsAround = (call: Pick<Call, "blocks">): Loop[] =>
  blocksWithin(call).filter((block) => block.kind === "loop");
