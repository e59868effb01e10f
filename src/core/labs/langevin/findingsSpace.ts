import type { Finding } from "../../../protocol/index.ts";
import { broken } from "./charts.ts";
import { exactScheme } from "./controls.ts";
import { compare } from "../compared.ts";
import { nameOf, sdeMoment, type Space } from "./gatherSpace.ts";
import { currentOf, decayed, excessOf, functionOf, inBasis, schemeCovariance, sdeCovariance } from "./linear.ts";
import { exp, power } from "../../kernels/elementary.ts";
import { ofGroups } from "../groups.ts";
import type { SpaceSetting } from "./setting.ts";
import { columnsOf } from "./space.ts";
import type { Vector } from "../../vector.ts";

export function spaceFindings(it: SpaceSetting, space: Space): Finding[] {
  const { d, H, T, eta, delta } = it;
  const n = d * d;
  const lost = space.lost.reduce((a, b) => a + b, 0);
  const out = broken(it) ?? (lost > 0 ? "not here: chains have left for infinity" : undefined);
  const width = columnsOf(d);
  const last = (it.records.length - 1) * width;
  const end = (groups: readonly Vector[]) => groups.map((sums) => sums.slice(last, last + width));
  const [sgd, sde] = [end(space.sgd), end(space.sde)];
  const excess = (s: Float64Array) => excessOf(H, s.subarray(1 + d, 1 + d + n), d) / s[0];
  const exact = space.moments?.moments.subarray((it.records.length - 1) * n);
  const limit = sdeMoment(it, T);
  const mean = decayed(it.spectrum, it.start, T);
  const greatest = it.spectrum.values.reduce((a, b) => Math.max(a, b), 0);
  const scheme = it.scheme === exactScheme ? 0 : 0.5 * delta * greatest; // what Euler–Maruyama adds, relative
  const findings: Finding[] = [
    compare("Excess loss of SGD at T", ofGroups(sgd, excess), exact && excessOf(H, exact, d), { out }),
    compare("Excess loss of the SDE at T", ofGroups(sde, excess), excessOf(H, limit, d), {
      out,
      slack: scheme * excessOf(H, limit, d),
    }),
  ];
  const covariance = (i: number, j: number) => (s: Float64Array) =>
    s[1 + d + i * d + j] / s[0] - (s[1 + i] / s[0]) * (s[1 + j] / s[0]);
  for (let i = 0; i < Math.min(2, d); i++)
    for (let j = i; j < Math.min(2, d); j++) {
      const what = i === j ? `Variance of ${nameOf(it, i)}` : `Covariance of ${nameOf(it, i)} and ${nameOf(it, j)}`;
      const k = i * d + j;
      const size = Math.sqrt(Math.abs(limit[i * d + i] * limit[j * d + j]));
      const sgdMean = meanAfter(it);
      findings.push(
        compare(`${what}, SGD`, ofGroups(sgd, covariance(i, j)), exact && exact[k] - sgdMean[i] * sgdMean[j], { out }),
        compare(`${what}, SDE`, ofGroups(sde, covariance(i, j)), limit[k] - mean[i] * mean[j], {
          out,
          slack: scheme * size,
        }),
      );
    }
  for (let i = 0; i < Math.min(mostEntries, d); i++) {
    const at = (s: Float64Array) => s[1 + i] / s[0];
    findings.push(
      compare(`Mean of ${nameOf(it, i)}, SGD`, ofGroups(sgd, at), meanAfter(it)[i], { out }),
      compare(`Mean of ${nameOf(it, i)}, SDE`, ofGroups(sde, at), mean[i], {
        out,
        slack: it.scheme === exactScheme ? 0 : 0.5 * delta * greatest * Math.abs(it.start[i]),
      }),
    );
  }
  if (d === 2 && it.stable) findings.push(rotation(it, space, out));
  if (it.stable) findings.push(...limits(it, space, eta));
  return findings;
}

/** Mean of SGD after all its steps: (1 − ηH)ᵏ e₀. */
function meanAfter(it: SpaceSetting): Vector {
  const { d, spectrum, start, eta, steps } = it;
  const power = functionOf(spectrum, (h) => {
    let p = 1;
    for (let k = 0; k < steps; k++) p *= 1 - eta * h;
    return p;
  });
  return start.map((_, i) => {
    let sum = 0;
    for (let k = 0; k < d; k++) sum += power[i * d + k] * start[k];
    return sum;
  });
}

/** E(e₁ de₂ − e₂ de₁)/dt over the later half of the run, of steps δ as they are made; at rest it is 2Q₁₂. */
function rotation(it: SpaceSetting, space: Space, out: string | undefined): Finding {
  const { H, sigma, eta, delta, d, spectrum } = it;
  const S =
    it.scheme === exactScheme ? sdeCovariance(spectrum, sigma, eta) : schemeCovariance(spectrum, sigma, eta, delta);
  const kept = (h: number) => (it.scheme === exactScheme ? exp(-h * delta) : 1 - h * delta);
  const A = functionOf(spectrum, kept);
  // After j steps E eeᵀ is S + Aʲ (e₀e₀ᵀ − S) Aʲ; its mean over the steps that are counted.
  const far = S.map((s, k) => it.start[Math.floor(k / d)] * it.start[k % d] - s);
  const first = Math.ceil(it.steps / 2) * it.finer;
  const many = it.steps * it.finer - first;
  const rest = inBasis(spectrum, far, (a, b) => {
    const q = kept(a) * kept(b);
    return q === 1 ? 1 : (power(q, first) * (1 - power(q, many))) / ((1 - q) * many);
  });
  // E e₁ e₂′ − e₂ e₁′ with E e′eᵀ = A E eeᵀ.
  let turn = 0;
  for (let k = 0; k < d; k++) turn += A[d + k] * (S[k * d] + rest[k * d]) - A[k] * (S[k * d + 1] + rest[k * d + 1]);
  const still = Math.abs(currentOf(H, S, sigma, eta, d)[1]) < 1e-12;
  const moving = rest.some((x) => Math.abs(x) > 1e-3 * Math.abs(S[0] + S[3]));
  return compare(
    "Rotation, E(θ₁ dθ₂ − θ₂ dθ₁)/dt",
    ofGroups(space.turned, (s) => s[1] / s[0]),
    turn / delta,
    {
      out,
      reason: moving
        ? "over the later half of the run, on the way from the start"
        : still
          ? "H and Σ commute: nothing circles"
          : "H and Σ do not commute: probability circles",
    },
  );
}

/** What all three equations say of a run without end. */
function limits(it: SpaceSetting, space: Space, eta: number): Finding[] {
  const { H, d, spectrum, sigma } = it;
  const exact = (quantity: string, S: Vector | undefined): Finding[] =>
    S ? [{ quantity, measured: excessOf(H, S, d), verdict: "exact" }] : [];
  return [
    ...exact("Excess after a long time, SDE", sdeCovariance(spectrum, sigma, eta)),
    ...exact("Excess after a long time, SGD with constant noise", schemeCovariance(spectrum, sigma, eta, eta)),
    ...exact("Excess after a long time, SGD on these rows", space.moments?.limit),
    ...(d === 2
      ? [{ quantity: "Rotation after a long time, SDE, 2Q₁₂", measured: 2 * current(), verdict: "exact" } as const]
      : []),
    ...(d <= mostEntries ? covariances(it, space) : []),
  ];
  function current(): number {
    return currentOf(H, sdeCovariance(spectrum, sigma, eta), sigma, eta, d)[1];
  }
}
/** Coordinates whose covariances at rest are told entry by entry. */
const mostEntries = 3;

/** Entries of the covariance that each equation comes to. */
function covariances(it: SpaceSetting, space: Space): Finding[] {
  const { d, spectrum, sigma, eta, delta, finer, scheme } = it;
  const all: (readonly [string, Vector | undefined])[] = [
    ["SDE", sdeCovariance(spectrum, sigma, eta)],
    ...(scheme === exactScheme || finer === 1
      ? []
      : [[`Euler–Maruyama, δ = η/${finer}`, schemeCovariance(spectrum, sigma, eta, delta)] as const]),
    ["SGD with constant noise", schemeCovariance(spectrum, sigma, eta, eta)],
    ["SGD on these rows", space.moments?.limit],
  ];
  return all.flatMap(([whose, S]): Finding[] => {
    if (!S) return [];
    const found: Finding[] = [];
    for (let i = 0; i < d; i++)
      for (let j = i; j < d; j++) {
        const name = i === j ? `Variance of ${nameOf(it, i)}` : `Covariance of ${nameOf(it, i)} and ${nameOf(it, j)}`;
        found.push({ quantity: `${name} after a long time, ${whose}`, measured: S[i * d + j], verdict: "exact" });
      }
    return found;
  });
}
