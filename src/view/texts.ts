import { findProblem } from "../core/problems/index.ts";
import type { TextKnob } from "../protocol/index.ts";
import type { Plan } from "./plan.ts";

/** What of the problem is typed and not turned. */
export const buildTexts = ({ problem, originalTexts }: Plan): TextKnob[] =>
  Object.entries(findProblem(problem.name)?.texts ?? {}).map(
    ([name, { symbol, label, meaning, default: standard }]) => {
      const original = originalTexts[name] ?? standard;
      const written = problem.data?.[name];
      return { name, symbol, label, meaning, value: typeof written === "string" ? written : original, original };
    },
  );
