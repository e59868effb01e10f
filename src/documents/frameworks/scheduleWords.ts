import { schedules, scheduleTypes, signatureOf, type Argument } from "../vocabulary/index.ts";

export { scheduleTypes };

/** A scheduler of a PyTorch script. */
export interface ScheduleClass {
  readonly name: string;
  /** After the optimizer. */
  readonly signature: readonly string[];
  readonly arguments: readonly Argument[];
}
export function scheduleNamed(written: string): ScheduleClass | undefined {
  // transformers' function takes PyTorch's words.
  const name = written === "get_reduce_on_plateau_schedule" ? "ReduceLROnPlateau" : written;
  const words = name === "constant" ? undefined : schedules[name];
  if (words === undefined || !/^(?:torch|transformers|deepspeed)$/.test(words.library)) return undefined;
  return { name, signature: signatureOf(words), arguments: words.arguments };
}
/** The name of the scheduler that a call makes: "StepLR", "get_scheduler". */
export function schedulerMade(callee: string): string | undefined {
  const name =
    /(?:^|\.)lr_schedule(?:r|s)\.(?:\w+\.)?(\w+)$/.exec(callee)?.[1] ??
    /^(?:transformers|diffusers)\.(?:\w+\.)*(get_\w+)$/.exec(callee)?.[1] ??
    /^[A-Za-z]\w+$/.exec(callee)?.[0];
  return name === "get_scheduler" || (name !== undefined && scheduleNamed(name)) ? name : undefined;
}
