import { readFile, writeFile } from "node:fs/promises";
import type { Readable, Writable } from "node:stream";

/** The world as the commands see it, so that tests can bring their own. */
export interface Io {
  /** Where the threads, the parser and the panel's bundle stand. */
  readonly folder: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Progress is shown only to a person. */
  readonly errIsTerminal: boolean;
  /** "-" is the standard input. Rejects with a sentence. */
  readonly read: (file: string) => Promise<Uint8Array>;
  readonly write: (file: string, text: string) => Promise<void>;
}
/** A sentence for the user, and the code to exit with: 1 failed, 2 not used as it is meant to be. */
export class Complaint extends Error {
  readonly code: 1 | 2;
  constructor(message: string, code: 1 | 2 = 1) {
    super(message);
    this.code = code;
  }
}

const reasons: Readonly<Partial<Record<string, string>>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder; name the files in it",
  EACCES: "it may not be opened",
  EPERM: "it may not be opened",
  ENOTDIR: "its folder is a file",
  ENOSPC: "the disk is full",
};
const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ""] ?? message;
};

/** The real one. */
export const nodeIo = (folder: string, out: Writable, err: Writable & { isTTY?: boolean }, input: Readable): Io => ({
  folder,
  out: (text) => out.write(text),
  err: (text) => err.write(text),
  errIsTerminal: err.isTTY ?? false,
  read: async (file) => {
    try {
      if (file !== "-") return await readFile(file);
      const chunks: Uint8Array[] = [];
      for await (const chunk of input) chunks.push(chunk as Uint8Array);
      return Buffer.concat(chunks);
    } catch (error) {
      throw new Complaint(`cannot read ${file}: ${reasonOf(error)}.`);
    }
  },
  write: async (file, text) => {
    try {
      await writeFile(file, text);
    } catch (error) {
      throw new Complaint(`cannot write ${file}: ${reasonOf(error)}.`);
    }
  },
});
