import type { Localized } from "../localized.ts";

/** The program was called in a way that it does not understand: one sentence, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly sentence: Localized;

  constructor(sentence: Localized) {
    super(sentence.en);
    this.sentence = sentence;
  }
}

/**
 * The usual sentence of a {@link UsageError}.
 * @param what the option or command at fault; empty where it is the whole line.
 * @param got what stood there; undefined or blank for nothing.
 */
export function unexpected(what: string, expected: Localized, got: string | undefined): UsageError {
  const start = what === "" ? "" : `${what}: `;
  const isNothing = got === undefined || got.trim() === "";
  return new UsageError({
    "pt-BR": `${start}esperava ${expected["pt-BR"]}, ${isNothing ? "não recebeu nada" : `recebeu ${got}`}`,
    en: `${start}expected ${expected.en}, got ${isNothing ? "nothing" : got}`,
  });
}
