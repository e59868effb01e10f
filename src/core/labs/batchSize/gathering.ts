import { kept, spell, type Finding, type Frame, type Report } from "../../../protocol/index.ts";
import { exp } from "../../kernels/elementary.ts";
import type { Vector } from "../../vector.ts";
import type { Gathering } from "../lab.ts";
import { ofGroups } from "../groups.ts";
import { groupsOf, passage, timesOf } from "./chains.ts";
import { broken } from "./charts.ts";
import { startsOf } from "./controls.ts";
import { findings, type Gathered, type Target } from "./findings.ts";
import { drawing } from "./frames.ts";
import { atSize, left, ratio, slopeOn, type AtSize } from "./measured.ts";
import { groupsPerUnit, mostGroups } from "./model.ts";
import { critical, methods } from "./quadratic.ts";
import { columnsOf, groups as momentGroups } from "./rows.ts";
import { quiet, rulesOf, scansOf, type BatchJob } from "./setting.ts";
import { modelOf, momentsOf, planOf, type Part, type StepsPart } from "./work.ts";

export function gather(job: BatchJob): Gathering<Part> {
  const { controls } = job;
  const { base, sizes, blocks, targets, first, units } = planOf(job);
  const starts = startsOf(controls, job.lists);
  const unlike = broken(job.configuration, controls)?.replace("not here: ", "") ?? quiet(controls, starts, sizes);
  const model = modelOf(job);
  const data = momentsOf(job);
  const d = data.g.length;
  const parts: (Vector | undefined)[] = Array.from({ length: first.steps }, () => undefined);
  const steps: (StepsPart | undefined)[] = Array.from({ length: units - first.steps }, () => undefined);
  let [done, drawn] = [0, -1];
  let last: { readonly at: number; readonly it: Gathered } | undefined;

  /** Of one batch size, in a fixed number of groups; sums go by index. */
  const grouped = (size: number): Vector[] => {
    const out: Vector[] = [];
    for (let block = 0, k = 0; block < blocks; block++) {
      const part = parts[size * blocks + block];
      const columns = (part?.length ?? 0) / groupsPerUnit;
      for (let group = 0; part && group < groupsPerUnit; group++, k++) {
        const own = part.subarray(group * columns, (group + 1) * columns);
        if (k < mostGroups) out.push(own.slice());
        else for (let i = 0; i < columns; i++) out[k % mostGroups][i] += own[i];
      }
    }
    return out;
  };
  /** What has been read off each batch size's blocks, and how many there were. */
  const read: { count: number; it: AtSize }[] = [];
  const modelAt = (size: number): AtSize => {
    let count = 0;
    for (let block = 0; block < blocks; block++) if (parts[size * blocks + block]) count++;
    if (read.at(size)?.count !== count) read[size] = { count, it: atSize(base, controls, sizes[size], grouped(size)) };
    return read[size].it;
  };
  /** By unit; a part comes once, and what is read off it does not change. */
  const targetsRead: (Target | undefined)[] = [];
  const momentsRead: (Gathered["moments"][number] | undefined)[] = [];
  const target = (index: number): Target => {
    const part = steps[index];
    const it = targetsRead.at(index) ?? readTarget(index, part);
    if (part) targetsRead[index] = it;
    return it;
  };
  const readTarget = (index: number, part: StepsPart | undefined): Target => {
    const method = Math.floor(index / targets.length);
    const B = targets[index % targets.length];
    const it = { method, B, steps: part?.steps ?? NaN };
    if (!part || part.losses.length === 0) return it;
    const times = timesOf(part.steps);
    const columns = 1 + times.length;
    const own = Array.from({ length: groupsOf(controls.chains) }, (_, g) =>
      part.sums.subarray(g * columns, (g + 1) * columns),
    );
    const passed = (s: Vector) => passage(times, s.subarray(1).map((x) => x / s[0]), controls.target); // prettier-ignore
    return { ...it, measured: ofGroups(own, passed), predicted: passage(times, part.losses, controls.target) };
  };
  const momentsOfPart = (B: number, part: Vector | undefined): Gathered["moments"][number] => {
    const columns = columnsOf(d);
    const own = Array.from({ length: part ? momentGroups : 0 }, (_, g) =>
      part!.subarray(g * columns, (g + 1) * columns),
    );
    const sum = (block: number) =>
      ofGroups(own, (s) => {
        let total = 0;
        for (let i = 0; i < d; i++) total += s[1 + block * d + i];
        return total / s[0];
      });
    return { B, ofMean: sum(0), ofEach: sum(1), unreplaced: sum(2) };
  };
  const gathered = (): Gathered => {
    if (last?.at === done) return last.it;
    const all = steps.map((_, index) => target(index));
    const it: Gathered = {
      base,
      controls,
      starts,
      broken: unlike,
      data,
      model: sizes.map((_, k) => modelAt(k)),
      exact: sizes.map((B, k) => {
        const part = base.adaptive ? undefined : parts[first.exact + k];
        return part && atSize(base, controls, B, [part], modelAt(k).centres);
      }),
      moments: sizes.map((B, k) => {
        const part = parts[first.moments + k];
        const read = momentsRead.at(k) ?? momentsOfPart(B, part);
        if (part) momentsRead[k] = read;
        return read;
      }),
      targets: all,
      critical: methods.map((_, method) => {
        const own = all.slice(method * targets.length, (method + 1) * targets.length).map((it) => it.steps);
        return critical(targets.slice(0, -1), own.slice(0, -1), own[own.length - 1]);
      }),
    };
    last = { at: done, it };
    return it;
  };
  const draw = drawing(job);

  return {
    add(unit, part) {
      if (part.kind === "steps") steps[unit - first.steps] = kept(part);
      else parts[unit] = kept(part).sums;
      done++;
    },
    frames(): Frame[] {
      if (done === drawn) return [];
      drawn = done;
      return draw(gathered());
    },
    progress: () => ({ done, total: units, unit: "parts" }),
    report(state): Report {
      const { Ng, Ns, adaptive } = base;
      const windows = adaptive
        ? `, windows of ${spell(Ng)} and ${spell(Ns)} examples`
        : Ng > 1
          ? `, momentum over ${spell(Ng)} examples`
          : "";
      const status = `A model of curvatures ${spell(controls.curvature1)} and ${spell(controls.curvature2)}; η ${spell(base.eta / base.perRate)}${windows}, taken as those of B = 1.`;
      if (state !== "done")
        return {
          answer: `${state === "stopped" ? "Stopped after" : "After"} **${done} of ${units}** parts.`,
          status,
          rules: [],
        };
      const it = gathered();
      return { ...answer(it, status), rules: rulesDrawn(it) };
    },
    findings: (): Finding[] => findings(gathered(), model),
  };

  function answer(it: Gathered, status: string): Pick<Report, "answer" | "status" | "diverged" | "advice"> {
    const ofScans = scansOf(base).map((_, k) => slopeOn(sizes, it.model.map(({ best }) => best[k])).value); // prettier-ignore
    const largest = sizes[sizes.length - 1];
    const best = it.model[0].best[0].value;
    const started = it.model[0].moved[0].value;
    if (!(started < left * exp(it.model[0].least[0].value))) {
      const value = Number((exp(best) / base.perRate).toPrecision(3));
      return {
        answer: `At B = 1 the run does not settle: η **${spell(base.eta / base.perRate)}** is far above the best, **${spell(value)}**.`,
        status: `${status} Set η nearer to its best.`,
        diverged: true,
        ...(Number.isFinite(value) && { advice: { text: `Set η to ${spell(value)}`, name: "learningRate", value } }),
      };
    }
    const grows = ofScans.map((s) => (Number.isFinite(s) ? `B^**${spell(s, 2)}**` : "no power of B"));
    const growth = base.adaptive
      ? `From B = 1 to **${largest}** the best η grows like ${grows[0]} with the mean of squares and like ${grows[1]} with the square of the mean.`
      : `From B = 1 to **${largest}** the best η grows like ${grows[0]}.`;
    const costs = rulesOf(base).map((_, k) => ratio(it.model[sizes.length - 1].moved[k], it.model[0].moved[k]).value);
    const said = (x: number) => (x < left ? `leads to **${spell(x, 2)}** times the loss of B = 1` : "**diverges**");
    const rule = base.adaptive ? 1 : 0;
    const still = costs[costs.length - 1];
    const kept = still < left ? `, η left alone to **${spell(still, 2)}** times` : "";
    return {
      answer: `${growth} ${base.adaptive ? "There η√B" : "There ηB"} ${said(costs[rule])}${kept}.`,
      status,
    };
  }
  function rulesDrawn({ model: at }: Gathered): Report["rules"] {
    const rules = rulesOf(base);
    return rules.flatMap(({ name }, k) => {
      const gone = at.find(({ moved }) => !(moved[k].value < left * at[0].moved[k].value));
      return gone && gone.B > 1 ? [{ chart: "rules", x: gone.B, text: `${name} diverges` }] : [];
    });
  }
}
