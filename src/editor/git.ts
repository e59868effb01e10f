import { extensions, type Uri } from "vscode";

// As much of the built-in git extension's interface as is needed here.
interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): Git;
}
interface Git {
  getRepository(uri: Uri): Repository | null;
}
interface Repository {
  log(options: { readonly path: string; readonly maxEntries: number }): Promise<readonly Commit[]>;
  show(ref: string, path: string): Promise<string>;
}
interface Commit {
  readonly hash: string;
  readonly message: string;
  readonly authorDate?: Date;
}

/** One revision of a file. */
export interface Revision {
  /** The first letters of its hash. */
  readonly short: string;
  readonly subject: string;
  readonly date: string;
  /** The file as it was. Rejects where it was elsewhere then. */
  text(): Promise<string>;
}
/** Revisions offered at most. */
const most = 50;

/** The latest revisions of a file, newest first; undefined where git is not at hand or does not know the file. */
export async function revisionsOf(uri: Uri): Promise<readonly Revision[] | undefined> {
  if (uri.scheme !== "file") return undefined;
  const repository = await repositoryOf(uri);
  const commits = await repository?.log({ path: uri.fsPath, maxEntries: most });
  return commits?.map(({ hash, message, authorDate }) => ({
    short: hash.slice(0, 7),
    subject: message.split("\n").at(0) ?? "",
    date: authorDate?.toLocaleDateString() ?? "",
    text: () => repository?.show(hash, uri.fsPath) ?? Promise.resolve(""),
  }));
}
/** Whether revisions can be asked for at all; starts nothing. */
export const hasGit = (uri: Uri): boolean =>
  uri.scheme === "file" && !uri.path.endsWith(".ipynb") && extensions.getExtension("vscode.git") !== undefined;

async function repositoryOf(uri: Uri): Promise<Repository | undefined> {
  const extension = extensions.getExtension<GitExtension>("vscode.git");
  if (!extension) return undefined;
  const git = extension.isActive ? extension.exports : await extension.activate();
  return git.enabled ? (git.getAPI(1).getRepository(uri) ?? undefined) : undefined;
}
