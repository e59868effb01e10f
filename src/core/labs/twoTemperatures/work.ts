import type { Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Job } from "../lab.ts";
import type { controls } from "./controls.ts";
import { ensemble } from "./ensemble.ts";
import type { Law } from "./laws.ts";
import { setting, type Setting } from "./setting.ts";

/** Chains of one unit, and of one group of a jackknife. */
export const chainsPerUnit = 128;
const chainsPerGroup = 64;
export const groupsPerUnit = chainsPerUnit / chainsPerGroup;
/** Steps of a unit between two yields: about half a millisecond. */
const between = 100;
/** Parts that a unit hands over. */
const parts = 6;

export interface Part {
  /** Sums over the unit's chains of their time averages so far, in the order of `summed`. Later parts replace earlier ones. */
  readonly sums: Vector;
  /** Samples since the last part in each bin: groups × rows of θ₂ × columns of θ₁. */
  readonly counts: Vector;
  /** Steps made, of all the unit has to make. */
  readonly done: number;
  /** Chains lost to infinity, and the step by which the first one was. */
  readonly lost: number;
  readonly lostAt: number;
}
/** a = θ₁∂₁L, b = θ₂∂₂L, c = √(h₁h₂)θ₁θ₂, d = cos 2θ; of chains, with the products that covariances need. */
export const summed = {
  n: 0,
  a: 1,
  b: 2,
  c: 3,
  d: 4,
  aa: 5,
  bb: 6,
  cc: 7,
  dd: 8,
  ab: 9,
  ac: 10,
  bc: 11,
  size: 12,
} as const;

export const unitsPerLaw = (chains: number): number => Math.ceil(chains / chainsPerUnit);
/** Laws one after the other, the shown one first. */
export const placeOf = (unit: number, chains: number) => ({
  law: Math.floor(unit / unitsPerLaw(chains)),
  block: unit % unitsPerLaw(chains),
});

export function* work(job: Job<typeof controls>, unit: number, rng: Rng): Generator<Part | undefined, void> {
  const { chains, steps, thin, bins, start, batchSize } = job.controls;
  const it = setting(job.configuration, job.problem, job.controls);
  const { law: index, block } = placeOf(unit, chains);
  const law = it.laws[index];
  const n = Math.min(chainsPerUnit, chains - block * chainsPerUnit);
  const z = rng.split(`${law.family} ${law.power}`, block);
  const begin = (u: Vector, v: Vector) => {
    if (start === 1) spread(it, law, u, v, z.split("start"));
  };
  const run = ensemble(it, law, job.configuration.clip, batchSize, n, begin, z.split("noise"));
  const { x, y } = run;
  const watched = observer(it, law, bins, x, y);
  const every = Math.max(thin, Math.ceil(steps / parts));
  for (let t = 0; t < law.burnIn + steps;) {
    // Nobody looks before it has settled.
    const many = Math.max(1, Math.min(between - (t % between), law.burnIn - t));
    run.advance(many);
    t += many;
    const seen = t - law.burnIn;
    if (seen > 0) {
      watched.look();
      if (seen % thin === 0) watched.count();
    }
    if (t % between === 0) {
      const gone = lostIn(x, y);
      if (gone > 0) {
        yield { ...watched.part(Math.max(1, seen)), done: law.burnIn + steps, lost: gone, lostAt: t };
        return;
      }
    }
    if (seen > 0 && seen % every === 0 && seen < steps) yield { ...watched.part(seen), done: t, lost: 0, lostAt: 0 };
    else if (t % between === 0) yield undefined;
  }
  const lost = lostIn(x, y);
  const all = law.burnIn + steps;
  yield { ...watched.part(steps), done: all, lost, lostAt: lost > 0 ? all : 0 };
}

/** Beyond this a chain does not come back. */
const gone = 1e6;
function lostIn(x: Vector, y: Vector): number {
  let lost = 0;
  for (let c = 0; c < x.length; c++) if (!(Math.abs(x[c]) < gone && Math.abs(y[c]) < gone)) lost++;
  return lost;
}

/** Starts as the prediction has it: normal, of a quadratic loss. */
function spread({ bowls, quadratic }: Setting, { predicted, limit }: Law, x: Vector, y: Vector, z: Rng): void {
  if (!quadratic) return;
  const [a, c, , b] = predicted ?? limit;
  const across = c / Math.sqrt(a);
  const rest = Math.sqrt(Math.max(0, b - across * across));
  for (let i = 0; i < x.length; i++) {
    const [u, v] = [z.normal(), z.normal()];
    x[i] = (Math.sqrt(a) * u) / Math.sqrt(bowls[0].h);
    y[i] = (across * u + rest * v) / Math.sqrt(bowls[1].h);
  }
}

/** What is added up of the chains as they go. */
function observer({ bowls }: Setting, { reach }: Law, bins: number, x: Vector, y: Vector) {
  const n = x.length;
  const [{ h: h1 }, { h: h2, b }] = bowls;
  const root = Math.sqrt(h1 * h2);
  const sums = [zeros(n), zeros(n), zeros(n), zeros(n)] as const;
  const [sa, sb, sc, sd] = sums;
  const groups = Math.ceil(n / chainsPerGroup);
  let counts = zeros(groups * bins * bins);
  const [acrossBins, upBins] = [bins / (2 * reach[0]), bins / (2 * reach[1])];
  return {
    look(): void {
      for (let i = 0; i < n; i++) {
        const x1 = x[i];
        const y1 = y[i];
        const u = h1 * x1 * x1;
        const v = y1 * y1 * (h2 + b * y1 * y1);
        sa[i] += u;
        sb[i] += v;
        sc[i] += root * x1 * y1;
        if (u + v > 0) sd[i] += (u - v) / (u + v);
      }
    },
    count(): void {
      for (let i = 0; i < n; i++) {
        const column = Math.floor((x[i] + reach[0]) * acrossBins);
        const row = Math.floor((y[i] + reach[1]) * upBins);
        if (column >= 0 && column < bins && row >= 0 && row < bins)
          counts[(Math.floor(i / chainsPerGroup) * bins + row) * bins + column]++;
      }
    },
    part(seen: number): Pick<Part, "sums" | "counts"> {
      const out = zeros(summed.size);
      for (let i = 0; i < n; i++) {
        const [a, b2, c, d] = [sa[i] / seen, sb[i] / seen, sc[i] / seen, sd[i] / seen];
        out[summed.n]++;
        out[summed.a] += a;
        out[summed.b] += b2;
        out[summed.c] += c;
        out[summed.d] += d;
        out[summed.aa] += a * a;
        out[summed.bb] += b2 * b2;
        out[summed.cc] += c * c;
        out[summed.dd] += d * d;
        out[summed.ab] += a * b2;
        out[summed.ac] += a * c;
        out[summed.bc] += b2 * c;
      }
      const handed = counts;
      counts = zeros(handed.length);
      return { sums: out, counts: handed };
    },
  };
}
