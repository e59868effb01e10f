import { QuickPickItemKind, window, workspace, type QuickPickItem } from "vscode";
import type { Detection } from "../documents/document.ts";
import { headline, librariesFor, shortTitle, titleOf, type Compared, type Plan } from "../view/index.ts";
import { sourceAt, type EditorSource } from "./documents.ts";
import { hasGit, revisionsOf } from "./git.ts";
import type { Readings } from "./readings.ts";
import type { Source } from "./source.ts";

interface Offer extends QuickPickItem {
  readonly compared?: Compared;
  /** To be asked for further. */
  readonly ask?: "file" | "revision";
}

/**
 * Asks what to compare the plan's construction with: several things at once. `now` is what it is compared with so far.
 * Undefined where it was called off.
 */
export async function askCompared(
  plan: Plan,
  source: EditorSource,
  readings: Readings,
  now: readonly Compared[],
): Promise<readonly Compared[] | undefined> {
  const picked = await window.showQuickPick<Offer>(offers(plan, source, now), {
    canPickMany: true,
    matchOnDescription: true,
    placeHolder: `Compare this ${plan.configuration.optimizer} with`,
  });
  if (!picked) return undefined;
  const chosen: Compared[] = [];
  for (const { compared, ask } of picked) {
    const found = compared ?? (ask === "file" ? await otherFile(readings) : await otherRevision(source, readings));
    if (!found) return undefined;
    chosen.push(found);
  }
  return chosen;
}

function offers(plan: Plan, source: EditorSource, now: readonly Compared[]): Offer[] {
  const isNow = (it: Compared): boolean => now.some((other) => JSON.stringify(other) === JSON.stringify(it));
  const offer = (label: string, compared: Compared, more: Partial<Offer> = {}): Offer => ({
    label,
    compared,
    picked: isNow(compared),
    ...more,
  });
  const here = plan.detections.flatMap((detection, index) =>
    detection === plan.detection
      ? []
      : [offer(headline(detection), { kind: "here", index }, { description: `line ${detection.line}` })],
  );
  const given = now.flatMap((it) => (it.kind === "given" ? [offer(it.label, it)] : []));
  const elsewhere: Offer[] = [
    { label: "Another file…", ask: "file" },
    ...(hasGit(source.uri) ? [{ label: `Another revision of ${source.name}…`, ask: "revision" } as const] : []),
  ];
  const standard = offer(`The defaults of ${titleOf(plan.configuration)}`, { kind: "default" });
  const libraries = librariesFor(plan.configuration).flatMap((library) =>
    (["same", "defaults"] as const).map((values) =>
      offer(
        shortTitle(library),
        { kind: "library", library: library.name, values },
        {
          description:
            values === "same" ? "with every value as here" : "with its own defaults where nothing is written",
        },
      ),
    ),
  );
  const under = (label: string, all: readonly Offer[]): Offer[] =>
    all.length > 0 ? [{ label, kind: QuickPickItemKind.Separator }, ...all] : [];
  return [
    ...under("In this file", here),
    ...under("Elsewhere", [...given, ...elsewhere]),
    ...under("Recommended", [standard]),
    ...under("The same optimizer in another library", libraries),
  ];
}

/** A file of the workspace, and the construction in it. */
async function otherFile(readings: Readings): Promise<Compared | undefined> {
  const folder = workspace.workspaceFolders?.at(0)?.uri;
  const uris = await window.showOpenDialog({
    title: "Compare with a file of the workspace",
    canSelectMany: false,
    filters: { "Training scripts and experiments": ["py", "ipynb", "json"] },
    ...(folder && { defaultUri: folder }),
  });
  const uri = uris?.at(0);
  if (!uri) return undefined;
  if (!workspace.getWorkspaceFolder(uri)) throw new Error("Only files of the workspace are compared with.");
  const source = await sourceAt(uri.toString());
  const { detections } = await readings.of(source);
  return asGiven(
    detections.map((detection) => source.relocate(detection)),
    source.name,
  );
}
/** This file as git has it. */
async function otherRevision(source: EditorSource, readings: Readings): Promise<Compared | undefined> {
  const revisions = await revisionsOf(source.uri);
  if (!revisions || revisions.length === 0) throw new Error(`Git has no revision of ${source.name}.`);
  const items = revisions.map((revision) => ({
    label: revision.subject,
    description: `${revision.short} ${revision.date}`.trim(),
    revision,
  }));
  const picked = await window.showQuickPick(items, {
    placeHolder: `Revision of ${source.name}`,
    matchOnDescription: true,
  });
  if (!picked) return undefined;
  const { short } = picked.revision;
  const text = await picked.revision.text();
  const { detections } = await readings.of(frozen(source, short, text));
  return asGiven(detections, `${source.name} at ${short}`);
}
/** Its text as it was; nothing is written to it. */
const frozen = (source: EditorSource, revision: string, text: string): Source => ({
  key: `${source.key}@${revision}`,
  name: source.name,
  fileName: `${revision}/${source.name}`, // another document for the reading thread
  languageId: source.languageId,
  open: () => Promise.resolve(),
  version: () => revision,
  text: () => text,
  relocate: (detection) => detection,
  edit: () => Promise.resolve(false),
});

async function asGiven(detections: readonly Detection[], name: string): Promise<Compared | undefined> {
  if (detections.length === 0) throw new Error(`No optimizer found in ${name}.`);
  const items = detections.map((detection) => ({
    label: headline(detection),
    description: `line ${detection.line}`,
    detection,
  }));
  const picked =
    items.length === 1 ? items[0] : await window.showQuickPick(items, { placeHolder: `Which optimizer of ${name}?` });
  if (!picked) return undefined;
  const { configuration, line } = picked.detection;
  return { kind: "given", label: `${titleOf(configuration)}, ${name}:${line}`, configuration };
}
