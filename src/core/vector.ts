/** Float64 everywhere: the references are matched to 1e-10. */
export type Vector = Float64Array;
export const zeros = (n: number): Vector => new Float64Array(n);
export const dot = (a: Vector, b: Vector): number => {
  let s = 0;
  for (let i = 0; i < a.length; i++) s += a[i] * b[i];
  return s;
};
export const norm = (a: Vector): number => Math.sqrt(dot(a, a));
