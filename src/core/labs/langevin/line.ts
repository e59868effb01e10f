import { ensembleRoom } from "../../kernels/rooms.ts";
import type { Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import { gone, schemeStepper, sgdStepper } from "./schemes.ts";
import type { LineSetting } from "./setting.ts";

/** Chains advanced together, and how many of those are a unit. */
export const block = 64;
export const blocksPerUnit = 2;
/** Bins of the histograms at the end. */
export const bins = 96;

/** Power sums of finite chains at one record: how many, Σx, Σx², Σx³, Σx⁴. */
export const columns = 5;
export interface LinePart {
  readonly kind: "line";
  readonly from: number;
  readonly count: number;
  /** By record. */
  readonly sgd: Vector;
  readonly sde: Vector;
  /** Chains of SGD lost to infinity, and the step by which the first was. */
  readonly lost: number;
  readonly lostAt: number;
  /** With the last part: chains at the end by bin, of SGD and of the SDE. */
  readonly ends?: { readonly sgd: Vector; readonly sde: Vector };
}

/** Records of one part. */
const perPart = 12;
/** Steps of the SDE whose noise is drawn at a time. */
const ahead = 16;
/** Steps of a chain between two yields: half a millisecond's worth in the kernel, and two where a scheme steps plainly. */
const breath = 100_000;

/** Chains of SGD and of its SDE, from the same start. */
export function* lineUnit(it: LineSetting, unit: number, chains: number, rng: Rng): Generator<LinePart | undefined> {
  const first = unit * blocksPerUnit;
  const { records, delta, finer } = it;
  const stretch = Math.min(finer, ahead);
  const room = ensembleRoom(block * (2 * blocksPerUnit + stretch));
  const noise = room.space(block * stretch);
  const blocks = Array.from({ length: blocksPerUnit }, (_, b) => first + b)
    .filter((index) => index * block < chains)
    .map((index) => {
      const size = Math.min(block, chains - index * block);
      const own = rng.split("block", index);
      return {
        x: room.zeros(size).fill(it.x0),
        y: room.zeros(size).fill(it.x0),
        draws: own.split("SGD"),
        paths: own.split("SDE"),
      };
    });
  const sgd = sgdStepper(it, room);
  const sde = schemeStepper(it, it.scheme, delta, Math.sqrt(delta), room);
  const points = records.length;
  let t = 0;
  let lostAt = 0;
  let since = 0;
  let part = fresh(0);
  for (let point = 0; point < points; point++) {
    while (t < records[point]) {
      t++;
      for (const { x, y, draws, paths } of blocks) {
        draws.normals(noise, 0, x.length);
        sgd(x, noise, 0, 1);
        if (loses(x) && lostAt === 0) lostAt = t;
        for (let k = 0; k < finer; k += stretch) {
          const now = Math.min(stretch, finer - k);
          paths.normals(noise, 0, now * y.length);
          sde(y, noise, 0, now);
          since += now * y.length;
          if (since < breath) continue;
          since = 0;
          yield undefined;
        }
      }
    }
    const row = (point - part.from) * columns;
    for (const { x, y } of blocks) {
      add(x, part.sgd, row);
      add(y, part.sde, row);
    }
    const last = point === points - 1;
    if (point - part.from + 1 < part.count) continue;
    const lost = blocks.reduce((sum, { x }) => sum + x.reduce((n, v) => n + (Number.isNaN(v) ? 1 : 0), 0), 0);
    yield { ...part, lost, lostAt, ...(last && { ends: ends() }) };
    part = fresh(point + 1);
  }

  function fresh(from: number): Omit<LinePart, "lost" | "lostAt"> {
    const count = Math.min(perPart, points - from);
    return { kind: "line", from, count, sgd: zeros(count * columns), sde: zeros(count * columns) };
  }
  function ends() {
    const [sgd, sde] = [zeros(bins), zeros(bins)];
    for (const { x, y } of blocks) {
      tally(x, sgd);
      tally(y, sde);
    }
    return { sgd, sde };
  }
  function tally(xs: Vector, into: Vector): void {
    const { lo, hi } = it.range;
    for (const x of xs) {
      const bin = Math.floor(((x - lo) / (hi - lo)) * bins);
      if (bin >= 0 && bin < bins) into[bin]++;
    }
  }
}
/** Whether any is lost; what has left for infinity is NaN from then on. */
function loses(x: Vector): boolean {
  let lost = false;
  for (let c = 0; c < x.length; c++)
    if (!(Math.abs(x[c]) < gone)) {
      x[c] = NaN;
      lost = true;
    }
  return lost;
}
function add(xs: Vector, into: Vector, row: number): void {
  for (const x of xs) {
    if (!(Math.abs(x) < gone)) continue;
    const square = x * x;
    into[row]++;
    into[row + 1] += x;
    into[row + 2] += square;
    into[row + 3] += square * x;
    into[row + 4] += square * square;
  }
}
