import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Detection } from "../../src/documents/document.ts";
import { read, ready } from "./python.ts";

// Scripts with what is to be read in a comment beneath the line: `#   ^ {…}`; facts of the run at the end.
const folder = path.join(import.meta.dirname, "../fixtures");
const fixtures = readdirSync(folder).filter((name) => name.endsWith(".py"));

interface Expected {
  readonly line: number;
  readonly json: Readonly<Record<string, unknown>>;
}
function expectations(text: string): Expected[] {
  const lines = text.split("\n");
  return lines.flatMap((line, i) => {
    const json = /^\s*#\s+\^ (\{.*\})$/.exec(line)?.[1];
    if (json === undefined) return [];
    let above = i;
    while (/^\s*#\s+\^ /.test(lines[above])) above--;
    return [{ line: above + 1, json: JSON.parse(json) as Record<string, unknown> }];
  });
}
/** What the expectation says anything of, and a scheduler, groups or choice that it does not expect. */
const shown = (it: Detection, expected: Expected["json"]): Record<string, unknown> => ({
  optimizer: it.spelled.optimizer,
  hyperparameters: it.spelled.hyperparameters,
  ...("framework" in expected ? { framework: it.framework } : {}),
  ...(it.spelled.scheduler === undefined ? {} : { scheduler: it.spelled.scheduler }),
  ...(it.spelled.groups === undefined ? {} : { groups: it.spelled.groups }),
  ...(it.active === undefined ? {} : { active: it.active }),
});

beforeAll(ready);
describe.each(fixtures)("%s", (name) => {
  const text = readFileSync(path.join(folder, name), "utf8");
  const expected = expectations(text);

  test("each construction reads as the comment beneath it says, and there are no others", () => {
    const { detections } = read(text);
    expect(detections.map(({ line, spelled }) => `${line} ${spelled.optimizer ?? "?"}`)).toEqual(
      expected.map(({ line, json }) => `${line} ${typeof json["optimizer"] === "string" ? json["optimizer"] : "?"}`),
    );
    for (const [i, { json }] of expected.entries())
      expect(shown(detections[i], json), text.split("\n")[expected[i].line - 1]).toEqual(json);
  });
  test("the facts of the run are those of its last line", () => {
    const facts = /^# facts (\{.*\})$/m.exec(text)?.[1];
    if (facts !== undefined) expect(read(text).facts).toEqual(JSON.parse(facts));
    else expect(read(text).facts).not.toHaveProperty("gradClip");
  });
  test("every origin lies in the text, and each of its groups has one for each value", () => {
    for (const { origins, configuration, span } of read(text).detections) {
      expect(span.to).toBeLessThanOrEqual(text.length);
      for (const [i, group] of configuration.groups.entries()) {
        for (const [key, origin] of Object.entries(origins[i])) {
          expect(origin.line, key).toBe(text.slice(0, (origin.source ?? origin.span).from).split("\n").length);
          expect(origin.site?.template ?? `{${key}}`).toContain(`{${key}`);
        }
        expect(Object.keys(group.values).length).toBeGreaterThan(0);
      }
    }
  });
  test("every prefix reads without throwing", () => {
    for (let end = 0; end <= text.length; end += 7) expect(read(text.slice(0, end)).detections).toBeInstanceOf(Array);
  });
  test("line ends of Windows and tabs change nothing but offsets", () => {
    const plain = read(text).detections.map(({ spelled, line }) => ({ spelled, line }));
    const changed = text.replace(/\n/g, "\r\n").replace(/ {4}/g, "\t");
    expect(read(changed).detections.map(({ spelled, line }) => ({ spelled, line }))).toEqual(plain);
  });
});
