import { placed, type Known } from "./known.ts";
import { memberOfKnown } from "./members.ts";
import type { Resolver } from "./resolver.ts";
import { spanOf, type Syntax } from "./syntax.ts";

/** getattr(torch.optim, args.opt); a class that nothing names ends in "?". */
export function attributeByName(resolver: Resolver, node: Syntax, list: Syntax): Known {
  const [object, name, standard] = list.children;
  if (object === undefined || name === undefined) return resolver.unknown(node);
  const [home, word] = [resolver.evaluate(object), resolver.evaluate(name)];
  if (home.kind === "name") {
    const path = `${home.path}.${word.kind === "text" ? word.value : "?"}`;
    return { kind: "name", span: spanOf(node), path };
  }
  const member = word.kind === "text" ? memberOfKnown(resolver, home, word.value) : undefined;
  if (member !== undefined) return placed(member, spanOf(node), resolver.text(node), undefined);
  return standard !== undefined && home.kind === "object" && word.kind === "text"
    ? placed(resolver.evaluate(standard), spanOf(node), resolver.text(node), undefined)
    : resolver.unknown(node);
}
