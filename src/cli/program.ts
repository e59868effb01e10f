import { readFile } from "node:fs/promises";
import path from "node:path";
import { help, readArguments } from "./arguments.ts";
import { compare, translate } from "./compare.ts";
import { detect } from "./detect.ts";
import { Complaint, type Io } from "./io.ts";
import { schedule } from "./schedule.ts";
import { simulate } from "./simulate.ts";

/** Runs one command and returns its exit code; what goes wrong is a line on the error output. */
export async function program(argv: readonly string[], io: Io): Promise<0 | 1 | 2> {
  try {
    const given = readArguments(argv);
    switch (given.command) {
      case "help":
        io.out(help);
        return 0;
      case "version":
        io.out(`${await version(io)}\n`);
        return 0;
      case "detect":
        return await detect(given, io);
      case "schedule":
        return await schedule(given, io);
      case "simulate":
      case "run":
        return await simulate(given, io);
      case "compare":
        return await compare(given, io);
      case "translate":
        return await translate(given, io);
    }
  } catch (error) {
    if (!(error instanceof Complaint)) {
      io.err(
        `optimizer-lab: something went wrong that should not: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
      return 1;
    }
    io.err(`optimizer-lab: ${error.message}\n`);
    return error.code;
  }
}
/** The package's file stands beside the folder of the program. */
async function version(io: Io): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(io.folder, "..", "package.json"), "utf8")) as {
    version: string;
  };
  return version;
}
