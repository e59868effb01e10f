import type { Frame, FromWebview, PortableFrame, Show, ToWebview } from "../src/protocol/index.ts";
import { fromPortable } from "../src/protocol/index.ts";

interface Host {
  postMessage(message: FromWebview): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare global {
  interface Window {
    /** Exists inside VS Code, and may be called once. */
    acquireVsCodeApi?: () => Host;
    /** Exists in a saved report: the messages of one run, numbers as JSON carries them. */
    optimizerLab?: { readonly messages: readonly ToWebview[] };
  }
}
const host = window.acquireVsCodeApi?.();

/** False in a report: nobody listens, and what needs the editor is not offered. */
export const hosted = host !== undefined;
/** Hands an intent to the editor. */
export const post = (intent: FromWebview): void => host?.postMessage(intent);

/** What is kept for the moment when the editor brings the panel back. */
export interface Stored {
  /** Opaque: the editor's own description of what is shown. */
  readonly subject: unknown;
  readonly show: Show;
  readonly before: readonly PortableFrame[];
  readonly frames: readonly PortableFrame[];
  readonly ending: ToWebview;
}
export const setStored = (stored: Stored): void => host?.setState(stored);
/** The messages that bring back what was stored, or none. */
export function storedMessages(): ToWebview[] {
  const stored = host?.getState() as Partial<Stored> | null | undefined;
  if (!stored?.show || !stored.frames || !stored.ending) return [];
  const { show, ending, before = [] } = stored;
  const run = show.run;
  const report = "report" in ending ? ending.report : { answer: "", status: "", rules: [] };
  return [
    { ...show, ...(show.before && { before: { ...show.before, frames: before.map(fromPortable) } }) },
    {
      type: "frames",
      run,
      frames: stored.frames.map(fromPortable),
      report,
      progress: { done: 1, total: 1, unit: "steps" },
    },
    ending,
  ];
}

/** Numbers inlined in a report arrive as plain lists; those of a live run as columns already. */
const revive = (frame: Frame | PortableFrame): Frame =>
  frame.columns.every((column) => column instanceof Float64Array)
    ? (frame as Frame)
    : fromPortable(frame as PortableFrame);
/** Messages of a report, or whatever the editor sends; `receive` is called once for each. */
export function listen(receive: (message: ToWebview) => void): void {
  const take = (message: ToWebview): void => {
    if (message.type === "frames") receive({ ...message, frames: message.frames.map(revive) });
    else if (message.type === "show" && message.before)
      receive({ ...message, before: { ...message.before, frames: message.before.frames.map(revive) } });
    else receive(message);
  };
  for (const message of window.optimizerLab?.messages ?? []) take(message);
  window.addEventListener("message", (event: MessageEvent<ToWebview>) => take(event.data));
}
