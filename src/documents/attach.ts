import type { Detection } from "./document.ts";

/**
 * The detections with the text of each CSV file that an experiment file names beside its problem (`"csv": "my.csv"`), as `text` of its
 * data. `read` takes the path as it is written and rejects with a sentence.
 */
export async function withFiles(
  detections: readonly Detection[],
  read: (path: string) => Promise<string>,
): Promise<readonly Detection[]> {
  if (!detections.some((it) => csvOf(it) !== undefined)) return detections;
  return Promise.all(
    detections.map(async (detection) => {
      const { experiment } = detection;
      const csv = csvOf(detection);
      if (!experiment?.problem || csv === undefined) return detection;
      const problem = { ...experiment.problem, data: { ...experiment.problem.data, text: await read(csv) } };
      return { ...detection, experiment: { ...experiment, problem } };
    }),
  );
}
function csvOf({ experiment }: Detection): string | undefined {
  const csv = experiment?.problem?.data?.["csv"];
  return typeof csv === "string" ? csv : undefined;
}

/** Bytes of a file beyond which no table is read. */
export const largestFile = 20_000_000;
export const tooLarge = (path: string, bytes: number): string =>
  `${path} has ${(bytes / 1e6).toFixed(0)} MB; files over 20 MB are not read as data. Choose fewer rows or columns.`;
