import type { Job, Opened, TurnLength, TurnResult } from "./protocol.ts";

/** Whoever can do turns: a process, or a stand-in. */
export interface TurnTaker {
  open(job: Job): Promise<Opened>;
  turn(length: TurnLength): Promise<TurnResult>;
  close(): Promise<void>;
}

/** Something to time, beside its peers. */
export interface Candidate {
  readonly name: string;
  readonly job: Job;
  readonly start: () => TurnTaker;
  /** For one that is too slow for the common plan. */
  readonly plan?: TurnPlan;
}

/** How a candidate's runs are spread over the rounds. */
export interface TurnPlan extends TurnLength {
  /** Turns with timed runs. The untimed ones at the beginning of each let caches and threads wake up. */
  readonly rounds: number;
}

/** What came of one candidate. */
export interface Measurement {
  readonly name: string;
  readonly about: string;
  /** In the order in which they were measured. */
  readonly timesMs: readonly number[];
  /** Of every run, timed or not. */
  readonly losses: readonly number[];
  /** Why it stopped, in its own words; what was measured before is there. */
  readonly failure?: string;
}

interface Entry {
  readonly candidate: Candidate;
  readonly taker: TurnTaker;
  about: string;
  timesMs: number[];
  losses: number[];
  failure: string | undefined;
}

/**
 * Times candidates in turns, so that what slows the machine down for a while slows all of them down. Every other round
 * goes backwards: nobody always runs after the same neighbour. One that fails is left out from then on.
 * @param candidates what to time
 * @param plan of those without their own; the first round, without a clock, comes on top
 * @param progress is told what is about to run
 * @returns one measurement per candidate, in their order
 */
export async function takeTurns(
  candidates: readonly Candidate[],
  plan: TurnPlan,
  progress: (line: string) => void = () => {},
): Promise<Measurement[]> {
  const entries: Entry[] = [];
  try {
    for (const candidate of candidates) {
      progress(`${candidate.name}: starting`);
      const entry: Entry = {
        candidate,
        taker: candidate.start(),
        about: "",
        timesMs: [],
        losses: [],
        failure: undefined,
      };
      entries.push(entry);
      await attempt(entry, async () => (entry.about = (await entry.taker.open(candidate.job)).about));
      if (candidate.plan === undefined) await takeTurn(entry, { repeats: 0, warmups: Math.max(2, plan.warmups) });
    }
    const rounds = Math.max(...candidates.map((candidate) => candidate.plan?.rounds ?? plan.rounds));
    for (let round = 0; round < rounds; round++) {
      for (const entry of round % 2 === 0 ? entries : entries.toReversed()) {
        const own = entry.candidate.plan ?? plan;
        if (entry.failure !== undefined || round >= own.rounds) continue;
        progress(`${entry.candidate.name}: round ${round + 1} of ${own.rounds}`);
        await takeTurn(entry, own);
      }
    }
  } finally {
    for (const { taker } of entries) await taker.close();
  }
  return entries.map(({ candidate: { name }, about, timesMs, losses, failure }) => {
    return { name, about, timesMs, losses, ...(failure === undefined ? {} : { failure }) };
  });
}

async function takeTurn(entry: Entry, length: TurnLength): Promise<void> {
  await attempt(entry, async () => {
    const { timesMs, losses } = await entry.taker.turn(length);
    entry.timesMs.push(...timesMs);
    entry.losses.push(...losses);
  });
}

async function attempt(entry: Entry, action: () => Promise<unknown>): Promise<void> {
  if (entry.failure !== undefined) return;
  try {
    await action();
  } catch (error) {
    entry.failure = error instanceof Error ? error.message : String(error);
  }
}
