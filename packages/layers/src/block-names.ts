/** How many blocks of each kind a scope has named. Outside any scope one count serves the whole process, as in Gluon. */
export class NameScope {
  readonly prefix: string;
  readonly #counts = new Map<string, number>();

  /** @param prefix begins the name of every block inside. */
  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** The next free prefix: `<scope's prefix><hint><n>_`. */
  next(hint: string): string {
    const count = this.#counts.get(hint) ?? 0;
    this.#counts.set(hint, count + 1);
    return `${this.prefix}${hint}${count}_`;
  }

  /** Runs `body`; blocks made meanwhile are named inside this scope. */
  around<T>(body: () => T): T {
    return within(this, body);
  }
}

let current = new NameScope("");

function within<T>(scope: NameScope, body: () => T): T {
  const outer = current;
  current = scope;
  try {
    return body();
  } finally {
    current = outer;
  }
}

/**
 * The prefix of a new block.
 * @param hint kind of block, e.g. `conv`.
 * @param prefix given by the user, used instead of hint and number.
 */
export function blockPrefix(hint: string, prefix: string | undefined): string {
  return prefix === undefined ? current.next(hint) : current.prefix + prefix;
}
