import type {
  Chart,
  Empty,
  Finding,
  Frame,
  Progress,
  Report,
  Rule,
  Show,
  Stale,
  ToWebview,
} from "../src/protocol/index.ts";

/** Columns of a series, by chart id and label. */
export type Columns = ReadonlyMap<string, readonly Float64Array[]>;
export const key = (chart: string, series: string): string => `${chart}\n${series}`;

/** What the charts draw: a run's, until the first frame of the next one takes its place. */
export interface Drawn {
  readonly run: number;
  readonly charts: readonly Chart[];
  readonly columns: Columns;
  readonly before: Columns;
  readonly rules: readonly Rule[];
  readonly broken: Readonly<Record<string, string>>;
}
export interface State {
  readonly show?: Show;
  readonly empty?: Empty;
  readonly stale?: Stale;
  readonly phase: "waiting" | "running" | "done" | "stopped" | "failed";
  readonly drawn?: Drawn;
  readonly report?: Report;
  readonly progress?: Progress;
  readonly findings: readonly Finding[];
  readonly failure?: { readonly message: string; readonly details: string };
  /** What was said after Apply, and after a file was written. */
  readonly applied?: string;
  readonly exported?: string;
}
export const nothing: State = { phase: "waiting", findings: [] };

const joined = (former: readonly Float64Array[], next: readonly Float64Array[]): Float64Array[] =>
  next.map((column, k) => {
    const head = former[k] ?? new Float64Array();
    const both = new Float64Array(head.length + column.length);
    both.set(head);
    both.set(column, head.length);
    return both;
  });
/** The columns after some frames: appended to, or replaced. */
export function gathered(columns: Columns, frames: readonly Frame[]): Columns {
  const all = new Map(columns);
  for (const frame of frames) {
    const name = key(frame.chart, frame.series);
    const former = all.get(name);
    all.set(name, frame.mode === "append" && former ? joined(former, frame.columns) : frame.columns);
  }
  return all;
}

const told = (drawn: Drawn, report: Report): Drawn => ({
  ...drawn,
  rules: report.rules,
  broken: report.assumptions ?? {},
});
const beforeOf = (show: Show): Columns => gathered(new Map(), show.before?.frames ?? []);

/**
 * The state after a message. A message of another run than the one shown is dropped: latest wins. Curves of the former
 * run stay in `drawn` until the first frames of the new one.
 */
export function receive(state: State, message: ToWebview): State {
  const { show } = state;
  switch (message.type) {
    case "show": {
      if (state.show?.run === message.run && state.drawn?.run === message.run && !state.empty)
        return {
          ...state,
          show: message,
          stale: undefined,
          drawn: { ...state.drawn, charts: message.charts, before: beforeOf(message) },
        };
      const sameLab = state.show?.lab === message.lab;
      return {
        ...state,
        show: message,
        empty: undefined,
        stale: undefined,
        failure: undefined,
        exported: undefined,
        applied: message.changes.length ? undefined : state.applied,
        phase: "waiting",
        progress: undefined,
        findings: sameLab ? state.findings : [],
        drawn: state.empty ? undefined : state.drawn,
        report: state.empty ? undefined : state.report,
      };
    }
    case "empty":
      return { ...nothing, empty: message };
    case "stale":
      return { ...state, stale: message.text === undefined ? undefined : message };
    case "said":
      return message.about === "apply" ? { ...state, applied: message.text } : { ...state, exported: message.text };
    case "frames": {
      if (!show || message.run !== show.run || state.phase === "failed") return state;
      const held = state.drawn;
      const progress = { phase: "running", report: message.report, progress: message.progress } as const;
      // Nothing to draw yet: what stands stays.
      if (!message.frames.length && held?.run !== show.run) return { ...state, ...progress };
      const base: Drawn =
        held?.run === show.run
          ? held
          : { run: show.run, charts: show.charts, columns: new Map(), before: beforeOf(show), rules: [], broken: {} };
      const drawn = { ...base, columns: gathered(base.columns, message.frames) };
      return { ...state, ...progress, drawn: told(drawn, message.report) };
    }
    case "done":
    case "stopped":
      if (!show || message.run !== show.run) return state;
      return {
        ...state,
        phase: message.type,
        report: message.report,
        // A run that ended without a frame has no curves, and a former run's are not its own.
        drawn: state.drawn?.run === message.run ? told(state.drawn, message.report) : undefined,
        findings: message.type === "done" ? message.findings : [],
        progress: message.type === "stopped" ? message.progress : state.progress,
      };
    case "failed":
      if (!show || message.run !== show.run) return state;
      return {
        ...state,
        phase: "failed",
        failure: { message: message.message, details: message.details },
        findings: [],
      };
    default:
      return message satisfies never;
  }
}
