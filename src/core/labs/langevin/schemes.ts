import { exp } from "../../kernels/elementary.ts";
import type { Room } from "../../kernels/room.ts";
import { stepWell } from "../../kernels/well.ts";
import type { Vector } from "../../vector.ts";
import { exactScheme } from "./controls.ts";
import type { LineSetting } from "./setting.ts";

// SGD and its SDE in one coordinate, many chains at a time. Where the noise is the same everywhere a step of SGD, of Euler and
// Maruyama and of the exact law are all θ ← θ − rate (L′ + σz), which is a kernel; the rest is spelled out.

/** Chains beyond are on their way to infinity. */
export const gone = 1e6;

/** `steps` steps of every chain in place; step k of chain c takes z[from + k n + c]. Given a room, both lie in it. */
export type Stepper = (x: Vector, z: Vector, from: number, steps: number) => void;

const slopesOf = ([, a1, a2, a3, a4]: NonNullable<LineSetting["coefficients"]>) =>
  [a1, 2 * a2, 3 * a3, 4 * a4] as const;

/** θ ← θ − η(L′ + σ √(1 + κθ²) z), or with the sign of z in its place. */
export function sgdStepper(
  { coefficients, slope: slopeAt, eta, variance, kappa, signs }: LineSetting,
  room: Room,
): Stepper {
  const sigma = Math.sqrt(variance);
  const slope = slopesOf(coefficients ?? [0, 0, 0, 0, 0]);
  if (coefficients && kappa === 0 && !signs) {
    const it = { slope, rate: eta, sigma };
    return (x, z, from, steps) => stepWell(room, it, x, z, from, steps);
  }
  const [b0, b1, b2, b3] = slope;
  const gradient = coefficients ? (x: number) => b0 + x * (b1 + x * (b2 + x * b3)) : slopeAt;
  return (theta, z, from, steps) => {
    const n = theta.length;
    for (let k = from; k < from + steps * n; k += n)
      for (let c = 0; c < n; c++) {
        const x = theta[c];
        const xi = signs ? (z[k + c] < 0 ? -1 : 1) : z[k + c];
        theta[c] = x - eta * (gradient(x) + sigma * Math.sqrt(1 + kappa * x * x) * xi);
      }
  };
}

/** Steps h of a scheme for dx = −L′ dt + b dW, b = √η σ √(1 + κx²); dW = root · z. */
export function schemeStepper(it: LineSetting, scheme: number, h: number, root: number, room: Room): Stepper {
  const { coefficients, slope: slopeAt, eta, variance, kappa } = it;
  const slope = slopesOf(coefficients ?? [0, 0, 0, 0, 0]);
  const intensity = eta * variance;
  const grows = intensity * kappa; // b b′ = grows · x
  if (scheme === exactScheme) {
    const { h: pull = 0 } = it;
    const kept = exp(-pull * h);
    const spread = Math.sqrt(pull === 0 ? intensity * h : (intensity * (1 - kept * kept)) / (2 * pull));
    const exact = { slope: [0, 1 - kept, 0, 0], rate: 1, sigma: (-spread * root) / Math.sqrt(h) } as const;
    return (x, z, from, steps) => stepWell(room, exact, x, z, from, steps);
  }
  if (kappa === 0 && scheme <= 1 && coefficients) {
    const euler = { slope, rate: h, sigma: (-Math.sqrt(intensity) * root) / h };
    return (x, z, from, steps) => stepWell(room, euler, x, z, from, steps);
  }
  const [b0, b1, b2, b3] = slope;
  const drift = coefficients ? (x: number) => -(b0 + x * (b1 + x * (b2 + x * b3))) : (x: number) => -slopeAt(x);
  const deviation = (x: number) => Math.sqrt(intensity + grows * x * x);
  if (scheme <= 1) {
    // Maruyama 1955; Milstein 1974 with the last term.
    const half = scheme === 1 ? grows / 2 : 0;
    return (xs, z, from, steps) => {
      const n = xs.length;
      for (let k = from; k < from + steps * n; k += n)
        for (let c = 0; c < n; c++) {
          const x = xs[c];
          const dW = root * z[k + c];
          xs[c] = x + drift(x) * h + deviation(x) * dW + half * x * (dW * dW - h);
        }
    };
  }
  if (scheme === 2) {
    // Heun for the Stratonovich form, whose drift is less by ½ b b′ (Rümelin 1982).
    const less = grows / 2;
    return (xs, z, from, steps) => {
      const n = xs.length;
      for (let k = from; k < from + steps * n; k += n)
        for (let c = 0; c < n; c++) {
          const x = xs[c];
          const dW = root * z[k + c];
          const a = drift(x) - less * x;
          const b = deviation(x);
          const there = x + a * h + b * dW;
          xs[c] = x + 0.5 * (a + drift(there) - less * there) * h + 0.5 * (b + deviation(there)) * dW;
        }
    };
  }
  // Explicit of strong order 1, without b′ (Platen 1984; Kloeden & Platen 1992, §11.1).
  const side = Math.sqrt(h);
  return (xs, z, from, steps) => {
    const n = xs.length;
    for (let k = from; k < from + steps * n; k += n)
      for (let c = 0; c < n; c++) {
        const x = xs[c];
        const dW = root * z[k + c];
        const a = drift(x);
        const b = deviation(x);
        const there = x + a * h + b * side;
        xs[c] = x + a * h + b * dW + ((deviation(there) - b) / (2 * side)) * (dW * dW - h);
      }
  };
}
