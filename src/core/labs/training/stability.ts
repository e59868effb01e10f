/** What of SGD decides whether a quadratic direction is stable. */
export interface Momentum {
  readonly momentum: number;
  readonly dampening: number;
  readonly nesterov: number;
  readonly weightDecay: number;
}

/**
 * Largest stable rate of SGD on a direction of curvature h: both eigenvalues of the step (θ, u) → (θ′, u′) within the unit
 * circle. 2(1 + μ)/h with plain momentum, 2/h without.
 */
export function largestStableRate(h: number, { momentum, dampening, nesterov, weightDecay }: Momentum): number {
  const a = h + weightDecay;
  const entering = momentum === 0 ? 1 : 1 - dampening;
  if (!(a > 0) || momentum >= 1) return momentum >= 1 ? 0 : Infinity;
  const stable = (eta: number): boolean => {
    // u′ = μu + e·aθ;  θ′ = θ − η(u′), or θ − η(aθ + μu′) with Nesterov
    const share = nesterov === 0 ? entering : 1 + momentum * entering;
    const carried = nesterov === 0 ? momentum : momentum ** 2;
    const trace = 1 - eta * a * share + momentum;
    const determinant = (1 - eta * a * share) * momentum + eta * carried * entering * a;
    return Math.abs(determinant) < 1 && Math.abs(trace) < 1 + determinant;
  };
  let low = 0;
  let high = 4 / a;
  while (stable(high) && high < 1e12 / a) high *= 2;
  for (let round = 0; round < 100; round++) {
    const middle = (low + high) / 2;
    if (stable(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
