/**
 * Runs `body` with a `navigator.gpu`. tfjs's backend asks for it when it is made, and uses it no further; Node has none,
 * and other libraries take a lasting one for a browser.
 */
export function withNavigatorGpu<T>(body: () => T): T {
  const { navigator } = globalThis as { navigator?: { readonly gpu?: unknown } };
  if (navigator?.gpu !== undefined) return body();
  const [holder, key, value] =
    navigator === undefined ? [globalThis, "navigator", { gpu: {} }] : [navigator, "gpu", {}];
  Object.defineProperty(holder, key, { value, configurable: true });
  try {
    return body();
  } finally {
    Reflect.deleteProperty(holder, key);
  }
}
