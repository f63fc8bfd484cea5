type Listener = (...args: unknown[]) => void;

/** The part of Node's `process` that we use; a browser has none. */
interface NodeProcess {
  listeners(event: string): Listener[];
  on(event: string, listener: Listener): void;
  removeListener(event: string, listener: Listener): void;
}

const EVENTS = ["uncaughtException", "unhandledRejection"] as const;

/**
 * Runs `load` and removes what Emscripten added to the process's handlers of uncaught errors: they throw the error again
 * from tfjs's one line of 60 kB, which Node then prints in full.
 */
export async function withoutEmscriptenListeners<Result>(load: () => Promise<Result>): Promise<Result> {
  const process = nodeProcess();
  const before = EVENTS.map((event) => process?.listeners(event) ?? []);
  try {
    return await load();
  } finally {
    EVENTS.forEach((event, i) => {
      // Another part of the program may have added its own in the meantime.
      const added = process?.listeners(event).filter((listener) => !before[i]?.includes(listener)) ?? [];
      for (const listener of added.filter(isEmscripten)) process?.removeListener(event, listener);
    });
  }
}

/** Runs `dispose` and puts the program's own handlers back: tfjs's module removes all that stood when it was loaded. */
export function keepingListeners(dispose: () => void): void {
  const process = nodeProcess();
  const before = EVENTS.map((event) => process?.listeners(event) ?? []);
  dispose();
  EVENTS.forEach((event, i) => {
    const left = process?.listeners(event) ?? [];
    for (const listener of before[i] ?? []) if (!left.includes(listener)) process?.on(event, listener);
  });
}

function nodeProcess(): NodeProcess | undefined {
  const { process } = globalThis as unknown as { readonly process?: Partial<NodeProcess> };
  return typeof process?.listeners === "function" ? (process as NodeProcess) : undefined;
}

function isEmscripten(listener: Listener): boolean {
  return /instanceof ExitStatus|^function ?\(reason\) ?\{ ?throw reason;? ?\}$/.test(String(listener));
}
