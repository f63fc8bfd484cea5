import { useEffect, useState } from "preact/hooks";
import { cellTexts } from "virtual:lesson-text";
import { computing } from "../computing.ts";
import { whenIdle } from "../when-idle.ts";

/** As much as a tall window shows; the first code cell, which a reader may run at once, is among them. */
const FIRST = 2;
/** What a page draws without keeping anybody waiting. */
const STEP = 2;
/** Where what computes is long in coming, as on a slow network, there is time to draw meanwhile. */
const PATIENCE_MS = 1000;

/**
 * How many cells are drawn: the first ones with the page, the others a few at a time once it computes and has nothing else
 * to do. All of them in one piece would keep the first from being seen, and what computes from being started.
 * @param isAll whether the reader is on the way to a cell, which needs all others in their places
 */
export function useDrawnCells(isAll: boolean): number {
  const [count, setCount] = useState(() => (isReturning() ? cellTexts.length : FIRST));
  const [isLate, setIsLate] = useState(false);
  const mayDraw = isLate || computing.value.status !== "starting";
  const drawn = isAll ? cellTexts.length : Math.min(count, cellTexts.length);
  useEffect(() => {
    const timer = setTimeout(() => setIsLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    if (!mayDraw || drawn === cellTexts.length) return undefined;
    return whenIdle(() => setCount(drawn + STEP));
  }, [mayDraw, drawn]);
  // What is drawn stays, wherever the reader goes from there.
  useEffect(() => setCount((known) => Math.max(known, drawn)), [drawn]);
  return drawn;
}

/** Whether the browser will scroll to where the reader was, for which the page must be as long as it was. */
function isReturning(): boolean {
  const [opening] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return opening !== undefined && opening.type !== "navigate";
}
