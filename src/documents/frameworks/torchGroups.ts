import type { ParameterGroup, ScheduleConfiguration } from "../../protocol/index.ts";
import type { DictValue, Value } from "../call.ts";
import type { Origin, Printed } from "../document.ts";
import type { Construction } from "./constructions.ts";
import { emptyGroup } from "./emptyGroup.ts";
import { printed, type Source } from "./origins.ts";
import { readValues, type Written } from "./readValues.ts";

export interface ReadGroups {
  readonly groups: readonly Omit<ParameterGroup, "schedule">[];
  readonly origins: readonly Record<string, Origin>[];
  /** As written, where there are several. */
  readonly spelled?: readonly Readonly<Record<string, Printed>>[];
}
/** The name of the only group where a file makes none. */
export const everything = "all parameters";

/** One group for each mapping in the first argument, its own words before the shared ones. */
export function groupsOf(source: Source, { call, of, words }: Construction): ReadGroups {
  const all = of?.arguments ?? unknownClass;
  const mappings = mappingsIn(words.get("params")?.value);
  if (mappings === undefined) {
    const { values, origins } = readValues(source, call, all, words);
    const { size, origin } = emptyGroup(source, call, words.get("params"));
    const group = { name: everything, values: { ...of?.fixed, ...values }, ...size };
    return { groups: [group], origins: [{ ...origins, ...origin }] };
  }
  const names = new Map<string, number>();
  const wanted = mappings.map((mapping) => nameOf(source, mapping));
  for (const name of wanted) if (name !== undefined) names.set(name, (names.get(name) ?? 0) + 1);
  const read = mappings.map((mapping) => {
    const own = new Map<string, Written>();
    const params = mapping.entries.find(({ key }) => key === "params");
    for (const { key, value } of mapping.entries) if (key !== "params") own.set(key, { value, span: value.span });
    const { values, origins } = readValues(source, call, all, new Map([...words, ...own]));
    const { size, origin } = emptyGroup(source, call, params && { value: params.value, span: params.value.span });
    return { values, origins: { ...origins, ...origin }, size };
  });
  return {
    groups: read.map(({ values: own, size }, i) => {
      const name = wanted[i];
      const values = { ...of?.fixed, ...own };
      return { name: name !== undefined && names.get(name) === 1 ? name : `group ${i}`, values, ...size };
    }),
    origins: read.map(({ origins }) => origins),
    spelled: mappings.map((mapping) =>
      Object.fromEntries(
        mapping.entries
          .filter(({ key }) => key !== "params")
          .map(({ key, value }) => [key, printed(value, source.text)]),
      ),
    ),
  };
}
/** Where the class is not known, these words still mean what they always do. */
const unknownClass = [
  { word: "lr", names: ["learningRate"] },
  { word: "learning_rate", names: ["learningRate"] },
  { word: "betas", names: ["beta1", "beta2"] },
  { word: "eps", names: ["epsilon"] },
  { word: "weight_decay", names: ["weightDecay"] },
  { word: "momentum", names: ["momentum"] },
];
function mappingsIn(params: Value | undefined): readonly DictValue[] | undefined {
  if (params?.kind !== "list" || params.items.length === 0) return undefined;
  const mappings = params.items.filter((item) => item.kind === "dict");
  return mappings.length === params.items.length ? mappings : undefined;
}
/** `model.backbone.parameters()` is "backbone", `head_params` is "head". */
function nameOf({ text }: Source, mapping: DictValue): string | undefined {
  const given = mapping.entries.find(({ key }) => key === "name")?.value;
  if (given?.kind === "text") return given.value;
  const params = mapping.entries.find(({ key }) => key === "params")?.value;
  if (params === undefined) return undefined;
  const words = text.slice(params.span.from, params.span.to).trim();
  const method = /(?:^|[(\s])([\w.]+)\.(?:named_)?parameters\(\s*\)/.exec(words)?.[1];
  const plain = /^[A-Za-z_][\w.]*$/.exec(words)?.[0];
  const last = (method ?? plain)?.split(".").at(-1);
  const name = last?.replace(/_?(?:params|parameters|weights)$/, "").replace(/_/g, " ");
  return name === undefined || name === "" || name === "self" ? undefined : name;
}

/** The groups with their schedule. */
export const withSchedules = (
  groups: readonly Omit<ParameterGroup, "schedule">[],
  schedules: readonly (ScheduleConfiguration | undefined)[],
): ParameterGroup[] =>
  groups.map((group, i) => {
    const schedule = schedules[i];
    return schedule === undefined ? group : { ...group, schedule };
  });
