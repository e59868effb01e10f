import type { Detection } from "../documents/document.ts";
import { experimentProblems } from "../documents/frameworks/experimentProblems.ts";
import type { Compared } from "../view/compare.ts";
import { withFile } from "../view/places.ts";
import { type Choosing, plan, type Plan } from "../view/plan.ts";
import type { Arguments } from "./arguments.ts";
import { readDetections } from "./detect.ts";
import { Complaint, type Io } from "./io.ts";
import { readSettings } from "./settings.ts";

/** The detections of the one file that a command is about, and which of them is meant. Rejects with a complaint. */
export async function chosenIn(
  given: Arguments,
  io: Io,
): Promise<{ readonly file: string; readonly detections: readonly Detection[]; readonly chosen: number }> {
  const [file = "-"] = given.files;
  const experiment = given.command === "run" || file.endsWith(".optlab.json");
  if (experiment && file !== "-" && !/\.jsonc?$/i.test(file))
    throw new Complaint(`${file} is no experiment file; optimizer-lab simulate runs the optimizer of a script.`);
  const { reading, text } = await readDetections(file, io, experiment);
  if (experiment) checkExperiment(file, text);
  const { detections } = reading;
  return { file, detections, chosen: choose(file, detections, given, io) };
}

/** An experiment file is run as it is written or not at all. */
function checkExperiment(file: string, text: string): void {
  const problems = experimentProblems(text);
  if (problems.length === 0) return;
  const said = problems.map(
    ({ span, message }) => `${file}:${text.slice(0, span.from).split("\n").length}: ${message}`,
  );
  throw new Complaint(said.join("\noptimizer-lab: "));
}

function choose(file: string, detections: readonly Detection[], { line }: Arguments, io: Io): number {
  if (detections.length === 0)
    throw new Complaint(`no optimizer found in ${file}; detect lists what is found in other files.`);
  const lines = detections.map((detection) => detection.line);
  if (line !== undefined) {
    const above = lines.filter((one) => one <= line);
    if (above.length === 0)
      throw new Complaint(
        `no optimizer stands at or above line ${line} of ${file}; there are some at ${lines.join(", ")}.`,
      );
    return lines.lastIndexOf(Math.max(...above));
  }
  const active = Math.max(
    0,
    detections.findIndex((detection) => detection.active !== false),
  );
  if (detections.length > 1)
    io.err(
      `optimizer-lab: ${file} has ${detections.length} optimizers, at lines ${lines.join(", ")}; this is line ${lines.at(active) ?? 1} (--line chooses).\n`,
    );
  return active;
}

/** The choice with the settings that were asked for. Throws a complaint where it cannot be run. */
export function planned(
  detections: readonly Detection[],
  chosen: number,
  given: Arguments,
  compared: readonly Compared[] = [],
): Plan {
  const { lab, problem, seed } = given;
  const choosing: Choosing = {
    detections,
    chosen,
    settings: [],
    compared,
    ...(lab !== undefined && { lab }),
    ...(problem !== undefined && { problem }),
    ...(seed !== undefined && { seed }),
  };
  const bare = asked(choosing);
  if (problem !== undefined && bare.problem.name !== problem)
    throw new Complaint(
      `the lab "${bare.lab.name}" has no problem "${problem}"; it has ${bare.lab.problems.join(", ")}.`,
      2,
    );
  const it = given.set.length > 0 ? asked({ ...choosing, settings: readSettings(bare, given.set) }) : bare;
  if (it.refusal !== undefined) throw new Complaint(withFile(it.refusal, given.files.at(0) ?? "-", it.refusalLine));
  return it;
}
function asked(choosing: Choosing): Plan {
  try {
    return plan(choosing);
  } catch (error) {
    throw new Complaint(error instanceof Error ? error.message : String(error), 2);
  }
}
