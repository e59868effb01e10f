/** One text to read; plain data both ways. */
export interface Question {
  readonly id: number;
  readonly text: string;
  /** VS Code's. */
  readonly languageId: string;
  /** Stands for the document: a URI or a path. */
  readonly fileName: string;
}
/** `result` is a DocumentReading. */
export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}
