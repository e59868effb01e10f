import type { Around, Clip } from "../../protocol/index.ts";
import { type JsonNode, numberIn, property, textIn } from "../formats/json.ts";
import { findLibrary } from "../vocabulary/index.ts";

// What stands around an optimizer in an experiment file: properties of the configuration, or, where the library has
// words for them among its hyperparameters, those.

/** `"clip": { "type": "norm", "max": 1 }`; Keras says clipnorm, global_clipnorm, clipvalue. */
export function readClip(configuration: JsonNode, framework: string): Clip | undefined {
  const node = property(configuration, "clip");
  const type = textIn(property(node, "type"));
  const max = numberIn(property(node, "max"));
  // Only PyTorch adds 1e-6 to the norm.
  const epsilon = numberIn(property(node, "epsilon")) ?? (/^(keras|optax)$/.test(libraryOf(framework)) ? 0 : undefined);
  const exact = epsilon === undefined ? {} : { epsilon };
  if (max !== undefined && (type === "norm" || type === "value" || type === "tensor")) return { type, max, ...exact };
  if (libraryOf(framework) !== "keras") return undefined;
  for (const [word, kind] of kerasClips) {
    const written = numberIn(property(property(configuration, "hyperparameters"), word));
    if (written !== undefined) return { type: kind, max: written, epsilon: 0 };
  }
  return undefined;
}
const kerasClips = [
  ["clipnorm", "tensor"],
  ["global_clipnorm", "norm"],
  ["clipvalue", "value"],
] as const;
const libraryOf = (framework: string): string => findLibrary(framework)?.name ?? framework;

/** `"around": { "sam": { "rho": 0.05 }, "lookahead": { "every": 5, "alpha": 0.5 }, "average": { "type": "ema" } }` */
export function readAround(configuration: JsonNode, framework: string): Around | undefined {
  const node = property(configuration, "around");
  const [sam, lookahead, average] = ["sam", "lookahead", "average"].map((name) => property(node, name));
  const rho = numberIn(property(sam, "rho"));
  const every = numberIn(property(lookahead, "every"));
  const alpha = numberIn(property(lookahead, "alpha"));
  const type = textIn(property(average, "type"));
  const counts = ["decay", "from", "every", "overwriteEvery"].flatMap((name) => {
    const value = numberIn(property(average, name));
    return value === undefined ? [] : [[name, value] as const];
  });
  const words = property(configuration, "hyperparameters");
  const overwriteEvery = numberIn(property(words, "ema_overwrite_frequency"));
  const keras = libraryOf(framework) === "keras" && property(words, "use_ema")?.value === true;
  const found: Around = {
    ...(sam && { sam: { rho: rho ?? 0.05, ...(property(sam, "adaptive")?.value === true && { adaptive: true }) } }),
    ...(lookahead && { lookahead: { every: every ?? 5, alpha: alpha ?? 0.5 } }),
    ...((type === "ema" || type === "polyak") && {
      average: { type, ...Object.fromEntries(counts) },
    }),
    ...(keras && {
      average: {
        type: "ema",
        decay: numberIn(property(words, "ema_momentum")) ?? 0.99,
        ...(overwriteEvery !== undefined && { overwriteEvery }),
      },
    }),
  };
  return Object.keys(found).length > 0 ? found : undefined;
}
/** Words among Keras's hyperparameters that are about what is put around an optimizer. */
export const aroundWords = (framework: string): readonly string[] =>
  libraryOf(framework) === "keras"
    ? ["clipnorm", "global_clipnorm", "clipvalue", "use_ema", "ema_momentum", "ema_overwrite_frequency"]
    : [];
