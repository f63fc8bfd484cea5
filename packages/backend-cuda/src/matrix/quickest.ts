/** The plan that should take the least time; `undefined` where there is none. */
export function quickest<Plan>(plans: Iterable<Plan>, clocksOf: (plan: Plan) => number): Plan | undefined {
  let best: { readonly plan: Plan; readonly clocks: number } | undefined;
  for (const plan of plans) {
    const clocks = clocksOf(plan);
    if (best === undefined || clocks < best.clocks) best = { plan, clocks };
  }
  return best?.plan;
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
