import type { Configuration } from "../../protocol/index.ts";
import { spellNumber } from "../spelling.ts";
import type { Piece } from "../spellSnippet.ts";
import type { Library, OptimizerWords } from "../vocabulary/index.ts";

/** Clipping, averaging and accumulation are words of Keras's optimizers. */
export function kerasArguments({ clip, around, accumulation = 1 }: Configuration): Piece[][] {
  const words = { norm: "global_clipnorm", value: "clipvalue", tensor: "clipnorm" };
  const average = around?.average?.type === "ema" ? around.average : undefined;
  return [
    ...(clip ? [[`${words[clip.type]}=`, { stop: spellNumber(clip.max) }]] : []),
    ...(average ? [["use_ema=True"], ["ema_momentum=", { stop: spellNumber(average.decay ?? 0.99) }]] : []),
    ...(accumulation > 1 ? [["gradient_accumulation_steps=", { stop: spellNumber(accumulation) }]] : []),
  ];
}
/** Decay that joins the gradient, which optax adds before an optimizer that has no word for it; 0 where there is none. */
export function addedDecay({ name }: Library, words: OptimizerWords, values: Readonly<Record<string, number>>): number {
  const { weightDecay = 0, decoupledWeightDecay = 0 } = values as Readonly<Partial<Record<string, number>>>;
  const said = words.arguments.some(({ names }) => names.includes("weightDecay"));
  return name === "optax" && !said && decoupledWeightDecay === 0 ? weightDecay : 0;
}
/** What optax puts round a transformation; and, in any library, what it leaves to the training loop. */
export function wrappersOf({ name }: Library, { clip, around, accumulation = 1 }: Configuration) {
  const optax = name === "optax";
  const clipper = { norm: "clip_by_global_norm", value: "clip", tensor: undefined }[clip?.type ?? "tensor"];
  const clips = optax && clip && clipper ? `optax.chain(optax.${clipper}(${spellNumber(clip.max)}), ` : "";
  const accumulates = optax && accumulation > 1;
  const left = [
    ...(clip && name !== "keras" && clips === "" ? ["clipping"] : []),
    ...(accumulation > 1 && name !== "keras" && !optax ? ["accumulation"] : []),
    ...(around?.sam ? ["sharpness-aware minimization"] : []),
    ...(around?.lookahead ? ["Lookahead"] : []),
    ...(around?.average && !(name === "keras" && around.average.type === "ema") ? ["averaging of the weights"] : []),
  ];
  return {
    open: `${accumulates ? "optax.MultiSteps(" : ""}${clips}`,
    close: `${clips === "" ? "" : ")"}${accumulates ? `, every_k_schedule=${spellNumber(accumulation)})` : ""}`,
    notes: left.length > 0 ? [`Left to the training loop: ${left.join(", ")}.`] : [],
  };
}
