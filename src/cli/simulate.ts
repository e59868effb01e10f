import { readFile } from "node:fs/promises";
import path from "node:path";
import { findProblem } from "../core/problems/index.ts";
import { replay } from "../core/run.ts";
import { count, type Finding, type Frame, type FromWorker, type Progress, type Report } from "../protocol/index.ts";
import { buildOrder, type Plan } from "../view/plan.ts";
import { withFile } from "../view/places.ts";
import { buildShow } from "../view/show.ts";
import { warningsOf } from "../view/truth.ts";
import { Simulator } from "../worker/client.ts";
import type { Arguments } from "./arguments.ts";
import { chosenIn, planned } from "./choose.ts";
import { Complaint, type Io } from "./io.ts";
import { printedCharts, settle, toJson } from "./json.ts";
import { page } from "./page.ts";
import { reported } from "./report.ts";

interface Ended {
  readonly frames: readonly Frame[];
  readonly report: Report;
  readonly findings: readonly Finding[];
}

/** `simulate` and `run`: one order from a file, carried out to its end. */
export async function simulate(given: Arguments, io: Io): Promise<0> {
  const { file, detections, chosen } = await chosenIn(given, io);
  return present(planned(detections, chosen, given), file, given, io);
}
/** Carries the plan out, and prints or writes what came of it. */
export async function present(it: Plan, file: string, given: Arguments, io: Io): Promise<0> {
  const ended = await carryOut(it, given.threads, io);
  const show = buildShow(it, { run: 1, file: path.basename(file), group: 0 });
  const frames = settle(show.charts, ended.frames);
  if (given.html !== undefined) await io.write(given.html, await page(io.folder, { show, ...ended, frames }));
  if (given.json) {
    const { lab, seed, configuration, problem, controls, label, others, lists } = buildOrder(it, 1);
    const beside = others && { label, others };
    const charts = printedCharts(show.charts, frames);
    const { findings, report } = ended;
    const warnings = warningsOf(it).map(({ kind, text, line }) => ({ kind, line, text }));
    const trajectory = given.trajectory ? await trajectoryOf(it, io) : {};
    io.out(
      `${toJson({ lab, seed, configuration, problem, controls: { ...controls, ...lists }, ...beside, charts, findings, warnings, report, ...trajectory })}\n`,
    );
  } else {
    const where = `${file}:${show.line}`;
    const heading = `${show.optimizer} · ${where} · ${show.framework} · ${it.lab.title} · seed ${it.seed}`;
    const warnings = warningsOf(it).filter(({ kind }) => kind === "warning");
    const warned = warnings.map(({ text, line }) => withFile(text, file, line));
    io.out(reported({ heading, charts: show.charts, ...ended, frames, warnings: warned }));
    if (given.html !== undefined) io.out(`\nWritten to ${given.html}\n`);
  }
  return 0;
}

/** Runs the order on threads. Rejects with what the run says when it fails. */
export async function carryOut(it: Plan, threads: number | undefined, io: Io): Promise<Ended> {
  const frames: Frame[] = [];
  let shown = "";
  const say = (text: string): void => {
    if (!io.errIsTerminal || text === shown) return;
    io.err(`\r${text}${" ".repeat(Math.max(0, shown.length - text.length))}${text === "" ? "\r" : ""}`);
    shown = text;
  };
  let simulator: Simulator | undefined;
  try {
    return await new Promise<Ended>((resolve, reject) => {
      const listen = (message: FromWorker): void => {
        if (message.type === "frames") {
          take(frames, message.frames);
          say(progressLine(message.progress));
        } else if (message.type === "done") resolve({ frames, report: message.report, findings: message.findings });
        else if (message.type === "failed") reject(new Complaint(message.message));
      };
      simulator = new Simulator({ folder: io.folder, listen, ...(threads !== undefined && { threads }) });
      simulator.order(buildOrder(it, 1));
    });
  } finally {
    say("");
    await simulator?.dispose();
  }
}
/** Keeps what is still needed: a replacing frame makes its series' earlier ones moot. */
function take(kept: Frame[], next: readonly Frame[]): void {
  for (const frame of next) {
    if (frame.mode === "replace")
      for (let i = kept.length - 1; i >= 0; i--)
        if (kept[i]?.chart === frame.chart && kept[i]?.series === frame.series) kept.splice(i, 1);
    kept.push(frame);
  }
}
function progressLine({ done, total, unit, secondsLeft }: Progress): string {
  const left = secondsLeft === undefined ? "" : ` · ${count(Math.ceil(secondsLeft))} s left`;
  return `${count(done)} of ${count(total)} ${unit}${left}`;
}

/**
 * θ after every step of the first replicate, as the lab "training" sees it; where the optimizer evaluates other weights, those
 * too, and whatever it has worth watching.
 */
async function trajectoryOf(it: Plan, io: Io) {
  if (it.lab.name !== "training")
    throw new Complaint(`the lab "${it.lab.name}" has no trajectory; training has one.`, 2);
  const dataset = findProblem(it.problem.name)?.dataset;
  const data = {
    ...(dataset !== undefined && { dataset: await readFile(path.join(io.folder, dataset)) }),
    ...(it.problem.data && { given: it.problem.data }),
  };
  const { steps = 0, batchSize, stepsPerEpoch } = it.controls as Readonly<Partial<Record<string, number>>>;
  const options = {
    steps,
    replicate: 0,
    ...(batchSize !== undefined && { batchSize }),
    ...(stepsPerEpoch !== undefined && { stepsPerEpoch }),
  };
  const trajectory: number[][] = [];
  const evaluated: number[][] = [];
  const watched: Record<string, number[]> = {};
  for (const trainer of replay(it.configuration, it.problem, data, it.seed, options)) {
    trajectory.push([...trainer.theta]);
    const weights = trainer.evaluated();
    if (weights !== trainer.theta) evaluated.push([...weights]);
    for (const [name, value] of Object.entries(trainer.watch())) (watched[name] ??= []).push(value);
  }
  return {
    trajectory,
    ...(evaluated.length > 0 && { evaluatedTrajectory: evaluated }),
    ...(Object.keys(watched).length > 0 && { watched }),
  };
}
