import { count, pair, spell, typed, type Report } from "../../../protocol/index.ts";
import type { Gathering, Job } from "../lab.ts";
import { broken } from "./charts.ts";
import { schemeNames, type controls } from "./controls.ts";
import { lineFindings } from "./findings.ts";
import { spaceFindings } from "./findingsSpace.ts";
import { gatherLine } from "./gatherLine.ts";
import { gatherSpace } from "./gatherSpace.ts";
import { columns } from "./line.ts";
import { ofGroups } from "../groups.ts";
import { columnsOf } from "./space.ts";
import { planOf, settingOf, type Part } from "./work.ts";

export function gather(job: Job<typeof controls>): Gathering<Part> {
  const it = settingOf(job);
  const { chains } = job.controls;
  const { ensembles, paths } = planOf(it, chains);
  const line = it.kind === "line" ? gatherLine(it, ensembles, paths) : undefined;
  const space = it.kind === "space" ? gatherSpace(it, ensembles) : undefined;
  const state = () => (line ? line.line : space!.space);
  const total = ensembles * it.records.length;
  const done = () => (line ? line.done() : space!.done());

  return {
    add(unit, part) {
      if (line && (part.kind === "line" || part.kind === "paths" || part.kind === "models")) line.add(unit, part);
      else if (space && (part.kind === "space" || part.kind === "moments")) space.add(unit, part);
    },
    frames: () => (line ? line.frames() : space!.frames()),
    progress: () => ({ done: done(), total, unit: "records" }),
    report(phase): Report {
      const { lost, lostAt, complete } = state();
      const gone = lost.reduce((a, b) => a + b, 0);
      const why = broken(it);
      const scheme = schemeNames[it.scheme];
      const status = `${statusOf()} η ${typed(it.eta)}, ${count(it.steps)} steps, T ${spell(it.T)}. The SDE by ${scheme}, δ = η/${it.finer}.`;
      const first = it.kind === "line" ? "moments" : "excess";
      const assumptions = why === undefined ? {} : { assumptions: { [first]: why } };
      if (gone > 0) {
        const step = lostAt.filter((t) => t > 0).reduce((a, b) => Math.min(a, b), Infinity);
        return {
          answer: `Diverged by step **${count(step)}** in **${count(gone)} of ${count(chains)}** chains.`,
          status,
          diverged: true,
          advice: { text: `Set η to ${typed(it.eta / 4)}`, name: "learningRate", value: it.eta / 4 },
          rules: [{ chart: first, x: step * it.eta, text: `step ${count(step)}` }],
          ...assumptions,
        };
      }
      const t = complete > 0 ? it.records[complete - 1] * it.eta : 0;
      if (phase !== "done")
        return {
          answer: `${phase === "stopped" ? "Stopped at" : "At"} t = **${spell(t)}** of ${spell(it.T)}.`,
          status,
          rules: [],
          ...assumptions,
        };
      return { answer: answer(), status, rules: [], ...assumptions };
    },
    findings: () => (it.kind === "line" ? lineFindings(it, line!.line) : spaceFindings(it, space!.space)),
  };

  function statusOf(): string {
    if (it.kind === "line") {
      const { variance, kappa, described } = it;
      return `${described}, σ² ${spell(variance)}${kappa > 0 ? `(1 + ${spell(kappa)}θ²)` : ""}.`;
    }
    return it.examples
      ? `${count(it.examples.count)} rows, ${it.d} columns, batch ${it.batchSize}.`
      : "A quadratic, correlated noise.";
  }

  function answer(): string {
    if (it.kind === "line") {
      const last = (it.records.length - 1) * columns;
      const variance = (groups: readonly Float64Array[]) =>
        ofGroups(
          groups.map((sums) => sums.slice(last, last + columns)),
          (s) => s[2] / s[0] - (s[1] / s[0]) ** 2,
        );
      const [sgd, sde] = [variance(line!.line.sgd), variance(line!.line.sde)];
      const more = (100 * (sgd.value - sde.value)) / sde.value;
      const models = line!.line.models;
      const off = models ? [models.sde[0], models.flow].map((m) => Math.abs(models.sgd[0] - m)) : [0, 0];
      const mean =
        models && off[1] > 1e-9
          ? `; at t = ${spell(models.time)} the SDE's mean is off by **${spell(off[0], 2)}**, the flow's by **${spell(off[1], 2)}**`
          : "";
      const beside =
        Math.abs(more) < 1
          ? "the SDE's within 1 %"
          : `**${spell(Math.abs(more), 2)} %** ${more > 0 ? "above" : "below"} the SDE's`;
      return `SGD spreads to a variance of **${pair(sgd.value, sgd.standardError)}**, ${beside}${mean}.`;
    }
    const width = columnsOf(it.d);
    const last = (it.records.length - 1) * width;
    const excess = (groups: readonly Float64Array[]) =>
      ofGroups(
        groups.map((sums) => sums.slice(last, last + width)),
        (s) => {
          let sum = 0;
          for (let i = 0; i < it.d; i++)
            for (let j = 0; j < it.d; j++) sum += it.H[i * it.d + j] * s[1 + it.d + j * it.d + i];
          return sum / 2 / s[0];
        },
      );
    const [sgd, sde] = [excess(space!.space.sgd), excess(space!.space.sde)];
    return `Excess loss at T: **${pair(sgd.value, sgd.standardError)}** for SGD, **${pair(sde.value, sde.standardError)}** for its SDE.`;
  }
}
