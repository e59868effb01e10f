/**
 * The text of a file: a byte order mark or Python's coding line (PEP 263) says how it is encoded, UTF-8 otherwise.
 * Invalid bytes become U+FFFD; nothing throws.
 */
export function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  const text = new TextDecoder().decode(bytes);
  const said = /^(?:[^\n]*\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)/.exec(text.slice(0, 400))?.[1];
  if (said === undefined || /^utf[-_]?8/i.test(said)) return text;
  try {
    return new TextDecoder(
      said
        .toLowerCase()
        .replace(/^latin[-_]?1.*|^iso[-_]8859[-_]1\b.*/, "latin1")
        .replace(/_/g, "-"),
    ).decode(bytes);
  } catch {
    return text; // a name that nobody knows
  }
}

/** VS Code's language id by a file's ending; standard input is taken for Python. */
export function languageOf(file: string): string {
  if (/\.jsonc?$/i.test(file)) return "jsonc";
  if (/\.ya?ml$/i.test(file)) return "yaml";
  return "python";
}
