import { describe, expect, it } from "vitest";
import { figuresOf } from "../src/page/trace.ts";

const page = { pid: 7, tid: 1, ph: "X", args: {} };
const named = { name: "thread_name", ph: "M", ts: 0, args: { name: "CrRendererMain" } };
const task = (ts: number, dur: number) => ({ ...page, name: "RunTask", ts, dur });
const shift = (delta: number, isAsked: boolean) => ({
  ...{ ...page, name: "LayoutShift", ph: "I", ts: 0 },
  args: { data: { weighted_score_delta: delta, had_recent_input: isAsked } },
});

describe("figuresOf", () => {
  it("reads longest task, blocking after the paint, and shifts out of the busiest page's thread", () => {
    const traceEvents = [
      { ...named, pid: 7, tid: 1 },
      // A spare process, and a thread that is no page's.
      { ...named, pid: 8, tid: 1 },
      { ...page, pid: 8, name: "RunTask", ts: 0, dur: 9000 },
      { ...page, tid: 2, name: "RunTask", ts: 0, dur: 900_000 },
      task(1000, 200_000),
      { ...page, name: "firstContentfulPaint", ph: "R", ts: 301_000 },
      task(310_000, 80_000),
      task(400_000, 50_000),
      { ...page, name: "ThreadControllerImpl::RunTask", ts: 500_000, dur: 55_000 },
      shift(0.25, false),
      shift(0.5, true),
      shift(0.125, false),
    ];
    expect(figuresOf({ traceEvents })).toEqual({
      longestTaskMs: 200,
      blockingMs: 35,
      layoutShift: 0.375,
    });
  });

  it("counts every task of a stretch that begins after the paint", () => {
    expect(figuresOf({ traceEvents: [{ ...named, pid: 7, tid: 1 }, task(0, 60_000)] }).blockingMs).toBe(10);
  });

  it("refuses a trace without a page", () => {
    expect(() => figuresOf({ traceEvents: [task(0, 1)] })).toThrow("expected a page's thread, got none");
  });
});
