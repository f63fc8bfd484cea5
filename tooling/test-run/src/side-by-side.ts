/**
 * Does tasks side by side, each begun in its turn.
 * @param width how many at once
 * @returns their results, in the tasks' order
 */
export async function sideBySide<T>(tasks: readonly (() => Promise<T>)[], width: number): Promise<T[]> {
  const results: T[] = [];
  // One iterator for all: whoever is free takes the next.
  const queue = tasks.entries();
  const lane = async (): Promise<void> => {
    for (const [turn, task] of queue) results[turn] = await task();
  };
  await Promise.all(Array.from({ length: width }, lane));
  return results;
}
