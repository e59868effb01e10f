import type { Block, Call, Loop } from "../call.ts";

/** The function that a call stands in. */
export const functionAround = ({ blocks }: Pick<Call, "blocks">) =>
  (blocks ?? []).flatMap((block) => (block.kind === "function" ? [block] : [])).at(-1);
/** The blocks of its own function around a call, the outermost first. */
export function blocksWithin({ blocks }: Pick<Call, "blocks">): readonly Block[] {
  const all = blocks ?? [];
  return all.slice(all.map(({ kind }) => kind).lastIndexOf("function") + 1);
}
export const loopsAround = (call: Pick<Call, "blocks">): Loop[] =>
  blocksWithin(call).filter((block) => block.kind === "loop");
