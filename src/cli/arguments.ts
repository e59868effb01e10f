import { parseArgs, type ParseArgsConfig } from "node:util";
import { Complaint } from "./io.ts";

export interface Arguments {
  readonly command: "detect" | "schedule" | "simulate" | "run" | "compare" | "translate" | "help" | "version";
  readonly files: readonly string[];
  readonly json: boolean;
  readonly trajectory: boolean;
  readonly line?: number;
  readonly lab?: string;
  readonly problem?: string;
  /** name=value, as written. */
  readonly set: readonly string[];
  readonly seed?: number;
  readonly threads?: number;
  readonly html?: string;
  /** A file, or "-" for the standard output. */
  readonly csv?: string;
  readonly every?: number;
  /** Libraries to compare with; the one to translate to. */
  readonly libraries: readonly string[];
  /** Compare with the library's defaults. */
  readonly standard: boolean;
  readonly values?: "same" | "defaults";
}

export const help = `Usage: optimizer-lab COMMAND …

  detect FILE… [--json]
      Report every optimizer constructed in the files, with its hyperparameters.
  schedule FILE [--line N] [--set NAME=VALUE]… [--csv OUT] [--every N] [--json]
      Print rate, momentum and decay of every parameter group at every step, where each number comes from, and where the
      library does something else than the code suggests. --csv writes every step to a file (- is the standard output),
      --every N only each N-th of them.
  simulate FILE [--line N] [--lab NAME] [--problem NAME] [--set NAME=VALUE]… [--seed N]
      Simulate the optimizer at a line of FILE (the first one without --line) on a model problem.
  run EXPERIMENT.optlab.json
      Run an experiment file.
  compare FILE[:LINE] [FILE[:LINE]]… [--with LIBRARY]… [--default] [--values same|defaults] [--steps N]
      Say whether configurations make the same steps, where they differ most, and because of what: those of several files,
      the same optimizer of another library (keras, optax, tf1, torch …; with every value as it is, or with that library's
      own --values defaults), the library's defaults. Takes the options of simulate, but for --lab.
  translate FILE[:LINE] --to LIBRARY [--steps N] [--json]
      Print the optimizer in another library's words, with what has no word there and the difference that remains.

All of simulate, run and compare take
  --json            everything that was computed, with full precision
  --trajectory      with --json: θ after every step of the first replicate
  --html OUT.html   write the charts as a page of their own
  --threads N       computing threads (as many as the machine has, at most 8); the numbers do not depend on it
and --set sets a hyperparameter (learningRate, or lr as the library says), a value of the schedule
(schedule.length), a knob of the problem (noise) or of the lab (steps, seeds). GROUP.lr=… sets it in one group alone.

  --help, --version

A FILE of - is the standard input. JSON has no NaN and no infinity: they are printed as the strings "NaN", "Infinity"
and "-Infinity". Exit code: 0 done, 1 failed or a file could not be read, 2 wrong usage.
`;

const options = {
  json: { type: "boolean" },
  trajectory: { type: "boolean" },
  line: { type: "string" },
  lab: { type: "string" },
  problem: { type: "string" },
  set: { type: "string", multiple: true },
  seed: { type: "string" },
  threads: { type: "string" },
  html: { type: "string" },
  csv: { type: "string" },
  every: { type: "string" },
  with: { type: "string", multiple: true },
  to: { type: "string" },
  default: { type: "boolean" },
  values: { type: "string" },
  steps: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const satisfies ParseArgsConfig["options"];
const running = ["json", "trajectory", "threads", "html"];
/** Which options a command takes. */
const taken: Readonly<Record<Exclude<Arguments["command"], "help" | "version">, readonly string[]>> = {
  detect: ["json"],
  schedule: ["json", "line", "set", "csv", "every"],
  simulate: [...running, "line", "lab", "problem", "set", "seed"],
  run: running,
  compare: ["json", "threads", "html", "problem", "set", "seed", "with", "default", "values", "steps", "line"],
  translate: ["json", "threads", "problem", "set", "seed", "to", "steps", "line"],
};
const isCommand = (name: string): name is keyof typeof taken => name in taken;

/** Throws a complaint of wrong usage. */
export function readArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parsed(argv);
  const command = positionals.at(0);
  const files = positionals.slice(1);
  const nothing = { files: [], json: false, trajectory: false, set: [], libraries: [], standard: false };
  if (values.help || command === "help") return { command: "help", ...nothing };
  if (values.version) return { command: "version", ...nothing };
  if (command === undefined) throw usage("a command is missing");
  if (!isCommand(command)) throw usage(`there is no command "${command}"`);
  for (const name of Object.keys(values))
    if (!taken[command].includes(name)) throw usage(`${command} takes no --${name}`);
  if (files.length === 0) throw usage(`${command} needs a file`);
  if (command !== "detect" && command !== "compare" && files.length > 1)
    throw usage(`${command} takes one file at a time`);
  if (values.trajectory && !values.json) throw usage("--trajectory needs --json");
  if (command === "translate" && values.to === undefined) throw usage("translate needs --to LIBRARY");
  const { values: how } = values;
  if (how !== undefined && how !== "same" && how !== "defaults")
    throw usage(`--values needs same or defaults, not "${how}"`);
  const steps = values.steps === undefined ? [] : [`steps=${whole("steps", values.steps, 1)}`];
  return {
    command,
    files,
    libraries: [...(values.with ?? []), ...(values.to === undefined ? [] : [values.to])],
    standard: values.default ?? false,
    ...(how !== undefined && { values: how }),
    json: values.json ?? false,
    trajectory: values.trajectory ?? false,
    set: [...(values.set ?? []), ...steps],
    ...(values.lab !== undefined && { lab: values.lab }),
    ...(values.problem !== undefined && { problem: values.problem }),
    ...(values.html !== undefined && { html: values.html }),
    ...(values.csv !== undefined && { csv: values.csv }),
    ...(values.every !== undefined && { every: whole("every", values.every, 1) }),
    ...(values.line !== undefined && { line: whole("line", values.line, 1) }),
    ...(values.seed !== undefined && { seed: whole("seed", values.seed, 0) }),
    ...(values.threads !== undefined && { threads: whole("threads", values.threads, 1, 64) }),
  };
}
function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    // Node's message has the reason in its first sentence and a hint about quoting after it.
    const [reason = ""] = (error as Error).message.split(". ");
    throw usage(reason.charAt(0).toLowerCase() + reason.slice(1).replace(/\.$/, ""));
  }
}
function whole(name: string, text: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value) || value < least || value > most)
    throw usage(`--${name} needs a whole number from ${least}${most < 1e6 ? ` to ${most}` : ""}, not "${text}"`);
  return value;
}
const usage = (what: string): Complaint => new Complaint(`${what}; see optimizer-lab --help.`, 2);
