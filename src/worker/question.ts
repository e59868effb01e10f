import type { DocumentReading } from "../documents/document.ts";

/** What the reading thread can be asked: plain data both ways. */
export interface Questions {
  readonly read: { readonly payload: Text; readonly answer: DocumentReading };
}
export interface Text {
  readonly text: string;
  /** VS Code's. */
  readonly languageId: string;
  readonly fileName: string;
}
export type Kind = keyof Questions;
export interface Question<K extends Kind = Kind> {
  readonly id: number;
  readonly kind: K;
  readonly payload: Questions[K]["payload"];
}
export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}
