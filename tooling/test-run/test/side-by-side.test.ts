import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { sideBySide } from "../src/side-by-side.ts";

describe("sideBySide", () => {
  it.each([1, 2, 3, 9])("does tasks in their turns and gives results in their order, %s at once", async (width) => {
    const begun: number[] = [];
    let [running, most] = [0, 0];
    const tasks = [30, 5, 20, 1, 10].map((durationMs, i) => async () => {
      begun.push(i);
      most = Math.max(most, ++running);
      await sleep(durationMs);
      running--;
      return `result ${i}`;
    });
    expect(await sideBySide(tasks, width)).toEqual([0, 1, 2, 3, 4].map((i) => `result ${i}`));
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(Math.min(width, 5));
  });

  it("gives a task's error", async () => {
    const failing = () => Promise.reject(new Error("not today"));
    await expect(sideBySide([failing, () => Promise.resolve(1)], 2)).rejects.toThrow("not today");
    expect(await sideBySide([], 2)).toEqual([]);
  });
});
