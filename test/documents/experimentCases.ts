import fc, { type Arbitrary } from "fast-check";
import { schedules, torchOptimizers } from "../../src/documents/vocabulary/index.ts";
import type { Configuration, ParameterGroup, ScheduleConfiguration } from "../../src/protocol/index.ts";

/** A run of a reference library, as its file records it. */
export interface ReferenceCase {
  readonly id: string;
  readonly family: string;
  readonly optimizer: string;
  /** "torch-1.13" where versions differ. */
  readonly variant?: string;
  readonly hessian?: { readonly every: number; readonly bs: number; readonly vectors: readonly (readonly number[])[] };
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly shapes: readonly (readonly number[])[];
  readonly theta0: readonly number[];
  readonly gradients?: string;
  readonly problem?: string;
  readonly groups?: readonly ({ readonly tensors: readonly number[] } & Readonly<Record<string, unknown>>)[];
  readonly clip?: { readonly type: string; readonly max: number };
  readonly scheduler?: { readonly name: string; readonly args: Readonly<Record<string, unknown>> };
  readonly steps: number;
}
export interface ReferenceInputs {
  readonly gradient_sets: Readonly<Record<string, { readonly gradients: readonly (readonly number[])[] }>>;
  readonly problems: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A record less one of its entries. */
export const without = (record: Readonly<Record<string, unknown>>, name: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));

/** The same run as an experiment file, in the library's own words: what somebody would paste. */
export function experimentText(it: ReferenceCase, inputs: ReferenceInputs): string {
  const size = (tensor: number) => (it.shapes[tensor] ?? []).reduce((product, n) => product * n, 1);
  const groups = it.groups?.map(({ tensors, ...hyperparameters }, i) => ({
    name: `tensors ${i}`,
    size: tensors.reduce((sum, tensor) => sum + size(tensor), 0),
    hyperparameters,
  }));
  const { kind, ...data } = inputs.problems[it.problem ?? ""] ?? {};
  const own =
    it.gradients === undefined
      ? { ...data, name: String(kind).replaceAll("_", " ") }
      : { name: "gradients", gradients: inputs.gradient_sets[it.gradients].gradients };
  const problem = {
    ...own,
    shapes: it.shapes,
    start: it.theta0,
    ...(it.hessian && { hessian: it.hessian.vectors }),
  };
  return JSON.stringify({
    lab: "training",
    controls: { steps: it.steps, seeds: 1 },
    problem,
    configuration: {
      framework: it.family,
      ...(it.variant !== undefined && { version: it.variant.replace("torch-", "") }),
      optimizer: it.optimizer,
      ...(it.clip && { clip: it.clip }),
      hyperparameters: {
        ...it.hyperparameters,
        ...(it.hessian && { bs: it.hessian.bs, every: it.hessian.every }),
      },
      ...(it.scheduler && { schedule: it.scheduler }),
      ...(groups && { groups }),
    },
  });
}

const finite = fc.oneof(
  fc.double({ min: 1e-12, max: 1e6, noNaN: true }),
  fc.constantFrom(0, 1, 1e-3, 3e-4, 0.9, 0.999, 1e-8, 0.01),
);
/** A number for each argument: flags 0 or 1, choices an index. */
const valuesFor = (names: readonly { names: readonly string[]; flag?: boolean; choices?: readonly string[] }[]) =>
  fc.record(
    Object.fromEntries(
      names.flatMap(({ names: all, flag, choices }) =>
        all.map((name) => [name, flag ? fc.nat(1) : choices ? fc.nat(choices.length - 1) : finite] as const),
      ),
    ),
  );
const milestones = fc
  .uniqueArray(fc.integer({ min: 1, max: 9999 }), { minLength: 1, maxLength: 4 })
  .map((points) => points.sort((a, b) => a - b));
const plainNames = Object.entries(schedules).flatMap(([name, words]) =>
  words?.parts !== undefined || words?.repeats !== undefined ? [] : [name],
);
const plainSchedule: Arbitrary<ScheduleConfiguration> = fc.constantFrom(...plainNames).chain((name) => {
  const words = schedules[name];
  return fc
    .record({
      values: valuesFor(words?.arguments ?? []),
      points: milestones,
      levels: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
      formula: fc.constantFrom("0.95 ** e", "1 / (1 + 0.1 * e)", "min((e + 1) / 20, 1)"),
    })
    .map(({ values, points, levels, formula }) => ({
      name,
      values,
      ...((words?.points ?? words?.pieces) !== undefined && { points }),
      ...(words?.levels && { levels: levels.slice(0, points.length + 1) }),
      ...(words?.pieces && { levels: levels.slice(0, points.length) }),
      ...(words?.formula && { formula }),
    }));
});
/** Every schedule there is a word for; SequentialLR, join_schedules and sgdr_schedule with their parts. */
export const anySchedule: Arbitrary<ScheduleConfiguration> = fc.oneof(
  { weight: 4, arbitrary: plainSchedule },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom("SequentialLR", "join_schedules"),
        milestones,
        fc.array(plainSchedule, { minLength: 5, maxLength: 5 }),
      )
      .map(([name, points, parts]) => ({ name, values: {}, points, parts: parts.slice(0, points.length + 1) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(valuesFor(schedules["warmup_cosine_decay_schedule"]?.arguments ?? []), { minLength: 1, maxLength: 3 })
      .map((all) => ({
        name: "sgdr_schedule",
        values: {},
        parts: all.map((values) => ({ name: "warmup_cosine_decay_schedule", values })),
      })),
  },
);
/** Complete configurations over all optimizers and schedules, of one group or several. */
export const anyConfiguration: Arbitrary<Configuration> = fc
  .constantFrom(...Object.keys(torchOptimizers))
  .chain((optimizer) => {
    const group: Arbitrary<ParameterGroup> = fc
      .record({
        values: valuesFor(torchOptimizers[optimizer]?.arguments ?? []),
        schedule: fc.option(anySchedule, { nil: undefined }),
      })
      .map(({ values, schedule }) => ({ name: "", values, ...(schedule && { schedule }) }));
    return fc
      .record({
        groups: fc.array(group, { minLength: 1, maxLength: 3 }),
        size: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
        batchSize: fc.option(fc.integer({ min: 1, max: 4096 }), { nil: undefined }),
        steps: fc.option(fc.integer({ min: 1, max: 9999 }), { nil: undefined }),
        clip: fc.option(
          fc.record({ type: fc.constantFrom("norm" as const, "value" as const), max: fc.constant(0.5) }),
          {
            nil: undefined,
          },
        ),
      })
      .map(({ groups, size, batchSize, steps, clip }) => ({
        framework: "torch",
        optimizer,
        groups: groups.map((it, i) => ({
          ...it,
          name: groups.length === 1 && size === undefined ? "all parameters" : `group ${i}`,
          ...(size !== undefined && { size }),
        })),
        ...(batchSize !== undefined && { batchSize }),
        ...(steps !== undefined && { steps }),
        ...(clip && { clip }),
      }));
  });
