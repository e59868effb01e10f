import type { DocumentReading } from "../documents/document.ts";
import type { Source } from "./source.ts";

/** What reads a text, on a thread of its own. */
export interface Reading {
  read(text: string, languageId: string, fileName: string): Promise<DocumentReading>;
}
/** Sources remembered. */
const most = 20;

/** The last reading of each source, shared by the lenses and the panel. */
export class Readings {
  private readonly known = new Map<string, { readonly version: string; readonly reading: Promise<DocumentReading> }>();

  constructor(private readonly reader: Reading) {}

  /** Rejects with a sentence. */
  of(source: Source): Promise<DocumentReading> {
    const version = source.version();
    const before = this.known.get(source.key);
    if (before?.version === version) return before.reading;
    const reading = this.reader.read(source.text(), source.languageId, source.fileName);
    this.known.delete(source.key);
    this.known.set(source.key, { version, reading });
    for (const key of this.known.keys()) if (this.known.size > most) this.known.delete(key);
    reading.catch(() => {
      if (this.known.get(source.key)?.reading === reading) this.known.delete(source.key); // read anew when asked again
    });
    return reading;
  }
}
