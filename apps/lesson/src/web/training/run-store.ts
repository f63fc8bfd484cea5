import type { SavedRun, SavedRunSummary } from "./protocol.ts";

/** The browser keeps nothing for this page: forbidden, or full. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly expected: string;
  readonly got: string;
  /** Whether there is no room, which the reader can do something about. */
  readonly isFull: boolean;

  constructor(expected: string, cause: unknown) {
    const name = cause instanceof Error || cause instanceof DOMException ? cause.name : String(cause);
    super(`run store: expected ${expected}, got ${name}`, { cause });
    this.expected = expected;
    this.got = name;
    this.isFull = name === "QuotaExceededError";
  }
}

/** Where a run is kept from one visit to the next. */
export interface RunStore {
  /** @throws {StorageError} and leaves the run that was kept before as it was. */
  save(run: SavedRun, summary: SavedRunSummary): Promise<void>;
  /** @throws {StorageError} */
  load(): Promise<SavedRun | undefined>;
  /** The summary alone, which is quick to read. @throws {StorageError} */
  summary(): Promise<SavedRunSummary | undefined>;
  /** @throws {StorageError} */
  clear(): Promise<void>;
}

const RUNS = "runs";
const SUMMARIES = "summaries";
const KEY = "current";

/**
 * Keeps one run in IndexedDB. Run and summary are written in one transaction, which takes effect as a whole or not at
 * all, so a page that is closed in the middle finds the run before.
 */
export function runStore(name = "camada-training"): RunStore {
  return {
    save: (run, summary) =>
      inTransaction(name, "readwrite", `to keep ${(run.bytes.length / 2 ** 20).toFixed(0)} MiB`, (stores) => {
        stores.runs.put(run, KEY);
        stores.summaries.put(summary, KEY);
        return undefined;
      }).then(() => {}),
    load: () => inTransaction(name, "readonly", "to read the run", ({ runs }) => runs.get(KEY) as IDBRequest<SavedRun>),
    summary: () =>
      inTransaction(name, "readonly", "to read the run", ({ summaries }) => {
        return summaries.get(KEY) as IDBRequest<SavedRunSummary>;
      }),
    clear: () =>
      inTransaction(name, "readwrite", "to forget the run", ({ runs, summaries }) => {
        runs.delete(KEY);
        summaries.delete(KEY);
        return undefined;
      }).then(() => {}),
  };
}

interface Stores {
  readonly runs: IDBObjectStore;
  readonly summaries: IDBObjectStore;
}

async function inTransaction<Value>(
  name: string,
  mode: IDBTransactionMode,
  expected: string,
  work: (stores: Stores) => IDBRequest<Value> | undefined,
): Promise<Value | undefined> {
  try {
    const database = await opened(name);
    try {
      return await new Promise<Value | undefined>((resolve, reject) => {
        const transaction = database.transaction([RUNS, SUMMARIES], mode, { durability: "strict" });
        const fail = (): void => reject(transaction.error ?? new DOMException("the transaction ended", "AbortError"));
        transaction.onabort = fail;
        transaction.onerror = fail;
        const stores = { runs: transaction.objectStore(RUNS), summaries: transaction.objectStore(SUMMARIES) };
        const request = work(stores);
        transaction.oncomplete = () => resolve(request?.result);
      });
    } finally {
      database.close();
    }
  } catch (cause) {
    throw new StorageError(expected, cause);
  }
}

function opened(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(RUNS);
      request.result.createObjectStore(SUMMARIES);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new DOMException("no database", "UnknownError"));
    // Another tab holds an older version open: waiting for it would freeze the run.
    request.onblocked = () => reject(new DOMException("another tab holds it", "InvalidStateError"));
  });
}
