import type { Call } from "../call.ts";
import type { Reading } from "../document.ts";
import { remembered } from "../remembered.ts";
import type { Pace } from "./lightning.ts";

const is = (call: Call, word: string, value: boolean): boolean =>
  call.args.some(
    (argument) => argument.name === word && argument.value.kind === "flag" && argument.value.value === value,
  );

/** Remembered, since every scheduler of a file asks. */
const acceleratorOf = remembered((reading: Reading): Call | undefined =>
  reading.calls.find(({ written }) => /(?:^|\.)Accelerator$/.test(written)),
);

/**
 * accelerate steps a scheduler that it has prepared once for every process, since each of them takes a batch of its own; not
 * where batches are split among them, nor where it is told to leave the scheduler alone.
 */
export function preparedPace(reading: Reading, scheduler: Call): Pick<Pace, "perStep" | "notes"> {
  const made = acceleratorOf(reading);
  const name = scheduler.target?.split(".").at(-1);
  if (made === undefined || name === undefined) return {};
  const prepared = reading.calls.some(
    ({ written, args }) =>
      /\.prepare(?:_scheduler)?$/.test(written) &&
      args.some(({ span }) => reading.text.slice(span.from, span.to).split(".").at(-1) === name),
  );
  const split = reading.calls.some(
    (call) => /Accelerator$|DataLoaderConfiguration$/.test(call.written) && is(call, "split_batches", true),
  );
  if (!prepared || split || is(made, "step_scheduler_with_optimizer", false)) return {};
  const processes = processesIn(reading);
  if (processes === 1) return {};
  return processes === undefined
    ? { notes: ["accelerate steps its schedule once for every process; it is simulated for one process."] }
    : { perStep: processes };
}
/** Where the program itself launches them, or has a constant for them. */
function processesIn({ calls, settings = [] }: Reading): number | undefined {
  const launched = calls
    .filter(({ written }) => /(?:^|\.)notebook_launcher$/.test(written))
    .flatMap(({ args }) => args.filter(({ name }) => name === "num_processes" || name === 2))
    .map(({ value }) => value);
  const named = settings.filter(({ target }) =>
    /(?:^|\.)(?:num_processes|world_size|n_?gpus?|num_gpus)$/i.test(target),
  );
  for (const value of [...launched, ...named.map((it) => it.value)])
    if (value.kind === "number" && Number.isInteger(value.value) && value.value >= 1) return value.value;
  return undefined;
}
