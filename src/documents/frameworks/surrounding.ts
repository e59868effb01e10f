import type { Block, Call, Loop } from "../call.ts";

/** The function that a call stands in. */
export const functionAround = ({ blocks }: Pick<Call, "blocks">) =>
  (blocks ?? []).flatMap((block) => (block.kind === "function" ? [block] : [])).at(-1);
type Scope = Extract<Block, { kind: "function" | "class" }>;
const scopesAround = ({ blocks }: Pick<Call, "blocks">): Scope[] =>
  (blocks ?? []).flatMap((block) => (block.kind === "function" || block.kind === "class" ? [block] : []));
/** How many functions and classes two calls stand in together. */
export function sharedScopes(one: Pick<Call, "blocks">, other: Pick<Call, "blocks">): number {
  const [own, others] = [scopesAround(one), scopesAround(other)];
  const parted = own.findIndex((scope, k) => scope.span.from !== others.at(k)?.span.from);
  return parted < 0 ? own.length : parted;
}
/** The blocks of its own function around a call, the outermost first. */
export function blocksWithin({ blocks }: Pick<Call, "blocks">): readonly Block[] {
  const all = blocks ?? [];
  return all.slice(all.map(({ kind }) => kind).lastIndexOf("function") + 1);
}
export const loopsAround = (call: Pick<Call, "blocks">): Loop[] =>
  blocksWithin(call).filter((block) => block.kind === "loop");
