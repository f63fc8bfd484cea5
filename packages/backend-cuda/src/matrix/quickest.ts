/** So many plans that should take the least time, the quickest first. */
export function quickestOf<Plan>(plans: Iterable<Plan>, clocksOf: (plan: Plan) => number, count: number): Plan[] {
  const timed = Array.from(plans, (plan) => ({ plan, clocks: clocksOf(plan) }));
  return timed
    .sort((a, b) => a.clocks - b.clocks)
    .slice(0, count)
    .map(({ plan }) => plan);
}

/**
 * Numbers of parts, each of equally many turns but for the last, with which blocks fill the multiprocessors so many times.
 * @param blocks that there are for one part.
 */
export function partCounts(
  turns: number,
  blocks: number,
  { multiprocessors }: { readonly multiprocessors: number },
  times: readonly number[],
): number[] {
  const wanted = times.map((each) => Math.max(1, Math.floor((each * multiprocessors) / blocks)));
  return [...new Set(wanted.map((parts) => Math.ceil(turns / Math.ceil(turns / Math.min(parts, turns)))))];
}
