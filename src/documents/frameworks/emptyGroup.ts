import type { Span } from "../document.ts";
import type { Origin } from "../document.ts";
import type { Written } from "./readValues.ts";
import type { Source } from "./origins.ts";

/**
 * Where a list of parameters is written out and has none: its size and its place. A list that has a name may have been
 * filled elsewhere.
 */
export function emptyGroup(
  { text, lineAt }: Source,
  call: { readonly span: Span },
  params: Written | undefined,
): { readonly size: { readonly size?: 0 }; readonly origin: Readonly<Record<string, Origin>> } {
  const { span } = params ?? {};
  const empty =
    params?.value.kind === "list" &&
    span !== undefined &&
    call.span.from <= span.from &&
    span.to <= call.span.to &&
    /^[[(]\s*[\])]$/.test(text.slice(span.from, span.to));
  if (!empty) return { size: {}, origin: {} };
  return { size: { size: 0 }, origin: { size: { kind: "written", span, line: lineAt(span.from) } } };
}
