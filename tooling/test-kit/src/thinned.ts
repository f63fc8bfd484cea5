declare global {
  /** Of how many rows of a large grid of cases one runs; 1 where nothing is said. Odd primes meet all combinations. */
  var camadaGridStep: number | undefined;
}

/** The rows of a large grid of cases that run here: on a GPU that software draws, every shape costs new shaders. */
export function thinned<T>(rows: readonly T[]): T[] {
  const step = globalThis.camadaGridStep ?? 1;
  return rows.filter((_, i) => i % step === 0);
}
