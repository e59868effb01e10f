import { spell, typed } from "../../protocol/index.ts";
import { libraryOf, remark, type Said, type Situation } from "./situation.ts";

/** Where ε stands, in libraries that do not put it where PyTorch does. */
export function epsilon(it: Situation): Said[] {
  const { values, optimizer } = it;
  const {
    epsilon: eps = 0,
    beta2 = 0,
    epsilonHat = 0,
    epsilonInRoot = 0,
  } = values as Readonly<Partial<Record<string, number>>>;
  if (eps === 0) return [];
  const own = `${libraryOf(it)}'s ${optimizer.name}`;
  if (epsilonInRoot !== 0) {
    const text = `${own} adds ε inside the root: ${typed(eps)} there weighs as ${spell(Math.sqrt(eps))} would beside √v, where PyTorch adds it.`;
    return [remark(text, "epsilon")];
  }
  if (epsilonHat !== 0 && beta2 > 0 && beta2 < 1) {
    const first = eps / Math.sqrt(1 - beta2);
    const text = `${own} adds ε to √v before its correction: ${typed(eps)} weighs in the first step as ${spell(first)} would in PyTorch's, and as much as there once N = 1/(1 − β₂) steps have passed.`;
    return [remark(text, "epsilon")];
  }
  return [];
}
