import { typed } from "../../protocol/index.ts";
import type { Configuration, Hyperparameter, ParameterGroup } from "../../protocol/index.ts";
import { findOptimizer } from "../optimizers/index.ts";
import { wordsFor } from "./words.ts";

/** One thing in which two configurations differ. */
export interface Cause {
  /** Canonical name of a hyperparameter, or "optimizer", "schedule", "groups", "clip", "around", "accumulation". */
  readonly name: string;
  /** As a sentence has it: "epsilon placement". */
  readonly words: string;
  /** What each has, in a few words; absent where that takes more than a few. */
  readonly from?: string;
  readonly to?: string;
  /** It is not a number that somebody chose but how a library computes. */
  readonly arithmetic: boolean;
  /** The first configuration with this alone as the second has it. */
  readonly alone: Configuration;
}
type Values = Readonly<Record<string, number>>;

/** Everything in which the second configuration differs from the first, each tried alone by `alone`. */
export function causesOf(a: Configuration, b: Configuration): Cause[] {
  const causes: Cause[] = [];
  if (a.optimizer !== b.optimizer) causes.push(otherOptimizer(a, b));
  if (a.groups.length !== b.groups.length) {
    const groups = { name: "groups", words: "parameter groups", arithmetic: false };
    causes.push({
      ...groups,
      from: String(a.groups.length),
      to: String(b.groups.length),
      alone: { ...a, groups: b.groups },
    });
  } else causes.push(...valueCauses(a, b), ...scheduleCauses(a, b));
  return [...causes, ...surroundings(a, b)];
}

function otherOptimizer(a: Configuration, b: Configuration): Cause {
  const values = (group: ParameterGroup, index: number): ParameterGroup => {
    const own = valuesOf(a.optimizer, group.values);
    const other = valuesOf(b.optimizer, (b.groups.at(index) ?? b.groups[0]).values);
    for (const name of Object.keys(other)) if (name in own && !switches(a, name)) other[name] = own[name];
    return { ...group, values: other };
  };
  return {
    name: "optimizer",
    words: "optimizer",
    from: a.optimizer,
    to: b.optimizer,
    arithmetic: false,
    alone: { ...a, optimizer: b.optimizer, groups: a.groups.map(values) },
  };
}
const switches = (a: Configuration, name: string): boolean =>
  findOptimizer(a.optimizer)?.hyperparameters[name]?.arithmetic === true;

/** Adafactor's exponent has another sign in optax: the same number, turned with the form of the update. */
const turned = "decayExponent";
function turns(a: Configuration, b: Configuration): boolean {
  const [own, other] = [a.groups[0].values, b.groups[0].values];
  return turned in own && own[turned] === -other[turned] && own["arithmetic"] !== other["arithmetic"];
}

/** Hyperparameters of both whose values differ in some group. */
function valueCauses(a: Configuration, b: Configuration): Cause[] {
  const descriptors = findOptimizer(a.optimizer)?.hyperparameters ?? {};
  const shared = findOptimizer(b.optimizer)?.hyperparameters ?? {};
  return Object.entries(descriptors).flatMap(([name, descriptor]): Cause[] => {
    if (!(name in shared)) return [];
    const own = a.groups.map(({ values }) => valueOf(values, name, descriptor.default));
    const other = b.groups.map(({ values }) => valueOf(values, name, shared[name].default));
    const at = own.findIndex((value, i) => value !== other[i]);
    if (at < 0 || (name === turned && turns(a, b))) return [];
    const groups = a.groups.map((group, i) => {
      const values: Record<string, number> = { ...group.values, [name]: other[i] };
      if (name === "arithmetic" && turns(a, b)) values[turned] = b.groups[i].values[turned];
      return { ...group, values };
    });
    return [
      {
        name,
        words: wordsFor(name, descriptor),
        from: spelled(descriptor, own[at]),
        to: spelled(shared[name], other[at]),
        arithmetic: descriptor.arithmetic === true,
        alone: { ...a, groups },
      },
    ];
  });
}
function scheduleCauses(a: Configuration, b: Configuration): Cause[] {
  const causes: Cause[] = [];
  const at = a.groups.findIndex(({ schedule }, i) => !same(schedule ?? constant, b.groups[i].schedule ?? constant));
  if (at >= 0)
    causes.push({
      name: "schedule",
      words: "learning-rate schedule",
      from: a.groups[at].schedule?.name ?? "constant",
      to: b.groups[at].schedule?.name ?? "constant",
      arithmetic: false,
      alone: {
        ...a,
        groups: a.groups.map((group, i) => taking(group, "schedule", b.groups[i])),
      },
    });
  if (a.groups.some(({ schedules }, i) => !same(schedules, b.groups[i].schedules)))
    causes.push({
      name: "schedules",
      words: "schedules of other hyperparameters",
      arithmetic: false,
      alone: {
        ...a,
        groups: a.groups.map((group, i) => taking(group, "schedules", b.groups[i])),
      },
    });
  return causes;
}
const constant = { name: "constant", values: {} };

/** What stands around the optimizer. */
function surroundings(a: Configuration, b: Configuration): Cause[] {
  const causes: Cause[] = [];
  if (!same(a.clip, b.clip))
    causes.push({ name: "clip", words: "gradient clipping", arithmetic: false, alone: taking(a, "clip", b) });
  if (!same(a.around, b.around)) {
    const words = "what is put around the optimizer";
    causes.push({ name: "around", words, arithmetic: false, alone: taking(a, "around", b) });
  }
  if ((a.accumulation ?? 1) !== (b.accumulation ?? 1))
    causes.push({
      name: "accumulation",
      words: "gradient accumulation",
      from: String(a.accumulation ?? 1),
      to: String(b.accumulation ?? 1),
      arithmetic: false,
      alone: { ...a, accumulation: b.accumulation ?? 1 },
    });
  return causes;
}

/** One property as another has it, or absent where that one has none. */
function taking<T extends object, K extends keyof T>(it: T, key: K, from: Pick<T, K>): T {
  const { ...copy } = it;
  Reflect.deleteProperty(copy, key);
  return from[key] === undefined ? copy : { ...copy, [key]: from[key] };
}

/** Complete. */
export function valuesOf(optimizer: string, given: Values): Record<string, number> {
  const descriptors = findOptimizer(optimizer)?.hyperparameters ?? {};
  return Object.fromEntries(
    Object.entries(descriptors).map(([name, { default: standard }]) => [name, valueOf(given, name, standard)]),
  );
}
const valueOf = (values: Readonly<Partial<Record<string, number>>>, name: string, standard: number): number =>
  values[name] ?? standard;
function spelled({ scale, choices }: Hyperparameter, value: number): string {
  if (scale === "flag") return value === 0 ? "off" : "on";
  return choices?.[value] ?? typed(value);
}
/** Of plain data whose keys may come in any order. */
export function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}
const canonical = (it: unknown): string =>
  JSON.stringify([it], (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)))
      : value,
  );
