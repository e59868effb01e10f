import { adamAdjoint, adamWAdjoint } from "./adam.ts";
import type { Adjoint } from "./adjoint.ts";
import { rmsPropAdjoint } from "./rmsProp.ts";
import { sgdAdjoint } from "./sgd.ts";

export type { Adjoint } from "./adjoint.ts";

/** Update rules that can be differentiated through, in the order of the optimizers. */
export const adjoints: readonly Adjoint[] = [sgdAdjoint, rmsPropAdjoint, adamAdjoint, adamWAdjoint];

export const findAdjoint = (optimizer: string): Adjoint | undefined =>
  adjoints.find((it) => it.optimizer.name === optimizer);
