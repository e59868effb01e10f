// The browser of the tests: found, or on Debian installed.
import fs from "node:fs";
import { mustRun, onPath } from "./process.mjs";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "msedge"];
const places = [
  "/usr/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** A Chromium's full path: CHROMIUM, or what is on the PATH or in a usual place; undefined when there is none. */
export function findBrowser() {
  const named = process.env.CHROMIUM;
  if (named && !fs.existsSync(named)) throw new Error(`CHROMIUM names ${named}, and there is no such file.`);
  if (named) return named;
  return names.map(onPath).find(Boolean) ?? places.find((place) => fs.existsSync(place));
}

/** A Chromium's full path, installed with Debian's packages where that can be done without asking. */
export async function browser() {
  const found = findBrowser();
  if (found) return found;
  if (!onPath("apt-get") || process.getuid?.() !== 0)
    throw new Error(
      "No Chromium found. Install Chromium or Chrome, or set CHROMIUM to its full path (on Debian, as root: apt-get install chromium).",
    );
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await mustRun(["apt-get", "update"], { env });
  // Fonts that hold the Greek letters, superscripts and signs of the panel.
  const wanted = ["chromium", "fonts-inter", "fonts-dejavu-core"];
  await mustRun(["apt-get", "install", "-y", "--no-install-recommends", ...wanted], { env });
  return findBrowser();
}

if (process.argv[1] === import.meta.filename) console.log(await browser());
