import { invalidValues } from "../core/invalidValues.ts";
import { findLab, labs, type Lab } from "../core/labs/index.ts";
import { findOptimizer } from "../core/optimizers/index.ts";
import { findProblem } from "../core/problems/index.ts";
import { counted, wrongList } from "../core/run.ts";
import { findSchedule } from "../core/schedules/index.ts";
import type { Detection } from "../documents/document.ts";
import type {
  Configuration,
  Knob,
  Lists,
  Order,
  Other,
  ProblemConfiguration,
  ScheduleConfiguration,
} from "../protocol/index.ts";
import { writtenLine } from "./places.ts";
import { othersOf, suggestedComparison, titleOf, type Compared } from "./compare.ts";
import type { RunFacts } from "./course.ts";

/** A knob moved away from what the document says. */
export interface Setting {
  readonly of: Knob["of"];
  /** Counts only for "optimizer" and "schedule". */
  readonly group: number;
  readonly name: string;
  readonly value: number;
}
/**
 * What somebody has chosen to see. Settings of a problem or a lab should be dropped when another one is chosen; those
 * that the chosen one does not have are passed over.
 */
export interface Choosing {
  readonly detections: readonly Detection[];
  readonly chosen: number;
  /** By name; the experiment file's, else the first lab, where absent. */
  readonly lab?: string;
  /** By name; the experiment file's, else the lab's first, where absent or not one of the lab's. */
  readonly problem?: string;
  readonly settings: readonly Setting[];
  /** Texts of the problem that were typed over the document's, by name. */
  readonly texts?: Readonly<Record<string, string>>;
  readonly seed?: number;
  /** For labs that compare; what suggests itself where absent or empty. */
  readonly compared?: readonly Compared[];
}
/** A choice with everything filled in. */
export interface Plan {
  readonly detections: readonly Detection[];
  readonly chosen: number;
  readonly detection: Detection;
  readonly lab: Lab;
  /** As the document has it. */
  readonly original: Configuration;
  /** With the settings applied. */
  readonly configuration: Configuration;
  readonly problem: ProblemConfiguration;
  /** Of the problem, before settings. */
  readonly originalProblem: Readonly<Record<string, number>>;
  /** Texts of the problem, before they were typed over. */
  readonly originalTexts: Readonly<Record<string, string>>;
  /** Complete. */
  readonly controls: Readonly<Record<string, number>>;
  /** Of the lab, before settings. */
  readonly originalControls: Readonly<Record<string, number>>;
  readonly seed: number;
  /** Schedules that the document names but that cannot be drawn; the run goes without them. */
  readonly unread: readonly Unread[];
  /** In labs that compare: what the configuration is called, and what it is compared with. */
  readonly beside: { readonly label?: string; readonly others?: readonly Other[]; readonly lists?: Lists };
  /** A sentence where this cannot be run. */
  readonly refusal?: string;
  /** Where the document says what is refused. */
  readonly refusalLine?: number;
}
/** A schedule that is left out of a run. */
export interface Unread {
  readonly name: string;
  /** Index of the first group that has it. */
  readonly group: number;
  /** Its arithmetic is, but a function of the document is none. */
  readonly known: boolean;
}

/** Fills in lab, problem and controls. Throws a sentence for a lab or a problem that does not exist. */
export function plan(choosing: Choosing): Plan {
  const detection = choosing.detections.at(choosing.chosen);
  if (!detection) throw new Error("There is no optimizer to simulate.");
  const { experiment } = detection;
  // An experiment file is run as it is written or not at all.
  const { configuration: original, unread } = experiment
    ? { configuration: detection.configuration, unread: [] }
    : withoutUnreadable(detection.configuration);
  const configuration = applyChanges(original, choosing.settings);
  const labName = choosing.lab ?? experiment?.lab ?? labs.at(0)?.name ?? "";
  const lab = findLab(labName);
  if (!lab) throw new Error(`There is no lab "${labName}"; known are ${list(labs.map(({ name }) => name))}.`);
  const problemPlan = planProblem(choosing, lab, experiment?.problem, experiment?.lab === lab.name);
  const given = experiment?.lab === lab.name ? experiment.controls : {};
  const originalControls = complete(
    lab.controls,
    lab.suggest(original, problemPlan.problem),
    given,
    experiment?.lab === lab.name ? counted(lab, experiment.lists) : {},
  );
  const lists = listsOf(choosing, lab, experiment);
  const controls = complete(
    lab.controls,
    lab.suggest(configuration, problemPlan.problem),
    given,
    settingsOf(choosing.settings, "lab"),
    counted(lab, lists.lists),
  );
  const so = {
    detections: choosing.detections,
    chosen: choosing.chosen,
    detection,
    lab,
    original,
    configuration,
    ...problemPlan,
    controls,
    originalControls,
    seed: choosing.seed ?? experiment?.seed ?? 1,
    unread,
    beside: {
      ...(lab.compares && besideOf(choosing, detection, configuration, controls)),
      ...lists,
    },
  };
  const wrong = wrongValue(so, choosing.settings);
  const refusal =
    configurationProblem(so) ??
    wrong?.text ??
    wrongList(lab, so.beside.lists) ??
    so.lab.refuse(configuration, so.problem, controls, so.beside);
  if (refusal === undefined) return so;
  const line = refusal === wrong?.text ? wrong.line : undefined;
  return { ...so, refusal, ...(line !== undefined && { refusalLine: line }) };
}

/** The first value that cannot be run with, and where the document says it: nowhere, where a knob was moved to it. */
function wrongValue(
  { configuration, detection }: Pick<Plan, "configuration" | "detection">,
  settings: readonly Setting[],
): { readonly text: string; readonly line: number | undefined } | undefined {
  const wrong = invalidValues(configuration).at(0);
  if (!wrong) return undefined;
  const { group, name, text } = wrong;
  const moved = documentChanges(settings).some((it) => it.group === group && it.name === name);
  return { text, line: moved ? undefined : (writtenLine(detection, group, [name]) ?? detection.line) };
}

/** Lists of the file's own lab; one whose knob has been moved gives way to it. */
function listsOf({ settings }: Choosing, lab: Lab, experiment: Detection["experiment"]): { readonly lists?: Lists } {
  if (!experiment?.lists || experiment.lab !== lab.name) return {};
  const moved = settingsOf(settings, "lab");
  const kept = Object.entries(experiment.lists).filter(([name]) => !(name in moved));
  return kept.length > 0 ? { lists: Object.fromEntries(kept) } : {};
}

function besideOf(
  { detections, compared = [] }: Choosing,
  detection: Detection,
  configuration: Configuration,
  run: RunFacts,
) {
  const from = { detections, detection, configuration, run };
  const chosen = othersOf(compared, from);
  const kept = chosen.length > 0 ? chosen : (detection.experiment?.others ?? []);
  const others = kept.length > 0 ? kept : othersOf(suggestedComparison(from), from);
  const readable = others.map((other) => ({
    ...other,
    configuration: withoutUnreadable(other.configuration).configuration,
  }));
  return { label: titleOf(configuration), others: readable };
}

/** A factor that is no arithmetic, or a schedule that follows the loss, is said to be missing, not guessed. */
function withoutUnreadable(configuration: Configuration): { configuration: Configuration; unread: readonly Unread[] } {
  const unread: Unread[] = [];
  const groups = configuration.groups.map(({ schedule, ...group }, index) => {
    const lacking = schedule && unreadable(schedule);
    if (lacking && !unread.some(({ name }) => name === lacking.name)) unread.push({ ...lacking, group: index });
    return lacking || !schedule ? group : { ...group, schedule };
  });
  return unread.length === 0 ? { configuration, unread } : { configuration: { ...configuration, groups }, unread };
}
function unreadable({ name, formula, parts = [] }: ScheduleConfiguration): Omit<Unread, "group"> | undefined {
  if (!findSchedule(name)) return { name, known: false };
  if (/^(?:LambdaLR|MultiplicativeLR|LearningRateScheduler)$/.test(name) && formula === undefined)
    return { name, known: true };
  return parts.map(unreadable).find((lacking) => lacking !== undefined);
}

function planProblem(choosing: Choosing, lab: Lab, given: ProblemConfiguration | undefined, home: boolean) {
  if (lab.problems.length === 0) return { problem: { name: "", values: {} }, originalProblem: {}, originalTexts: {} };
  const has = (name: string | undefined): name is string => name !== undefined && lab.problems.includes(name);
  const own = has(choosing.problem) ? choosing.problem : given?.name;
  // What the file names for this very lab is taken even where the lab does not have it: the run then says so.
  const name = own !== undefined && (home || has(own)) ? own : (lab.problems.at(0) ?? "");
  const it = findProblem(name);
  if (!it) throw new Error(`There is no problem "${name}"; this lab knows ${list(lab.problems)}.`);
  const said = given?.name === name ? given : undefined;
  const originalProblem = complete(it.hyperparameters, said?.values ?? {});
  const values = complete(it.hyperparameters, said?.values ?? {}, settingsOf(choosing.settings, "problem"));
  const fields = Object.entries(it.texts ?? {});
  const originalTexts = Object.fromEntries(
    fields.map(([field, { default: standard }]) => {
      const written = said?.data?.[field];
      return [field, typeof written === "string" ? written : standard];
    }),
  );
  const typed = fields.flatMap(([field]) => {
    const text = choosing.texts?.[field];
    return text === undefined ? [] : [[field, text] as const];
  });
  const data = { ...said?.data, ...Object.fromEntries(typed) };
  const problem: ProblemConfiguration = Object.keys(data).length > 0 ? { name, values, data } : { name, values };
  return { problem, originalProblem, originalTexts };
}

/** A sentence where a plan names what there is not, or a number that is none. */
function configurationProblem(it: Omit<Plan, "refusal">): string | undefined {
  const { optimizer, groups } = it.configuration;
  if (!findOptimizer(optimizer)) return `${optimizer} is read, but not simulated yet.`;
  for (const group of groups)
    for (const [name, value] of Object.entries(group.values))
      if (!Number.isFinite(value)) return `${name} of ${group.name} is ${value}, which cannot be simulated.`;
  return unknownName(it);
}

/** A name in an experiment file that its lab or its problem does not have. */
function unknownName({ detection, lab, problem, originalProblem }: Omit<Plan, "refusal">): string | undefined {
  const { lab: home, controls = {}, problem: given } = detection.experiment ?? {};
  const missing = (values: object, known: object, whose: string): string | undefined => {
    const name = Object.keys(values).find((one) => !(one in known));
    return name === undefined ? undefined : `${whose} has no "${name}"; it has ${list(Object.keys(known))}.`;
  };
  return (
    (home === lab.name ? missing(controls, lab.controls, `The lab "${lab.name}"`) : undefined) ??
    (given?.name === problem.name
      ? missing(given.values ?? {}, originalProblem, `The problem "${problem.name}"`)
      : undefined)
  );
}

export const buildOrder = (it: Plan, run: number): Order => ({
  type: "run",
  run,
  lab: it.lab.name,
  seed: it.seed,
  configuration: it.configuration,
  problem: it.problem,
  controls: it.controls,
  ...it.beside,
});

/** The configuration with knobs of optimizer and schedule moved. */
export function applyChanges(configuration: Configuration, settings: readonly Setting[]): Configuration {
  if (!settings.some(({ of }) => of === "optimizer" || of === "schedule")) return configuration;
  const groups = configuration.groups.map((group, index) => {
    const values = { ...group.values };
    let schedule = group.schedule;
    for (const setting of settings) {
      if (setting.group !== index) continue;
      if (setting.of === "optimizer") values[setting.name] = setting.value;
      if (setting.of === "schedule" && schedule) schedule = withValue(schedule, setting.name.split("."), setting.value);
    }
    return schedule ? { ...group, values, schedule } : { ...group, values };
  });
  return { ...configuration, groups };
}

/** `path` is a value's name, or "parts", the part's number and so on. */
function withValue(schedule: ScheduleConfiguration, path: readonly string[], value: number): ScheduleConfiguration {
  const [name = "", index = "", ...rest] = path;
  if (name !== "parts" || rest.length === 0)
    return { ...schedule, values: { ...schedule.values, [path.join(".")]: value } };
  const parts = schedule.parts?.map((part, i) => (String(i) === index ? withValue(part, rest, value) : part));
  return parts ? { ...schedule, parts } : schedule;
}

/** Settings that a document can take, named as detections name origins: "learningRate", "schedule.length". */
export const documentChanges = (settings: readonly Setting[]) =>
  settings
    .filter(({ of }) => of === "optimizer" || of === "schedule")
    .map(({ of, group, name, value }) => ({ group, name: of === "schedule" ? `schedule.${name}` : name, value }));

const settingsOf = (settings: readonly Setting[], of: Knob["of"]): Record<string, number> =>
  Object.fromEntries(settings.filter((setting) => setting.of === of).map(({ name, value }) => [name, value]));

/** Defaults, and over them whatever the later records say of the same names. */
function complete(
  knobs: Readonly<Record<string, { readonly default: number }>>,
  ...over: readonly Readonly<Partial<Record<string, number>>>[]
): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [name, knob] of Object.entries(knobs)) {
    values[name] = knob.default;
    for (const record of over) values[name] = record[name] ?? values[name];
  }
  return values;
}
const list = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");
