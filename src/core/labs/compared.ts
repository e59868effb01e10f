import type { Finding } from "../../protocol/index.ts";
import type { Measured } from "./groups.ts";

/** Standard errors within which a measurement agrees in a table of many: a dozen findings are rarely all within two. */
export const agreement = 3;
/** Groups from which on an error is as good as known. */
const many = 32;
/** Beyond this many standard errors nothing agrees, however few groups there are. */
const most = 6;
/**
 * Standard errors that are left by chance as rarely as three, where the error itself was found from so many groups: Student's
 * quantile (Abramowitz & Stegun 1964, 26.7.5), one digit behind the point.
 */
export function agreementOf(groups = many): number {
  if (groups >= many) return agreement;
  const z = agreement;
  const n = groups - 1;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  const t = z + (z ** 3 + z) / (4 * n) + second / (n * n) + third / (n * n * n);
  return Math.min(most, Math.round(10 * t) / 10);
}
/** Measured against predicted. */
export function compare(
  quantity: string,
  { value, standardError, groups }: Measured,
  predicted: number | undefined,
  more: { readonly out?: string | undefined; readonly reason?: string | undefined; readonly slack?: number } = {},
): Finding {
  const { out, reason, slack = 0 } = more;
  if (!Number.isFinite(value)) return { quantity, verdict: out === undefined ? "none" : "out of range" };
  const within = agreementOf(groups);
  const known = Number.isFinite(standardError) && standardError > 0;
  const said = predicted !== undefined && Number.isFinite(predicted);
  const agrees = said && Math.abs(value - predicted) <= (known ? within * standardError : 0) + slack;
  const why = out?.replace("not here: ", "") ?? reason;
  return {
    quantity,
    measured: value,
    ...(known && { standardError, within }),
    ...(said && { predicted }),
    verdict: out !== undefined ? "out of range" : !said || (!known && slack === 0) ? "none" : agrees ? "agrees" : "off",
    ...(why !== undefined && { reason: why }),
  };
}
