import type { Span } from "../document.ts";

/** Below this many characters a text is parsed whole; parsing takes about a second for each million. */
const small = 300_000;
/** A statement longer than this that defines nothing is a table of data. */
const table = 20_000;
/** Words of statements that say something of a training run. */
const speaks =
  /optim|adam|sgd|rmsprop|optax|\.compile\(|\bl(?:ion|amb|ars)\b|\badan\b|adabelief|adafactor|prodigy|schedulefree|\bsoap\b|sophia|shampoo|yogi|muon|lr_scheduler|LR\(|schedule|DataLoader|clip_grad|add_argument|parse_args|Trainer|Trainings?Arguments|Config\(|param_groups|\.step\(|\bepochs?\b|batch_size|BATCH_SIZE/i;
const binds =
  /^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|^(\w+(?:[ \t]*,[ \t]*\w+)*)[ \t]*(?::[^=\n]*)?(?:[-+*/|]|\/\/|\*\*)?=(?!=)/;
const compound = /^(?:if|elif|else|for|while|with|try|except|finally|match|@|import|from|async)\b|^@/;

/**
 * Of a huge text, the top-level statements that bear on an optimizer, and those that they get their names from: tables of
 * data and the like need not be parsed. Undefined where the text is small enough to be parsed whole.
 */
export function relevantParts(text: string): readonly Span[] | undefined {
  if (text.length <= small) return undefined;
  const statements = topLevel(text);
  const kept = new Set<Span>();
  const byName = new Map<string, Span[]>();
  const fresh: Span[] = [];
  const keep = (statement: Span) => {
    if (kept.has(statement)) return;
    kept.add(statement);
    fresh.push(statement);
  };
  for (const statement of statements) {
    const words = text.slice(statement.from, Math.min(statement.to, statement.from + 200));
    const [, defined, assigned] = binds.exec(words) ?? [];
    if (defined === undefined && statement.to - statement.from > table) continue;
    for (const name of (defined ?? assigned ?? "").split(/[ \t]*,[ \t]*/))
      if (name !== "") byName.set(name, [...(byName.get(name) ?? []).slice(-999), statement]);
    const wanted = compound.test(words) && statement.to - statement.from < 2000;
    if (wanted || speaks.test(text.slice(statement.from, statement.to))) keep(statement);
  }
  const seen = new Set<string>();
  for (let next = fresh.pop(); next !== undefined; next = fresh.pop())
    for (const [word] of text.slice(next.from, next.to).matchAll(/[A-Za-z_]\w*/g)) {
      if (seen.has(word)) continue;
      seen.add(word);
      for (const statement of byName.get(word) ?? []) keep(statement);
    }
  return statements.filter((statement) => kept.has(statement));
}

/** Spans of the statements in the first column; an unclosed bracket ends where a statement plainly begins. */
function topLevel(text: string): Span[] {
  const starts: number[] = [0];
  const token = /"""|'''|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|#[^\n]*|[()[\]{}]|\n/g;
  let depth = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [word] = found;
    if (word === '"""' || word === "'''") {
      const end = text.indexOf(word, token.lastIndex);
      if (end < 0) break;
      token.lastIndex = end + 3;
    } else if (/^[([{]$/.test(word)) depth++;
    else if (/^[)\]}]$/.test(word)) depth = Math.max(0, depth - 1);
    else if (word === "\n") {
      const next = text.charCodeAt(token.lastIndex);
      const plain = depth === 0 && next > 32 && next !== 41 && next !== 93 && next !== 125;
      if (!plain && !(depth > 0 && begins(text, token.lastIndex))) continue;
      depth = 0;
      if (!/^(?:elif|else|except|finally)\b/.test(text.slice(token.lastIndex, token.lastIndex + 8)))
        if (!decorated(text, starts.at(-1) ?? 0, token.lastIndex)) starts.push(token.lastIndex);
    }
  }
  return starts.map((from, i) => ({ from, to: starts[i + 1] ?? text.length }));
}
const begins = (text: string, at: number): boolean =>
  /^(?:def|class|import|from|@|if|for|while|with|try)\b/.test(text.slice(at, at + 8));
/** A decorator belongs to what follows it. */
const decorated = (text: string, from: number, to: number): boolean =>
  text[from] === "@" && !/^(?:async[ \t]+)?(?:def|class)\b/m.test(text.slice(from, Math.min(to, from + 2000)));
