import type { Clip } from "../../protocol/index.ts";
import type { Argument, Call, Loop, Value } from "../call.ts";
import type { FileFacts, Reading } from "../document.ts";
import { updateLoops } from "./interval.ts";
import { functionAround } from "./surrounding.ts";

/** What a program says about its run, beside the optimizer. */
export interface RunFacts extends FileFacts {
  readonly stepsPerEpoch?: number;
  readonly clip?: Clip;
  readonly accumulation?: number;
}
export function runFactsOf(reading: Reading): RunFacts {
  const trainer = reading.calls.find(({ written }) => /(?:^|\.)(?:Trainer|LightningCLI)$/.test(written));
  const fit = reading.calls.find(({ written }) => /\.fit(?:_generator)?$/.test(written)); // Keras's
  const batchSize =
    loaderBatch(reading) ??
    numberIn(fit, "batch_size") ??
    setTo(reading, /^(?:train_?|per_device_train_)?batch(?:_?size)?$/i);
  const epochs =
    numberIn(trainer, "max_epochs") ??
    numberIn(fit, "epochs") ??
    loopCount(reading, (loop) => /epoch/i.test(`${loop.variable} ${loop.over}`)) ??
    setTo(reading, /^(?:num_|n_|max_|total_)?(?:train_)?epochs?$/i);
  const stepsPerEpoch =
    numberIn(fit, "steps_per_epoch") ?? setTo(reading, /^(?:train_?)?(?:steps|iters|batches)_per_epoch$/i);
  const steps =
    numberIn(trainer, "max_steps") ??
    stepLoop(reading) ??
    setTo(reading, /^(?:num_|n_|max_|total_)(?:train(?:ing)?_)?(?:steps|iters|iterations)$/i);
  const clip = clipOf(reading, trainer);
  const accumulation =
    numberIn(trainer, "accumulate_grad_batches") ??
    numberIn(
      reading.calls.find(({ written }) => /(?:^|\.)Accelerator$/.test(written)),
      "gradient_accumulation_steps",
    );
  return {
    ...(batchSize === undefined || batchSize <= 0 ? {} : { batchSize }),
    ...(epochs === undefined || epochs <= 0 ? {} : { epochs }),
    ...(steps === undefined || steps <= 0 ? {} : { steps }),
    ...(stepsPerEpoch === undefined || stepsPerEpoch < 1 ? {} : { stepsPerEpoch }),
    ...(clip === undefined ? {} : { clip, gradClip: clip.max }),
    ...(accumulation === undefined ? {} : { accumulation }),
  };
}
const numberOf = (value: Value | undefined): number | undefined => (value?.kind === "number" ? value.value : undefined);
const argument = (call: Call | undefined, ...names: (string | number)[]): Argument | undefined =>
  call?.args.find(({ name }) => names.includes(name));
const numberIn = (call: Call | undefined, ...names: (string | number)[]): number | undefined =>
  numberOf(argument(call, ...names)?.value);

/** Of the training loader: never that of validation. */
function loaderBatch(reading: Reading): number | undefined {
  const loaders = reading.calls.filter(({ written }) =>
    /(?:^|\.)(?:DataLoader|DataLoaderX|InfiniteDataLoader|FastDataLoader)$/.test(written),
  );
  const words = (call: Call): string => {
    const data = argument(call, "dataset", 0);
    return `${call.target ?? ""} ${data ? reading.text.slice(data.span.from, data.span.to) : ""}`;
  };
  const scored = loaders.map((call) => {
    const about = words(call);
    const where = functionAround(call)?.name ?? "";
    const shuffled = argument(call, "shuffle")?.value;
    const score =
      (/train/i.test(about) || /train/i.test(where) ? 4 : 0) +
      (shuffled?.kind === "flag" && shuffled.value ? 2 : 0) -
      (/val|test|eval|dev/i.test(`${about.replace(/train\w*/gi, "")} ${where}`) ? 8 : 0);
    return { call, score };
  });
  const best = scored.filter(({ score }) => score > -4).sort((a, b) => b.score - a.score)[0];
  return numberIn(best?.call, "batch_size", 1);
}
function loopCount(reading: Reading, wanted: (loop: Loop) => boolean): number | undefined {
  for (const loop of reading.loops ?? []) if (wanted(loop) && loop.count !== undefined) return numberOf(loop.count);
  return undefined;
}
/** The loop whose every turn makes one update. */
function stepLoop(reading: Reading): number | undefined {
  const innermost = updateLoops(reading);
  return loopCount(
    reading,
    (loop) =>
      !/epoch/i.test(`${loop.variable} ${loop.over}`) &&
      (innermost.has(loop.span.from) || /^(?:step|it|iter|iteration|i_iter|global_step|update)$/i.test(loop.variable)),
  );
}
/** A constant, an option or a field of this name, where the program has one that is a positive number. */
function setTo(reading: Reading, name: RegExp): number | undefined {
  for (const { target, value, blocks } of reading.settings ?? []) {
    const word = target.split(".").at(-1) ?? target;
    if (!name.test(word) || blocks.some(({ kind }) => kind === "loop")) continue;
    if (value.kind === "number" && value.value > 0) return value.value;
  }
  for (const call of reading.calls) {
    if (!/(?:add_argument|option|DEFINE_\w+)$/.test(call.written)) continue;
    const words = call.args.flatMap(({ name: key, value }) =>
      typeof key === "number" && value.kind === "text" ? [value.value] : [],
    );
    const dest = words.map((word) => word.replace(/^-+/, "").replace(/-/g, "_"));
    const value = numberOf(
      argument(call, "default")?.value ?? (call.written.includes("DEFINE_") ? argument(call, 1)?.value : undefined),
    );
    if (dest.some((word) => name.test(word)) && value !== undefined && value > 0) return value;
  }
  return undefined;
}
function clipOf(reading: Reading, trainer: Call | undefined): Clip | undefined {
  for (const call of reading.calls) {
    const kind = /(?:^|\.)clip_grad_(norm|value)_?$/.exec(call.written)?.[1];
    if (kind === undefined) continue;
    const max = numberIn(call, "max_norm", "clip_value", "clipping_value", 1);
    if (max !== undefined) return { type: kind === "norm" ? "norm" : "value", max };
  }
  const max = numberIn(trainer, "gradient_clip_val");
  if (max === undefined || max <= 0) return undefined;
  const algorithm = argument(trainer, "gradient_clip_algorithm")?.value;
  return { type: algorithm?.kind === "text" && algorithm.value === "value" ? "value" : "norm", max };
}
