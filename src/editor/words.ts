import type { Refusal } from "../documents/edit.ts";
import type { Empty, Stale } from "../protocol/index.ts";

// What the panel says in place of charts, or over them.

const lineWords = (line: number) => `Line ${line.toLocaleString("en")}`;
const time = (at: number) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

/** The construction on `line` was last read at `at`, in ms since 1970. */
export const stale = (line: number, at: number): Stale => ({
  type: "stale",
  text: `${lineWords(line)} does not read as a call any more. The charts stay until it does.`,
  status: `From ${lineWords(line).toLowerCase()} as it was at ${time(at)}.`,
});
export const deleted = (name: string): Stale => ({
  type: "stale",
  text: `${name} was deleted. The charts stay; simulate another file to replace them.`,
});
export const unreadableNow = (why: string): Stale => ({
  type: "stale",
  text: `${why} The charts stay until it reads again.`,
});
export const nothing = (name: string): Empty => ({
  type: "empty",
  answer: `No optimizer found in **${name}**.`,
  status:
    "Read are constructions such as torch.optim.AdamW(…) and TrainingArguments(…) in Python, and *.optlab.json files.",
  actions: ["insert", "example"],
});
export const unreadable = (name: string, why: string): Empty => ({
  type: "empty",
  answer: `**${name}** could not be read.`,
  status: why,
  actions: ["again", "example"],
});
export const impossible = (why: string): Empty => ({
  type: "empty",
  answer: why,
  status: "Correct it in the file; the panel follows.",
  actions: ["again", "example"],
});

/** The window was reloaded, and what the panel showed is gone. */
export const nothingStored = (why?: string): Empty => ({
  type: "empty",
  answer: "What was shown here can no longer be opened.",
  status: `${why === undefined ? "" : `${why} `}Open a training script and run “Simulate optimizer”.`,
  actions: ["example"],
});

export const restored = (name: string): string => `Last run, restored. ${name} is unchanged since.`;

export function applied(written: boolean, refused: readonly Refusal[]): string {
  const not = refused.map(({ reason }) => reason).join(" ");
  if (written) return `Applied. Undo in the editor.${not && ` Not written: ${not}`}`;
  return not || "The editor did not take the change. Is the file read-only?";
}
/** The sentence of an error, however it was thrown. */
export function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
