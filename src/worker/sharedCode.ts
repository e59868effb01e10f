import { readFileSync } from "node:fs";
import { createRequire, wrap } from "node:module";
import path from "node:path";
import { Script } from "node:vm";

// A file of ours that several threads load, parsed by the first of them alone: reading half a megabyte of code takes some 50 ms, taking
// over what another has made of it one or two.

/** A file's text, and what the engine made of it; in memory that all threads see. */
export interface SharedCode {
  readonly file: string;
  readonly text: string;
  readonly parsed: Uint8Array;
}

/** Loads a file as `require` does, with all that it needs from elsewhere, and keeps what the engine made of it. */
export function loadFirst(file: string): { readonly exports: unknown; readonly code: SharedCode } {
  const text = readFileSync(file, "utf8");
  const script = new Script(wrap(text), { filename: file });
  const exports = run(script, file);
  const made = script.createCachedData(); // after it has run, with the functions that needed
  const parsed = new Uint8Array(new SharedArrayBuffer(made.length));
  parsed.set(made);
  return { exports, code: { file, text, parsed } };
}
/** The same file in another thread. Where the engine does not take over what it is given, it parses the text. */
export function loadAgain({ file, text, parsed }: SharedCode): unknown {
  const cachedData = Buffer.from(parsed); // the engine reads no shared memory
  return run(new Script(wrap(text), { filename: file, cachedData }), file);
}

type Wrapped = (exports: unknown, require: NodeJS.Require, module: unknown, file: string, folder: string) => void;
function run(script: Script, file: string): unknown {
  const module = { exports: {} };
  (script.runInThisContext() as Wrapped)(module.exports, createRequire(file), module, file, path.dirname(file));
  return module.exports;
}
