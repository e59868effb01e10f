import type { Note, ScheduleConfiguration } from "../../protocol/index.ts";
import type { Block } from "../call.ts";
import type { Detection, Framework, Origin, Reading, Spelled } from "../document.ts";
import { constructionsIn, type Construction } from "./constructions.ts";
import { numeric, sourceOf, type Source } from "./origins.ts";
import { schedules } from "../vocabulary/index.ts";
import { isOpen, printWords } from "./readValues.ts";
import { runFactsOf, type RunFacts } from "./runFacts.ts";
import { blocksWithin, functionAround } from "./surrounding.ts";
import { groupsOf, withSchedules } from "./torchGroups.ts";
import { driversOf, schedulersIn, type Scheduler } from "./torchSchedulers.ts";
import { readSchedule } from "./torchSchedules.ts";
import { unknownScheduler } from "./unknownScheduler.ts";
import { writeTorch } from "./torchWrite.ts";

export const torch: Framework = {
  name: "torch",
  title: "PyTorch 2.x",
  recognise(reading: Reading): Detection[] {
    const constructions = constructionsIn(reading);
    if (constructions.length === 0) return [];
    const source = sourceOf(reading.text);
    const drivers = driversOf(constructions, schedulersIn(reading));
    const facts = runFactsOf(reading);
    return constructions.map((construction) => {
      const active = activeOf(construction, constructions);
      const read = detect(source, reading, construction, constructions, drivers.get(construction) ?? [], facts);
      return active === undefined ? read : { ...read, active };
    });
  },
  write: writeTorch,
};

function detect(
  source: Source,
  reading: Reading,
  construction: Construction,
  all: readonly Construction[],
  driving: readonly Scheduler[],
  facts: RunFacts,
): Detection {
  const { call, of, words } = construction;
  const { groups, origins, spelled: spelledGroups } = groupsOf(source, construction);
  const schedule = readSchedule(source, reading, driving, groups.length);
  const unknown = driving.length === 0 ? unknownScheduler(reading, construction) : undefined;
  const byHand = schedule === undefined ? setByHand(reading, construction, all, groups) : undefined;
  const unread = unknown && byHand === undefined ? readSchedule(source, reading, [unknown], groups.length) : undefined;
  const notes: Note[] = [
    ...(of?.note === undefined ? [] : [{ text: of.note }]),
    ...faster(words),
    ...(schedule?.notes ?? []).map((text) => ({ text })),
    ...(isOpen(call) ? [{ text: "Some of its arguments are not known from this file." }] : []),
    ...(of === undefined ? [{ text: "Which class this makes is not known from this file." }] : []),
    ...(byHand && byHand.schedules === undefined
      ? [{ text: "The rate is set by hand in a way that is not plain arithmetic." }]
      : []),
  ];
  const scheduled = schedule?.spelled ?? (byHand && { name: "set by hand", args: {} });
  const spelled: Spelled = {
    optimizer: of?.name ?? null,
    hyperparameters: printWords(source, words, ["params"]),
    ...(scheduled ? { scheduler: scheduled } : {}),
    ...(spelledGroups ? { groups: spelledGroups } : {}),
  };
  const { batchSize, steps, epochs, stepsPerEpoch, accumulation, clip } = facts;
  return {
    framework: of?.framework ?? "torch",
    frameworkTitle: of?.title ?? "PyTorch 2.x",
    span: call.span,
    line: call.line,
    configuration: {
      framework: of?.library ?? "torch",
      ...(of?.library === undefined && { version: "2.x" }),
      optimizer: of?.canonical ?? call.written,
      groups: withSchedules(
        groups,
        (schedule?.schedules ?? byHand?.schedules ?? unread?.schedules ?? []).map((it, i) =>
          relativeTo(givenRate(construction), groups[i]?.values["learningRate"], it),
        ),
      ),
      ...(batchSize === undefined ? {} : { batchSize }),
      ...(steps === undefined ? {} : { steps }),
      ...(epochs === undefined ? {} : { epochs }),
      ...(stepsPerEpoch === undefined ? {} : { stepsPerEpoch }),
      ...(accumulation === undefined ? {} : { accumulation }),
      ...(clip === undefined ? {} : { clip }),
    },
    origins: origins.map((own, i): Record<string, Origin> => ({ ...own, ...(schedule ?? unread)?.origins[i] })),
    spelled,
    ...(call.target === undefined ? {} : { target: call.target }),
    notes,
  };
}

/** The rate that the optimizer itself was given, whatever its groups have. */
function givenRate({ of, words }: Construction): number | undefined {
  const word = of?.arguments.find(({ names }) => names[0] === "learningRate");
  const written = words.get(word?.word ?? "lr")?.value;
  return written ? (numeric(written) ? Number(written.value) : undefined) : word?.defaults?.[0];
}
/** Some schedules of transformers take a lowest rate as a share of the optimizer's, also in a group that has its own. */
function relativeTo(
  given: number | undefined,
  own: number | undefined,
  it: ScheduleConfiguration,
): ScheduleConfiguration {
  if (given === undefined || given === own || !schedules[it.name]?.more?.includes("optimizerRate")) return it;
  return { ...it, values: { ...it.values, optimizerRate: given } };
}

/** Arguments that change how something is computed and not what. */
const faster = (words: Construction["words"]): Note[] =>
  ["fused", "foreach"]
    .filter((word) => {
      const value = words.get(word)?.value;
      return value?.kind === "flag" && value.value;
    })
    .map((word) => ({ text: `${word}=True changes how steps are computed, not what they are.` }));

/** `for g in opt.param_groups: g["lr"] = …`: a schedule too, whose values are rates instead of factors. */
function setByHand(
  reading: Reading,
  construction: Construction,
  all: readonly Construction[],
  groups: readonly { readonly values: Readonly<Record<string, number>> }[],
): { readonly schedules?: readonly ScheduleConfiguration[] } | undefined {
  for (const setting of reading.settings ?? []) {
    if (!/\[\s*["']lr["']\s*\]$/.test(setting.target)) continue;
    const loops = setting.blocks.filter((block) => block.kind === "loop");
    const over = `${loops.at(-1)?.over ?? ""} ${setting.target}`;
    if (!/param_groups/.test(over) || setting.blocks.some((it) => it.kind === "branch" && it.taken === false)) continue;
    const name = /([\w]+)\.param_groups/.exec(over)?.[1];
    const named = all.filter(({ call }) => call.target?.split(".").at(-1) === name);
    const home = functionAround(setting)?.span.from;
    const near = named.filter(({ call }) => functionAround(call)?.span.from === home);
    if (all.length > 1 && !(near.length > 0 ? near : named).includes(construction)) continue;
    const { formula } = setting;
    if (formula === undefined) return {};
    const { variable = "", over: range = "" } = setting.counter ?? {};
    const interval = /epoch/i.test(`${variable} ${range}`) ? "epoch" : "step";
    return {
      schedules: groups.map(({ values }) => ({
        name: "LambdaLR",
        values: {},
        formula: `${formula} / ${values["learningRate"] ?? 1}`,
        interval,
      })),
    };
  }
  return undefined;
}

/** Whether the defaults choose this branch, where there is something to choose from. */
function activeOf({ call }: Construction, all: readonly Construction[]): boolean | undefined {
  const branches = blocksWithin(call).filter((block) => block.kind === "branch");
  const choices = branches.filter(
    (branch) =>
      !/__name__/.test(branch.test) &&
      (/["']/.test(branch.test) || all.some((it) => elsewhere(it.call.blocks, branch))),
  );
  if (choices.length === 0) return undefined;
  if (choices.some(({ taken }) => taken === false)) return false;
  return choices.every(({ taken }) => taken === true) ? true : undefined;
}
const elsewhere = (blocks: readonly Block[] | undefined, branch: Block & { readonly kind: "branch" }): boolean =>
  (blocks ?? []).some((it) => it.kind === "branch" && it.span.from === branch.span.from && it.index !== branch.index);
