/** The native library cannot be used: it is missing, damaged, of another version, or refused an argument. */
export class NativeLibraryError extends Error {
  override readonly name = "NativeLibraryError";
  /** File or folder concerned, or the function that refused. */
  readonly subject: string;

  constructor(subject: string, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.subject = subject;
  }
}
