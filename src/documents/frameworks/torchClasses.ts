import type { Argument } from "../vocabulary/index.ts";
import { torch } from "../vocabulary/torch.ts";
import { betas, number } from "../vocabulary/words.ts";
import { packageClass } from "./packageClasses.ts";

/** A class that constructs an optimizer, and what holds when nothing is written. */
export interface OptimizerClass {
  readonly framework: string;
  /** "PyTorch 2.x" */
  readonly title: string;
  readonly name: string;
  /** Whose arithmetic it is here: "AdamW" for AdamW8bit. */
  readonly canonical: string;
  /** In the order of the signature, the parameters left out. */
  readonly arguments: readonly Argument[];
  readonly note?: string;
  /** Whose arithmetic it is, by its name in the vocabulary, where it is not PyTorch's; and what that settles without a word. */
  readonly library?: string;
  readonly fixed?: Readonly<Record<string, number>>;
}
const torchTitle = "PyTorch 2.x";
/** Every optimizer of torch.optim by its name there. */
export const torchClasses: ReadonlyMap<string, OptimizerClass> = new Map([
  ...torch.optimizers.map(({ className, optimizer, arguments: words }): [string, OptimizerClass] => [
    className,
    { framework: "torch", title: torchTitle, name: className, canonical: optimizer, arguments: words },
  ]),
  [
    "SparseAdam",
    {
      framework: "torch",
      title: torchTitle,
      name: "SparseAdam",
      canonical: "Adam",
      arguments: [number("lr", "learningRate", 1e-3), betas(0.9, 0.999), number("eps", "epsilon", 1e-8)],
      note: "It updates only the rows that a sparse gradient touches; the simulation takes every gradient as dense.",
    },
  ],
]);

/** The class that a dotted name means; undefined where it is no optimizer that is known here. */
export function classAt(path: string): OptimizerClass | undefined {
  const torch = /^torch\.optim\.(?:_?[a-z_]+\.)*([A-Z]\w*)$/.exec(path)?.[1];
  if (torch !== undefined) return torchClasses.get(torch);
  // A class looked up by the name that an option gives, in whatever case.
  const lower = /^torch\.optim\.([a-z]+)$/.exec(path)?.[1];
  if (lower !== undefined) return [...torchClasses.values()].find(({ name }) => name.toLowerCase() === lower);
  return packageClass(path);
}
