import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { labs } from "../../src/core/labs/index.ts";
import { findProblem } from "../../src/core/problems/index.ts";
import { complete, runInline } from "../../src/core/run.ts";
import { type Finding, type Frame, type FromWorker, keep, type Order } from "../../src/protocol/index.ts";
import { Simulator } from "../../src/worker/client.ts";

const data = path.join(import.meta.dirname, "..", "..", "data");
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "optimizer-lab-labs-"));
  cpSync(data, folder, { recursive: true });
  const source = (name: string): string => path.join(import.meta.dirname, "..", "..", "src", "worker", name);
  await build({
    entryPoints: [source("lead.ts"), source("unit.ts"), source("labs.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    outdir: folder,
    logLevel: "error",
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Small, so that every lab takes a moment. */
const sizes: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  training: { steps: 60, seeds: 19 },
  schedule: { steps: 60 },
  "gradient flow": { replicas: 40, rates: 3, time: 2, blockRuns: 10, blockSizes: 2 },
  "converged loss": { chains: 40, rates: 3, burnIn: 40, steps: 80 },
  "stationary density": { chains: 500, samples: 3 },
  "two temperatures": { chains: 300, steps: 200, thin: 10 },
  langevin: { chains: 512, time: 0.5 },
  adam: { steps: 60, perDecade: 1, lowest: -2, highest: 2, chains: 256 },
  rmsprop: { steps: 20, chains: 256, time: 1 },
  "batch size": { examples: 128, doublings: 2, replicas: 64, draws: 256, dimension: 4, largest: 6, chains: 16 },
  compare: { steps: 60, seeds: 19 },
};
const order = (lab: string, run: number): Order => ({
  type: "run",
  run,
  lab,
  seed: 11,
  configuration: {
    framework: "torch",
    optimizer: lab === "adam" ? "Adam" : "SGD",
    groups: [{ name: "all", values: { learningRate: 0.05 } }],
  },
  problem: { name: labs.find(({ name }) => name === lab)?.problems[0] ?? "" },
  controls: sizes[lab],
  others: [
    {
      label: "faster",
      configuration: { framework: "torch", optimizer: "SGD", groups: [{ name: "all", values: { learningRate: 0.1 } }] },
    },
  ],
});

/** What is drawn in the end, by chart and series, whatever the order in which it came. */
const drawn = (frames: readonly Frame[]): string[] =>
  frames
    .reduce<Frame[]>((kept, frame) => keep(kept, frame), [])
    .map(({ chart, series, columns }) =>
      JSON.stringify([chart, series, columns.map((column) => [...column].map(String))]),
    )
    .sort();
async function pooled(lab: string, threads: number): Promise<{ drawn: string[]; findings: readonly Finding[] }> {
  const frames: Frame[] = [];
  let simulator: Simulator | undefined;
  const findings = await new Promise<readonly Finding[]>((resolve, reject) => {
    const listen = (message: FromWorker): void => {
      if (message.type === "frames") frames.push(...message.frames);
      else if (message.type === "done") resolve(message.findings);
      else reject(new Error(JSON.stringify(message)));
    };
    simulator = new Simulator({ folder, threads, listen });
    simulator.order(order(lab, 1));
  });
  await simulator?.dispose();
  return { drawn: drawn(frames), findings };
}
function inline(name: string): { drawn: string[]; findings: readonly Finding[] } {
  const file = findProblem(order(name, 1).problem.name)?.dataset;
  const dataset = file === undefined ? {} : { dataset: new Uint8Array(readFileSync(path.join(data, file))) };
  const { lab, job } = complete(order(name, 1), dataset);
  const steps = runInline(lab, job, order(name, 1).seed);
  const frames: Frame[] = [];
  for (;;) {
    const next = steps.next();
    if (next.done) return { drawn: drawn(frames), findings: next.value.findings };
    frames.push(...(next.value ?? []));
  }
}

test.each(labs.map(({ name }) => name))(
  "the lab %s gives on any number of threads what it gives on one, byte for byte",
  async (lab) => {
    const alone = inline(lab);
    expect(alone.drawn.length).toBeGreaterThan(0);
    expect(alone.findings.length).toBeGreaterThan(0);
    for (const threads of [1, 3]) expect(await pooled(lab, threads)).toEqual(alone);
  },
);
