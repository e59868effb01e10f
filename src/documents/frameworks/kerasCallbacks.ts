import type { Call } from "../call.ts";
import type { Origin, Reading } from "../document.ts";
import { schedules, signatureOf } from "../vocabulary/index.ts";
import { unresolvedOrigin, type Source } from "./origins.ts";
import type { RateSchedule } from "./rateSchedule.ts";
import { printWords, readValues, wordsOf } from "./readValues.ts";

const place = /^(?:tensorflow\.)?(?:tf_)?keras\.(?:src\.)?callbacks\.(ReduceLROnPlateau|LearningRateScheduler)$/;

/** The callback that sets the rate at the ends of epochs, where the file makes just one. */
export function callbackSchedule(source: Source, { calls }: Reading): RateSchedule | undefined {
  const found = calls.flatMap((call) => {
    const name = place.exec(call.callee)?.[1];
    return name === undefined ? [] : [{ call, name }];
  });
  const [only] = found;
  return found.length === 1 && only ? read(source, only.call, only.name) : undefined;
}
function read(source: Source, call: Call, spelled: string): RateSchedule | undefined {
  const name = spelled in schedules && spelled !== "ReduceLROnPlateau" ? spelled : `keras.callbacks.${spelled}`;
  const of = schedules[name];
  if (!of) return undefined;
  const words = wordsOf(call, signatureOf(of));
  const { values, origins } = readValues(source, call, of.arguments, words, "schedule.");
  const monitor = words.get("monitor")?.value;
  const auto = values["mode"] === 2 || values["mode"] === undefined;
  // "auto" goes by the name of what is watched.
  if (name.endsWith("ReduceLROnPlateau") && auto)
    values["mode"] = monitor?.kind === "text" && monitor.value.includes("acc") ? 1 : 0;
  const given = of.formula === undefined ? undefined : words.get(of.formula);
  const formula = given?.value.kind === "formula" ? given.value.formula : undefined;
  const unread: Record<string, Origin> =
    given && formula === undefined
      ? { "schedule.formula": unresolvedOrigin(source, given.span, source.text.slice(given.span.from, given.span.to)) }
      : {};
  return {
    schedule: { name, values, ...(formula !== undefined && { formula }), interval: "epoch" },
    origins: { ...origins, ...unread },
    starts: {},
    spelled: { name: spelled, args: printWords(source, words, []) },
    notes:
      of.formula !== undefined && formula === undefined
        ? [`The function of ${spelled} is not plain arithmetic, so it is not simulated.`]
        : [],
  };
}
