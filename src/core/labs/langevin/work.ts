import type { Rng } from "../../rng.ts";
import type { Job } from "../lab.ts";
import type { controls } from "./controls.ts";
import { block, blocksPerUnit, lineUnit, type LinePart } from "./line.ts";
import { modelUnit, momentUnit, type ModelPart, type SpacePart } from "./models.ts";
import { pathUnit, pathUnits, type PathPart } from "./paths.ts";
import { setting, type Setting } from "./setting.ts";
import { chainsPerUnit, spaceUnit, type ChainsPart } from "./space.ts";

export type Part = LinePart | PathPart | ModelPart | ChainsPart | SpacePart;
type LangevinJob = Job<typeof controls>;

/** Chains come first, then, in one coordinate, the paths that schemes are compared on, then what needs no random numbers. */
export function planOf({ kind }: Setting, chains: number) {
  const ensembles = Math.ceil(chains / (kind === "line" ? block * blocksPerUnit : chainsPerUnit));
  return { ensembles, paths: kind === "line" ? pathUnits : 0 };
}
export function unitsOf(job: LangevinJob): number {
  const { ensembles, paths } = planOf(settingOf(job), job.controls.chains);
  return ensembles + paths + 1;
}
export const settingOf = ({ configuration, problem, controls, data, lists }: LangevinJob): Setting =>
  setting(configuration, problem, controls, data, lists);

export function* work(job: LangevinJob, unit: number, rng: Rng): Generator<Part | undefined, void> {
  const it = settingOf(job);
  const { chains } = job.controls;
  const { ensembles, paths } = planOf(it, chains);
  if (it.kind === "line") {
    if (unit < ensembles) yield* lineUnit(it, unit, chains, rng);
    else if (unit < ensembles + paths) yield* pathUnit(it, rng.split("path", unit - ensembles));
    else yield* modelUnit(it);
  } else if (unit < ensembles) yield* spaceUnit(it, unit, chains, rng);
  else yield* momentUnit(it);
}
