import { effect, signal, untracked } from "@preact/signals";
import type { Backend, ChosenBackend } from "@camada/tensor";
import type { Text } from "../localized.ts";
import { backendEntries, type BackendEntry, type BackendId } from "./backends.ts";
import { link } from "./state.ts";

/** What computes on the page. */
export type Computing =
  | { readonly status: "starting" }
  | {
      readonly status: "ready";
      readonly chosen: ChosenBackend;
      readonly id: BackendId;
      /** Why entries before it were refused, by their names. */
      readonly refusals: ReadonlyMap<BackendId, Text>;
    }
  | { readonly status: "failed"; readonly reason: Text };

/** The backend that computes, or why there is none. */
export const computing = signal<Computing>({ status: "starting" });

/** The cells, and what computes in them. */
export const loadEngine = (): Promise<typeof import("./engine.ts")> => import("./engine.ts");

/** What starts a backend. */
const loadStart = (): Promise<typeof import("./backend-start.ts")> => import("./backend-start.ts");

/** What was begun last: pieces of work follow each other, as tfjs has one active backend. */
let last: Promise<unknown> = Promise.resolve();

/** Does a piece of work after those before it. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = last.then(work);
  last = result.catch(() => {});
  return result;
}

/** Starts the backend that the address asks for, now and whenever it asks for another. */
export function keepComputing(): void {
  let asked: string | undefined;
  effect(() => {
    const { backend } = link.value;
    if (backend === asked) return;
    asked = backend;
    untracked(() => startInTurn(backend));
  });
}

function startInTurn(asked: string): void {
  computing.value = { status: "starting" };
  // Asked for at once: it arrives while the page is being drawn for the first time.
  const loading = load(asked);
  // Whoever waits for it tells of it.
  loading.catch(() => {});
  void inTurn(() => startBackend(asked, loading));
}

/** What the backend's start needs, and its own code. */
interface Loaded {
  readonly starter: Awaited<ReturnType<typeof loadStart>>;
  readonly entries: readonly BackendEntry[];
  readonly backends: readonly Backend[];
  /** The cells arrive while the backend starts. */
  readonly engine: Promise<unknown>;
}

async function load(asked: string): Promise<Loaded> {
  const isChosen = asked !== "auto";
  const entries = isChosen ? backendEntries.filter(({ id }) => id === asked) : backendEntries;
  const loading = Promise.all([loadStart(), Promise.all(entries.map((entry) => entry.load({ isChosen })))]);
  const engine = loadEngine();
  // Whoever waits for it tells of it.
  engine.catch(() => {});
  const [starter, backends] = await loading;
  return { starter, entries, backends, engine };
}

async function startBackend(asked: string, loading: Promise<Loaded>): Promise<void> {
  try {
    const { starter, entries, backends, engine } = await loading;
    const chosen = await starter.start(backends);
    await engine;
    const idOf = (backend: Backend): BackendId => entries[backends.indexOf(backend)]!.id;
    const refusals = new Map(chosen.rejected.map((one) => [idOf(one.backend), starter.refusal(one.error)]));
    const ready: Computing = { status: "ready", chosen, id: idOf(chosen.backend), refusals };
    computing.value = ready;
    // Another device, or another backend, takes the place of one that is lost, and cells that have run run again.
    void starter.deviceLost().then(() => {
      if (computing.peek() === ready) startInTurn(asked);
    });
  } catch (error) {
    const reason = await loadStart().then(
      ({ refusal }) => refusal(error),
      () => (error instanceof Error ? error.message : String(error)),
    );
    computing.value = { status: "failed", reason };
  }
}
