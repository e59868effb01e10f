// Entry of the command line.
import { nodeIo } from "./io.ts";
import { program } from "./program.ts";

// A reader that has seen enough (head) closes the pipe: nothing is wrong then.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});
void program(process.argv.slice(2), nodeIo(__dirname, process.stdout, process.stderr, process.stdin)).then((code) => {
  process.exitCode = code;
});
