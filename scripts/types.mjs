// Checks every room against its own tsconfig: the walls that the compiler can hold.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const rooms = ["src", "src/core", "src/view", "src/worker", "src/cli", "src/editor", "webview", "test"];
let failed = false;
const check = (room) =>
  new Promise((done) => {
    const child = spawn(process.execPath, [tsc, "-p", room], { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    child.stdout.on("data", (data) => (said += data));
    child.on("close", (code) => {
      if (code) failed = true;
      if (said) process.stdout.write(said);
      done();
    });
  });

const queue = [...rooms];
const drain = async () => {
  for (let room = queue.shift(); room; room = queue.shift()) await check(room);
};
await Promise.all([drain(), drain()]);
process.exit(failed ? 1 : 0);
