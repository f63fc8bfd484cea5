/** One event of Chromium's tracing; times are microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly args: {
    readonly name?: string;
    readonly data?: { readonly weighted_score_delta?: number; readonly had_recent_input?: boolean };
  };
}

/** What Chromium writes. */
interface Trace {
  readonly traceEvents: readonly TraceEvent[];
}

/** What {@link figuresOf} reads. */
export const TRACE_CATEGORIES = ["toplevel", "loading", "blink.user_timing", "disabled-by-default-devtools.timeline"];

/** Figures of a stretch of a page's life. */
export interface PageFigures {
  /** Longest task of the page's own thread. */
  readonly longestTaskMs: number;
  /** Of tasks after the first paint of text or pictures, what each takes beyond 50 ms. */
  readonly blockingMs: number;
  /** Sum of all layout shifts that no input asked for. */
  readonly layoutShift: number;
}

const LONG_MS = 50;
const TASKS = ["RunTask", "ThreadControllerImpl::RunTask"];
const PER_MS = 1000;

/**
 * Reads what a page's thread has done out of a trace.
 * @throws {Error} when no page's thread was traced.
 */
export function figuresOf({ traceEvents }: Trace): PageFigures {
  const { pid, tid } = pageThread(traceEvents);
  const own = traceEvents.filter((event) => event.pid === pid && event.tid === tid);
  const paint = own.findLast(({ name }) => name === "firstContentfulPaint")?.ts ?? NaN;
  // Without a paint the stretch begins after it.
  const since = Number.isNaN(paint) ? -Infinity : paint;
  const tasks = own.filter(({ name, ph }) => ph === "X" && TASKS.includes(name));
  const lengths = tasks.map(({ ts, dur = 0 }) => ({ endsAt: ts + dur, ms: dur / PER_MS }));
  const shifts = own.flatMap(({ name, args }) => (name === "LayoutShift" ? [args.data ?? {}] : []));
  return {
    longestTaskMs: Math.max(0, ...lengths.map(({ ms }) => ms)),
    blockingMs: sum(lengths.map(({ endsAt, ms }) => (endsAt > since ? Math.max(0, ms - LONG_MS) : 0))),
    layoutShift: sum(shifts.map((shift) => (shift.had_recent_input === true ? 0 : (shift.weighted_score_delta ?? 0)))),
  };
}

/** A browser keeps spare processes for pages to come: the busiest thread is that of the page. */
function pageThread(events: readonly TraceEvent[]): Pick<TraceEvent, "pid" | "tid"> {
  const threads = events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const busyOf = ({ pid, tid }: TraceEvent): number =>
    sum(events.map((event) => (event.pid === pid && event.tid === tid ? (event.dur ?? 0) : 0)));
  const [busiest] = threads.toSorted((a, b) => busyOf(b) - busyOf(a));
  if (busiest === undefined) throw new Error("trace: expected a page's thread, got none");
  return busiest;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
