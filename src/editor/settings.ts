import { workspace } from "vscode";

export interface Settings {
  readonly codeLens: boolean;
  readonly seed: number;
  readonly threads: number;
  readonly patterns: boolean;
  /** In ms. */
  readonly followDelay: number;
}
/** As they are now; the defaults are those of package.json. */
export function settings(): Settings {
  const its = workspace.getConfiguration("optimizerLab");
  return {
    codeLens: its.get("codeLens", true),
    seed: its.get("seed", 1),
    threads: its.get("threads", 0),
    patterns: its.get("patterns", false),
    followDelay: its.get("followDelay", 120),
  };
}
