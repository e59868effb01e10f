import { FileType, Uri, workspace } from "vscode";
import { largestFile, tooLarge } from "../documents/attach.ts";

/** Text of a file of data, by its path from the folder of the document `key`; of the workspace, or beside the document. */
export async function dataBeside(key: string, csv: string): Promise<string> {
  const document = Uri.parse(key, true);
  const folder = Uri.joinPath(document, "..");
  const at = Uri.joinPath(folder, csv);
  const beside = at.path.startsWith(folder.path.endsWith("/") ? folder.path : `${folder.path}/`);
  if (!beside && !workspace.getWorkspaceFolder(at))
    throw new Error(`The data file ${csv} lies outside the workspace; only its own files are read.`);
  const stat = await Promise.resolve(workspace.fs.stat(at)).catch(() => undefined);
  if (!stat || (stat.type & FileType.File) === 0)
    throw new Error(`The data file ${csv} is not there; its path counts from the folder of the experiment file.`);
  if (stat.size > largestFile) throw new Error(tooLarge(csv, stat.size));
  return new TextDecoder().decode(await workspace.fs.readFile(at));
}
