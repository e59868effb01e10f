/** Steps at which a run is recorded, 0 first, the last step last: every one at first, then ever fewer; at most 300. */
export function recordedSteps(steps: number): Int32Array {
  const stride = Math.max(1, Math.ceil(steps / 200));
  const points: number[] = [];
  for (let t = 0; t < steps; t += t < 40 ? 1 : t < 200 ? Math.min(4, stride) : stride) points.push(t);
  points.push(steps);
  return Int32Array.from(points);
}
