import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PrintedChart } from "../../src/cli/json.ts";
import type { Finding, Report } from "../../src/protocol/index.ts";
import { buildProgram, callProgram } from "./built.ts";

let home: string;
const at = (name: string): string => path.join(home, name);
beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), "optimizer-lab-program-"));
  await buildProgram(home);
  writeFileSync(at("train.py"), script);
  writeFileSync(at("nothing.py"), "x = 1\n");
  writeFileSync(at("two.py"), `${script}other = torch.optim.SGD(net.parameters(), lr=0.5)\n`);
  writeFileSync(at("replay.optlab.json"), JSON.stringify(replayed));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const script = `import torch
net = torch.nn.Linear(2, 1)
loader = torch.utils.data.DataLoader(data, batch_size=64)
optimizer = torch.optim.AdamW(net.parameters(), lr=3e-4, weight_decay=cfg.wd)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=100)
`;
/** SGD down given gradients, so that every θ is known. */
const replayed = {
  lab: "training",
  seed: 3,
  controls: { steps: 3, seeds: 1 },
  problem: {
    name: "gradients",
    start: [1, 2],
    gradients: [
      [1, -2],
      [0.5, 0],
    ],
  },
  configuration: { framework: "torch", optimizer: "SGD", hyperparameters: { lr: 0.5, momentum: 0 } },
};

const call = (...argv: string[]) => callProgram(home, argv);
interface Printed {
  readonly lab: string;
  readonly seed: number;
  readonly controls: Record<string, number>;
  readonly configuration: { readonly groups: readonly { readonly values: Record<string, number> }[] };
  readonly charts: readonly PrintedChart[];
  readonly findings: readonly Finding[];
  readonly report: Report;
  readonly trajectory?: number[][];
}
const printed = (text: string): Printed => JSON.parse(text) as Printed;
const small = ["--set", "steps=40", "--set", "seeds=6"];

test("detect reports every file, and the error of one in its entry", async () => {
  const { code, out, err } = await call("detect", at("train.py"), at("missing.py"), at("nothing.py"), "--json");
  const { files } = JSON.parse(out) as { files: Record<string, unknown>[] };
  expect(code).toBe(1);
  expect(files.map(({ file }) => file)).toEqual(["train.py", "missing.py", "nothing.py"].map(at));
  expect(files[0]).toMatchObject({
    batchSize: 64,
    detections: [
      {
        line: 4,
        framework: "torch",
        optimizer: "AdamW",
        hyperparameters: { lr: 3e-4, weight_decay: { unresolved: "cfg.wd" } },
        scheduler: { name: "CosineAnnealingLR", args: { T_max: 100 } },
        batchSize: 64,
      },
    ],
  });
  expect(files[1]).toMatchObject({ detections: [], error: `cannot read ${at("missing.py")}: there is no such file.` });
  expect(files[2]).toEqual({ file: at("nothing.py"), detections: [] });
  expect(err).toBe(`optimizer-lab: cannot read ${at("missing.py")}: there is no such file.\n`);
});

test("detect without --json is for reading", async () => {
  const { code, out } = await call("detect", at("train.py"), at("nothing.py"));
  expect(code).toBe(0);
  expect(out).toContain(`${at("train.py")}:4: AdamW (lr=0.0003, weight_decay=cfg.wd?), PyTorch`);
  expect(out).toContain(`${at("nothing.py")}: no optimizer found\n`);
});

test("simulate prints the same bytes with one thread and with three", async () => {
  const [one, three] = await Promise.all(
    ["1", "3"].map((threads) => call("simulate", at("train.py"), ...small, "--json", "--threads", threads)),
  );
  expect(one.err).toBe("");
  expect(one.code).toBe(0);
  expect(three.out).toBe(one.out);
  const { lab, seed, controls, charts, findings, report } = printed(one.out);
  expect([lab, seed]).toEqual(["training", 1]);
  expect(controls).toMatchObject({ steps: 40, seeds: 6 });
  expect(charts.map(({ id }) => id)).toContain("loss");
  expect(findings.length).toBeGreaterThan(0);
  expect(report.answer).toMatch(/\*\*/);
  const rate = charts.find(({ id }) => id === "rate")?.series.at(0)?.columns;
  expect(rate?.[1][0]).toBeCloseTo(3e-4, 12);
});

test("another seed gives other numbers", async () => {
  const [one, two] = await Promise.all(
    ["1", "2"].map((seed) => call("simulate", at("train.py"), ...small, "--json", "--seed", seed)),
  );
  expect(printed(two.out).charts).not.toEqual(printed(one.out).charts);
});

test("a hyperparameter is set by its canonical name or by the library's", async () => {
  const [ours, theirs, pair] = await Promise.all([
    call("simulate", at("train.py"), ...small, "--json", "--set", "learningRate=0.01"),
    call("simulate", at("train.py"), ...small, "--json", "--set", "lr=1e-2"),
    call("simulate", at("train.py"), ...small, "--json", "--set", "betas=0.8,0.99", "--set", "schedule.T_max=20"),
  ]);
  expect(theirs.out).toBe(ours.out);
  expect(printed(ours.out).configuration.groups[0].values["learningRate"]).toBe(0.01);
  expect(printed(pair.out).configuration.groups[0]).toMatchObject({
    values: { beta1: 0.8, beta2: 0.99 },
    schedule: { values: { length: 20 } },
  });
});

test("a name that cannot be set is refused with the names that can", async () => {
  const { code, err } = await call("simulate", at("train.py"), "--set", "speed=3");
  expect(code).toBe(2);
  expect(err).toMatch(/^optimizer-lab: --set speed: there is no such value; known are learningRate, beta1, .*steps/);
});

test("simulate for reading has the answer, the rate at a few steps and the findings", async () => {
  const { code, out } = await call("simulate", at("train.py"), ...small);
  expect(code).toBe(0);
  expect(out).toMatch(/^AdamW · .*train\.py:4 · PyTorch .* · Training · seed 1\n/);
  expect(out).toMatch(/\nLearning rate\n +at steps +1 .*40\n/);
  expect(out).toMatch(/\nFindings\n +measured +predicted +verdict\n/);
  expect(out).not.toContain("**");
});

test("with several optimizers the line chooses, and without it the first is taken and said", async () => {
  const first = await call("simulate", at("two.py"), ...small, "--json");
  expect(first.err).toContain("has 2 optimizers, at lines 4, 6; this is line 4");
  const second = await call("simulate", at("two.py"), ...small, "--json", "--line", "6");
  expect(printed(second.out).configuration).toMatchObject({ optimizer: "SGD" });
  const none = await call("simulate", at("two.py"), "--line", "2");
  expect(none).toMatchObject({ code: 1, out: "" });
  expect(none.err).toContain("no optimizer stands at or above line 2");
});

test("simulate runs the other lab, and says which labs there are", async () => {
  const density = await call(
    "simulate",
    at("two.py"),
    "--line",
    "6",
    "--lab",
    "stationary density",
    "--json",
    "--set",
    "lr=0.05",
  );
  expect(density.code).toBe(0);
  expect(printed(density.out).lab).toBe("stationary density");
  const unknown = await call("simulate", at("train.py"), "--lab", "astrology");
  expect(unknown.code).toBe(2);
  expect(unknown.err).toContain('There is no lab "astrology"; known are "training", "schedule"');
});

test("a script without optimizers is a failure that says so", async () => {
  expect(await call("simulate", at("nothing.py"))).toMatchObject({
    code: 1,
    err: `optimizer-lab: no optimizer found in ${at("nothing.py")}; detect lists what is found in other files.\n`,
  });
});

test("run follows an experiment file, and its trajectory is θ after every step", async () => {
  const { code, out, err } = await call("run", at("replay.optlab.json"), "--json", "--trajectory");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const { seed, trajectory } = printed(out);
  expect(seed).toBe(3);
  expect(trajectory).toEqual([
    [0.5, 3],
    [0.25, 3],
    [-0.25, 4],
  ]);
});

test("an experiment takes its rows from a CSV file beside it, and says what is wrong with that", async () => {
  const experiment = (csv: string) => ({
    lab: "training",
    seed: 1,
    controls: { steps: 4, seeds: 1 },
    problem: { name: "least squares", csv, features: ["b"], standardise: false },
    configuration: { framework: "torch", optimizer: "SGD", batchSize: 2, hyperparameters: { lr: 0.01 } },
  });
  writeFileSync(at("rows.csv"), "a,b,target\n1,2,4\n1,3,6\n2,1,2\n");
  writeFileSync(at("text.csv"), "a,b,target\n1,red,4\n1,3,6\n");
  for (const csv of ["rows.csv", "text.csv", "gone.csv"])
    writeFileSync(at(`${csv}.optlab.json`), JSON.stringify(experiment(csv)));
  const { code, out } = await call("run", at("rows.csv.optlab.json"), "--json", "--trajectory");
  expect(code).toBe(0);
  const { trajectory } = JSON.parse(out) as { trajectory: number[][] };
  expect(trajectory).toHaveLength(4);
  // The target is 2b throughout: every draw pulls from 0 towards 2.
  trajectory.forEach(([theta], t) => expect(theta).toBeGreaterThan(t === 0 ? 0 : trajectory[t - 1][0]));
  expect(trajectory[3][0]).toBeLessThan(2);
  const text = await call("run", at("text.csv.optlab.json"));
  expect(text.code).toBe(1);
  expect(text.err).toMatch(/"red" is no finite number: column "b" in line 2 of text.csv/);
  const gone = await call("run", at("gone.csv.optlab.json"));
  expect(gone.code).toBe(1);
  expect(gone.err).toMatch(/takes its data from gone.csv, which cannot be read/);
});

test("an experiment file that contradicts itself is not run", async () => {
  const bad = { ...replayed, problem: { ...replayed.problem, start: [1, 2, 3] } };
  writeFileSync(at("bad.optlab.json"), JSON.stringify(bad, null, 2));
  const { code, err, out } = await call("run", at("bad.optlab.json"), "--json");
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(/bad\.optlab\.json:\d+: The start has 3 coordinates, the problem 2\./);
});

test("run takes experiment files only", async () => {
  const { code, err } = await call("run", at("train.py"));
  expect(code).toBe(1);
  expect(err).toMatch(/train\.py is no experiment file/);
});

test("a page is written when asked for, with the run inside", async () => {
  const { code, out } = await call("simulate", at("train.py"), ...small, "--html", at("out.html"));
  expect(code).toBe(0);
  expect(out).toContain(`Written to ${at("out.html")}`);
  const html = readFileSync(at("out.html"), "utf8");
  expect(html).toContain("AdamW · train.py:4 · Optimizer Lab");
  expect(html).toContain('"type":"done"');
  const elsewhere = await call("simulate", at("train.py"), ...small, "--html", at("no/such/folder/out.html"));
  expect(elsewhere.err).toMatch(/cannot write .*out\.html: there is no such file/);
});

test("help, version and wrong usage have their exit codes", async () => {
  expect(await call("--help")).toMatchObject({ code: 0, err: "" });
  expect((await call("--version")).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(await call("train")).toMatchObject({ code: 2, out: "" });
});

test("the built program reads the standard input and keeps quiet when nobody listens any more", async () => {
  const cli = at("dist/cli.js");
  const running = promisify(execFile)(process.execPath, [cli, "detect", "-", "--json"]);
  running.child.stdin?.end(script);
  const { files } = JSON.parse((await running).stdout) as { files: { file: string; detections: unknown[] }[] };
  expect(files).toMatchObject([{ file: "-", detections: [{ optimizer: "AdamW" }] }]);

  const child = spawn(process.execPath, [cli, "run", at("replay.optlab.json"), "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.destroy();
  let err = "";
  child.stderr.on("data", (data: Buffer) => (err += data.toString()));
  const code = await new Promise((done) => child.on("close", done));
  expect({ code, err }).toEqual({ code: 0, err: "" });
});
