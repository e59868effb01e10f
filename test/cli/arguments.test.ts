import { expect, test } from "vitest";
import { readArguments } from "../../src/cli/arguments.ts";
import { Complaint } from "../../src/cli/io.ts";

const complaint = (...argv: string[]): Complaint => {
  try {
    readArguments(argv);
  } catch (error) {
    if (error instanceof Complaint) return error;
    throw error;
  }
  throw new Error("no complaint");
};

test("options may stand before and after the files", () => {
  expect(readArguments(["detect", "--json", "a.py", "b.py"])).toMatchObject({
    command: "detect",
    files: ["a.py", "b.py"],
    json: true,
  });
  expect(
    readArguments([
      "simulate",
      "a.py",
      "--set",
      "lr=1",
      "--line",
      "12",
      "--set",
      "steps=5",
      "--seed=0",
      "--threads",
      "2",
    ]),
  ).toMatchObject({ command: "simulate", files: ["a.py"], set: ["lr=1", "steps=5"], line: 12, seed: 0, threads: 2 });
});

test("a dash is a file", () => {
  expect(readArguments(["detect", "-"]).files).toEqual(["-"]);
});

test.each([
  [[], "a command is missing"],
  [["train", "a.py"], 'there is no command "train"'],
  [["detect"], "detect needs a file"],
  [["run", "a", "b"], "run takes one file at a time"],
  [["detect", "a.py", "--seed", "1"], "detect takes no --seed"],
  [["run", "a", "--set", "lr=1"], "run takes no --set"],
  [["run", "a", "--trajectory"], "--trajectory needs --json"],
  [["simulate", "a.py", "--line", "twelve"], '--line needs a whole number from 1, not "twelve"'],
  [["simulate", "a.py", "--threads", "0"], '--threads needs a whole number from 1 to 64, not "0"'],
  [["simulate", "a.py", "--colour"], "unknown option '--colour'"],
])("%j is a wrong usage and is told why", (argv, why) => {
  const { message, code } = complaint(...argv);
  expect(message).toBe(`${why}; see optimizer-lab --help.`);
  expect(code).toBe(2);
});
