/** Longest wait: on a page that is never idle the work is done all the same. */
const PATIENCE_MS = 500;
/** Where browsers do not tell when they are idle: time for a frame in between. */
const PAUSE_MS = 30;

/**
 * Does a piece of work when the page has nothing else to do.
 * @returns gives it up
 */
export function whenIdle(work: () => void): () => void {
  // Safari has none.
  if (typeof requestIdleCallback === "undefined") {
    const timer = setTimeout(work, PAUSE_MS);
    return () => clearTimeout(timer);
  }
  const id = requestIdleCallback(work, { timeout: PATIENCE_MS });
  return () => cancelIdleCallback(id);
}
