import { describe, expect, it } from "vitest";
import * as standIn from "../src/cuda-bundle/stand-in.ts";

/** What a file that uses the stand-in reports. */
async function outcomes(define: (vitest: typeof standIn) => void, isChosen = () => true) {
  const reported: standIn.Outcome[] = [];
  const load = () => Promise.resolve(define(standIn));
  const { skipped } = await standIn.runFile("a.test.ts", load, isChosen, (outcome) => reported.push(outcome));
  return { skipped, reported: reported.map(({ title, error, notes }) => [title, error === undefined, ...notes]) };
}

describe("the stand-in for vitest", () => {
  it("runs tests with their rows, names, notes and failures", async () => {
    const { reported, skipped } = await outcomes(({ describe: group, it: test, expect: check }) => {
      group.each([{ name: "sums", at: 2 }])("of $name", ({ at }: { readonly at: number }) => {
        test.each([
          [1, "a"],
          [2, "b"],
        ])("%i is %s", (n: number, text: string) => check([n, text]).toEqual([at, "b"]));
        test("says more", async ({ annotate }: { annotate: (text: string) => Promise<void> }) => annotate("a note"));
      });
      test.skipIf(true)("is left out", () => check(1).toBe(2));
      test("waits", { timeout: 5 }, async () => {
        await check(Promise.reject(new RangeError("no"))).rejects.toThrow(RangeError);
        check({ a: 1, b: [2.00001] }).toEqual({ a: check.closeTo(1), b: [check.closeTo(2)] });
        check(4).toSatisfy((value: number) => value > 3, "large");
      });
      test("fails where it should pass later", async () => {
        await check(Promise.resolve(3)).rejects.toThrow("never");
      });
    });
    expect(skipped).toBe(1);
    expect(reported).toEqual([
      ["a.test.ts > of sums > 1 is a", false],
      ["a.test.ts > of sums > 2 is b", true],
      ["a.test.ts > of sums > says more", true, "a note"],
      ["a.test.ts > waits", true],
      ["a.test.ts > fails where it should pass later", false],
    ]);
  });

  it("runs those that are chosen, with the hooks that belong to them", async () => {
    const calls: string[] = [];
    let at = 0;
    const { reported } = await outcomes(
      ({ describe: group, it: test, afterAll }) => {
        for (const title of ["a", "b", "c"]) {
          group(title, () => {
            afterAll(() => void calls.push(title));
            test("passes", () => undefined);
          });
        }
      },
      () => at++ % 2 === 0,
    );
    expect(reported.map(([title]) => title)).toEqual(["a.test.ts > a > passes", "a.test.ts > c > passes"]);
    expect(calls).toEqual(["a", "c"]);
  });

  it("calls hooks around the tests that they belong to, whatever fails", async () => {
    const calls: string[] = [];
    const { reported } = await outcomes(({ describe: group, it: test, beforeAll, afterAll, beforeEach, afterEach }) => {
      const note = (text: string) => () => void calls.push(text);
      beforeEach(note("outer before"));
      afterEach(note("outer after"));
      group("inner", () => {
        beforeAll(note("all before"));
        afterAll(note("all after"));
        beforeEach(note("inner before"));
        test("one", () => {
          throw new Error("one");
        });
        test("two", note("two"));
      });
      test("three", note("three"));
    });
    expect(reported.map(([, isGood]) => isGood)).toEqual([false, true, true]);
    expect(calls.join()).toBe(
      "all before,outer before,inner before,outer after,outer before,inner before,two,outer after,all after," +
        "outer before,three,outer after",
    );
  });
});
