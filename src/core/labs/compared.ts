import type { Finding } from "../../protocol/index.ts";
import type { Measured } from "./groups.ts";

/** Standard errors within which a measurement agrees in a table of many: a dozen findings are rarely all within two. */
export const agreement = 3;
/** Measured against predicted. */
export function compare(
  quantity: string,
  { value, standardError }: Measured,
  predicted: number | undefined,
  more: { readonly out?: string | undefined; readonly reason?: string | undefined; readonly slack?: number } = {},
): Finding {
  const { out, reason, slack = 0 } = more;
  if (!Number.isFinite(value)) return { quantity, verdict: out === undefined ? "none" : "out of range" };
  const known = Number.isFinite(standardError) && standardError > 0;
  const said = predicted !== undefined && Number.isFinite(predicted);
  const agrees = said && Math.abs(value - predicted) <= (known ? agreement * standardError : 0) + slack;
  const why = out?.replace("not here: ", "") ?? reason;
  return {
    quantity,
    measured: value,
    ...(known && { standardError, within: agreement }),
    ...(said && { predicted }),
    verdict: out !== undefined ? "out of range" : !said || (!known && slack === 0) ? "none" : agrees ? "agrees" : "off",
    ...(why !== undefined && { reason: why }),
  };
}
