import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Finding, Report } from "../../src/protocol/index.ts";
import { buildProgram, callProgram } from "./built.ts";

let home: string;
const at = (name: string): string => path.join(home, name);
const call = (...argv: string[]) => callProgram(at("."), argv);
beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), "optimizer-lab-compare-"));
  await buildProgram(home);
  writeFileSync(at("train.py"), script);
  writeFileSync(at("other.py"), script.replace("lr=3e-4", "lr=6e-4"));
  writeFileSync(at("rprop.py"), "import torch\noptimizer = torch.optim.Rprop(net.parameters())\n");
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const script = `import torch
net = torch.nn.Linear(2, 1)
optimizer = torch.optim.AdamW(net.parameters(), lr=3e-4, weight_decay=0.1, eps=1e-6)
plain = torch.optim.AdamW(net.parameters())
`;
const small = ["--steps", "200", "--set", "seeds=4", "--threads", "1"];
interface Printed {
  readonly label: string;
  readonly others: readonly { readonly label: string; readonly configuration: { readonly framework: string } }[];
  readonly findings: readonly Finding[];
  readonly report: Report;
}

test("another library's optimizer of the same name: how much, when and because of what", async () => {
  const { code, out, err } = await call("compare", `${at("train.py")}:3`, "--with", "keras", ...small, "--json");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const { label, others, findings, report } = JSON.parse(out) as Printed;
  expect(label).toBe("PyTorch AdamW");
  expect(others).toMatchObject([{ label: "Keras AdamW", configuration: { framework: "keras" } }]);
  expect(report.answer).toMatch(
    /^PyTorch AdamW and Keras AdamW here differ by epsilon placement: \*\*[\d.e-]+\*\* at step \*\*1\*\* \(/,
  );
  expect(findings[0]).toMatchObject({
    quantity: "Largest difference in step, Keras AdamW",
    predicted: 0,
    verdict: "off",
  });
  expect(findings[1].quantity).toBe("– by epsilon placement alone");
  expect(findings[1].measured).toBeCloseTo(findings[0].measured ?? NaN, 15);
});

test("two lines, files and the defaults at once, each under a name of its own", async () => {
  const asked = [`${at("train.py")}:3`, at("other.py"), "--default", ...small];
  const { code, out } = await call("compare", ...asked, "--json");
  expect(code).toBe(0);
  const { others, report } = JSON.parse(out) as Printed;
  expect(others.map((it) => it.label)).toEqual(["PyTorch AdamW, other.py:3", "PyTorch AdamW by default"]);
  expect(report.answer).toMatch(
    /^The steps of PyTorch AdamW differ by up to \*\*0.5\*\* \(PyTorch AdamW, other.py:3\) and /,
  );
  const told = await call("compare", ...asked);
  expect(told.out).toContain("Compare · seed 1");
  expect(told.out).toContain("– by learning rate alone");
});

test("a configuration and its equal make the same steps", async () => {
  const { out } = await call("compare", `${at("train.py")}:3`, `${at("train.py")}:3`, ...small, "--json");
  expect((JSON.parse(out) as Printed).report.answer).toBe(
    "PyTorch AdamW and PyTorch AdamW, train.py:3 make the same steps here, to rounding.",
  );
});

test("translate prints a program, its notes, and the difference that remains", async () => {
  const { code, out } = await call("translate", `${at("train.py")}:3`, "--to", "keras", "--steps", "200");
  expect(code).toBe(0);
  expect(out).toMatch(/^# PyTorch AdamW of train.py:3, in the words of Keras 3\.\n/);
  expect(out).toMatch(/# Keras AdamW has its own epsilon placement\./);
  expect(out.replace(/\n# /g, " ")).toMatch(/PyTorch AdamW and Keras AdamW here differ by epsilon placement: /);
  expect(out).toMatch(/\nimport keras\n/);
  expect(out).toMatch(/optimizer = keras.optimizers.AdamW\(\n {4}learning_rate=3e-4, +# units of θ/);
  const { lost, optimizer } = JSON.parse(
    (await call("translate", `${at("train.py")}:3`, "--to", "optax", "--steps", "50", "--json")).out,
  ) as { readonly lost: readonly string[]; readonly optimizer: string };
  expect({ lost, optimizer }).toEqual({ lost: [], optimizer: "adamw" });
});

test("what a library does not have is a complaint", async () => {
  const none = await call("translate", at("rprop.py"), "--to", "keras");
  expect(none).toMatchObject({ code: 2, out: "", err: "optimizer-lab: Keras has no optimizer like Rprop.\n" });
  expect((await call("compare", at("rprop.py"), "--with", "mxnet", ...small)).err).toMatch(
    /There is no library "mxnet"/,
  );
  expect((await call("translate", at("train.py"))).err).toMatch(/translate needs --to LIBRARY/);
  expect((await call("compare", at("train.py"), "--values", "own")).err).toMatch(/--values needs same or defaults/);
});
