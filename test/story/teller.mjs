// Runs stories one after another and counts them.
import fs from "node:fs";
import path from "node:path";
import { pictures } from "./host.mjs";

const counts = { passed: 0, failed: 0 };
const only = process.env.STORY ? new RegExp(process.env.STORY, "i") : undefined;

/** The picture's file of a story. */
const pictureOf = (name) =>
  path.join(
    pictures,
    `${name
      .replace(/[^a-z0-9]+/gi, "-")
      .toLowerCase()
      .slice(0, 80)}.png`,
  );

/**
 * Tells one story: its name is a sentence, and what it claims holds or its work throws. A picture of the page is kept
 * of every one. STORY=words tells only those whose names match.
 */
export async function story(name, work, page) {
  if (only && !only.test(name)) return;
  const from = performance.now();
  const shoot = async () => {
    if (!page) return;
    fs.mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: pictureOf(name) }).catch(() => {}); // a page that is gone has no picture
  };
  try {
    await work();
    await shoot();
    counts.passed++;
    console.log(`ok    ${name}  (${Math.round(performance.now() - from)} ms)`);
  } catch (error) {
    await shoot();
    counts.failed++;
    console.log(`FAIL  ${name}\n      ${String(error.stack ?? error).replaceAll("\n", "\n      ")}`);
  }
}

/** A failure of the stage itself: no story could be told. */
export function broke(error) {
  counts.failed++;
  console.log(`FAIL  ${String(error.stack ?? error)}`);
}

/** The closing line; the exit code follows it. */
export function close() {
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed ? 1 : 0;
}
