/** In a site's template: {learningRate}, {nesterov:bool}, {schedule.gamma}, or one of several words: {mode|"min"|"max"}. */
const placeholder = /\{([A-Za-z][\w.]*)(?::(bool)|((?:\|[^|{}]*)+))?\}/g;

/** As a person types it into a program: 1e-3, 0.9, 2.5e-4, 1000. Every digit is kept, so it reads back the same. */
export function spellNumber(x: number): string {
  if (Object.is(x, -0)) return "0";
  const size = Math.abs(x);
  if (Number.isInteger(x) && size < 1e15) return String(x);
  return size >= 1e-2 && size < 1e6 ? String(x) : x.toExponential().replace("e+", "e");
}

/** Python's words for a flag, or JSON's. */
export const spellFlag = (on: boolean, language: "python" | "json"): string =>
  language === "json" ? String(on) : on ? "True" : "False";

/** Names a template asks for, each once. */
export const placeholders = (template: string): string[] => [
  ...new Set([...template.matchAll(placeholder)].map(([, name]) => name ?? "")),
];

/** The template with every placeholder spelled; `value` is asked for each. */
export const fillTemplate = (template: string, value: (name: string) => number, language: "python" | "json"): string =>
  template.replace(placeholder, (_, name: string, flag?: string, words?: string) =>
    flag !== undefined
      ? spellFlag(value(name) !== 0, language)
      : (words?.split("|").at(1 + value(name)) ?? spellNumber(value(name))),
  );
/** A value that is spelled by a word, as Python writes it: None where that is what the word says. */
export const spellChoice = (choices: readonly string[], value: number): string =>
  choices[value] === "none" ? "None" : JSON.stringify(choices[value] ?? choices[0] ?? "");
