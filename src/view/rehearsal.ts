import type { Detection } from "../documents/document.ts";
import { truthLine } from "../core/truthLine.ts";
import { buildKnobs } from "./knobs.ts";
import { buildOrder, plan } from "./plan.ts";
import { annotations, buildShow, chartsOf } from "./show.ts";
import { runOf, warningsOf } from "./truth.ts";

/**
 * Everything that a first show asks for, a piece at a time and for nothing: code is compiled when it first runs, which as one piece takes a
 * busy thread 30 to 40 ms and makes the show itself take four.
 */
export function* rehearsal(detections: readonly Detection[]): Generator<undefined, void> {
  const it = plan({ detections, chosen: 0, settings: [] });
  if (it.refusal !== undefined) return;
  yield;
  buildOrder(it, 0);
  buildKnobs(it, 0);
  yield;
  truthLine(it.configuration, runOf(it), "outline");
  yield;
  warningsOf(it);
  yield;
  chartsOf(it);
  yield;
  annotations(it, 0);
  yield;
  buildShow(it, { run: 0, file: "", group: 0 });
}
