// Rows beside their anchor, pair by pair: on a shared machine a time means little, a ratio of neighbours something.
import { median } from "./figures.mjs";
import { answer, program } from "./programs.mjs";

const rounded = (x) => Number(x.toPrecision(3));
/** Median, smallest and largest of a sample. */
export const summary = (sample) => ({
  median: rounded(median(sample)),
  low: rounded(Math.min(...sample)),
  high: rounded(Math.max(...sample)),
});
const perUnit = (it, what) => it[what] / it.units;

/**
 * Anchor, row, anchor, row …: `rounds` pairs of each row that counts, fewer of the others. Ratios are per unit: of processor
 * time, of time by the clock, and of the first, cold run to the anchor's warm one in both.
 */
export async function pairs(group, { rounds, repetitions, found, say }) {
  const { workload, sizes, check } = group;
  const make = ({ id, row = id, on = workload, threads, repetitions: own = repetitions }, count = own) =>
    program(row, on, count, { sizes, threads, found });
  const there = group.rows.filter((row) => make(row));
  const [anchor] = there;
  const taken = there.map((row) => ({ row, of: [] }));
  const others = rounds < 7 ? 1 : 3;
  for (let round = 0; round < rounds; round++)
    for (const { row, of } of taken) {
      if (round >= others && !row.counts) continue;
      if (of.error) continue;
      say(`${group.id} ${round + 1}/${rounds} ${row.id}`);
      try {
        const beside = await answer(make(row.beside ?? anchor));
        const own = await answer(row.counts ? make(row) : make(row, Math.min(2, repetitions)));
        of.push({ beside, own });
      } catch (error) {
        of.error = error.message;
      }
    }
  const rows = {};
  for (const { row, of } of taken) {
    if (of.error) {
      rows[row.id] = { name: row.name, error: of.error };
      continue;
    }
    const ratio = (what, to = what) => summary(of.map(({ own, beside }) => perUnit(own, what) / perUnit(beside, to)));
    const [{ own }] = of.slice(-1);
    const ok = of.every(({ own: it, beside }) => check(it, beside, row));
    rows[row.id] = {
      name: row.name,
      cpu: ratio("cpu"),
      wall: ratio("wall"),
      coldCpu: ratio("cold_cpu", "cpu"),
      coldWall: ratio("cold_wall", "wall"),
      ns: rounded(median(of.map(({ own: it }) => 1e9 * perUnit(it, "cpu")))),
      pairs: of.length,
      ok,
      check: own.check,
    };
  }
  return { title: group.title, unit: group.unit, anchor: anchor.id, rows };
}
