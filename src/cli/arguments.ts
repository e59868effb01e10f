import { parseArgs, type ParseArgsConfig } from "node:util";
import { Complaint } from "./io.ts";

export interface Arguments {
  readonly command: "detect" | "simulate" | "run" | "help" | "version";
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
}

export const help = `Usage: optimizer-lab COMMAND …

  detect FILE… [--json]
      Report every optimizer constructed in the files, with its hyperparameters.
  simulate FILE [--line N] [--lab NAME] [--problem NAME] [--set NAME=VALUE]… [--seed N]
      Simulate the optimizer at a line of FILE (the first one without --line) on a model problem.
  run EXPERIMENT.optlab.json
      Run an experiment file.

Both simulate and run take
  --json            everything that was computed, with full precision
  --trajectory      with --json: θ after every step of the first replicate
  --html OUT.html   write the charts as a page of their own
  --threads N       computing threads (as many as the machine has, at most 8); the numbers do not depend on it
and simulate --set sets a hyperparameter (learningRate, or lr as the library says), a value of the schedule
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
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const satisfies ParseArgsConfig["options"];
const running = ["json", "trajectory", "threads", "html"];
/** Which options a command takes. */
const taken: Readonly<Record<"detect" | "simulate" | "run", readonly string[]>> = {
  detect: ["json"],
  simulate: [...running, "line", "lab", "problem", "set", "seed"],
  run: running,
};

/** Throws a complaint of wrong usage. */
export function readArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parsed(argv);
  const command = positionals.at(0);
  const files = positionals.slice(1);
  const nothing = { files: [], json: false, trajectory: false, set: [] };
  if (values.help || command === "help") return { command: "help", ...nothing };
  if (values.version) return { command: "version", ...nothing };
  if (command === undefined) throw usage("a command is missing");
  if (command !== "detect" && command !== "simulate" && command !== "run")
    throw usage(`there is no command "${command}"`);
  for (const name of Object.keys(values))
    if (!taken[command].includes(name)) throw usage(`${command} takes no --${name}`);
  if (files.length === 0) throw usage(`${command} needs a file`);
  if (command !== "detect" && files.length > 1) throw usage(`${command} takes one file at a time`);
  if (values.trajectory && !values.json) throw usage("--trajectory needs --json");
  return {
    command,
    files,
    json: values.json ?? false,
    trajectory: values.trajectory ?? false,
    set: values.set ?? [],
    ...(values.lab !== undefined && { lab: values.lab }),
    ...(values.problem !== undefined && { problem: values.problem }),
    ...(values.html !== undefined && { html: values.html }),
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
