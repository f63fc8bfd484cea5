/** What platforms have to run something later; no one of them is everywhere. */
interface Timers {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly MessageChannel?: new () => { readonly port1: Port; readonly port2: Port };
  readonly setTimeout: (callback: () => void) => unknown;
}

interface Port {
  addEventListener(type: "message", listener: () => void): void;
  start(): void;
  postMessage(message: null): void;
  close(): void;
}

/**
 * Lets timers, signal handlers and painting run once.
 *
 * Awaiting alone does not: on the CPU every promise of a step is settled already, and a loop of settled promises never
 * gives way. Costs some microseconds, where `setTimeout` costs milliseconds in browsers.
 */
export function turnEventLoop(): Promise<void> {
  const { setImmediate, MessageChannel, setTimeout } = globalThis as unknown as Timers;
  return new Promise((resolve) => {
    if (setImmediate !== undefined) {
      setImmediate(resolve);
    } else if (MessageChannel !== undefined) {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener("message", () => {
        port1.close();
        resolve();
      });
      port1.start();
      port2.postMessage(null);
    } else {
      setTimeout(resolve);
    }
  });
}
