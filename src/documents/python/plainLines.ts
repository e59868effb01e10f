/** Notebook magics and shell lines (`%cd x`, `!pip install y`) as comments of the same length, so that offsets stay. */
export function plainLines(text: string): string {
  if (!/^[ \t]*[%!]/m.test(text)) return text;
  return text.replace(/^[ \t]*(?:%{1,2}[A-Za-z]|![^=\s])[^\n]*$/gm, (line) => line.replace(/[^\s]/g, " "));
}
