import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import type { Conclusion } from "../src/report.ts";

/** Projects of `fixtures/vitest.config.ts`, and the end that a run of each must come to. */
const ends: Record<string, readonly string[]> = {
  passing: ["1 passed, 0 failed, 1 skipped"],
  failing: ["0 passed, 1 failed"],
  rejecting: ["FAILED vitest: unhandled error: nobody waited", "1 passed, 1 failed"],
  broken: ["FAILED vitest: broken broken.fixture.ts: cannot be loaded", "0 passed, 1 failed"],
  hook: ["FAILED vitest: hook hook.fixture.ts: setup failed", "0 passed, 1 failed, 1 skipped"],
  hollow: [expect.stringMatching(/^FAILED vitest: hollow hollow\.fixture\.ts: No test/), "0 passed, 1 failed"],
  only: ["0 passed, 1 failed, 1 skipped"],
  nothing: ["FAILED vitest: project nothing: no test file ran", "0 passed, 1 failed"],
  "passing+nothing": ["FAILED vitest: project nothing: no test file ran", "1 passed, 1 failed, 1 skipped"],
  "all but failing+rejecting+broken+hook+hollow+only+nothing": ["1 passed, 0 failed, 1 skipped"],
  unheardOf: [expect.stringMatching(/^FAILED vitest: it could not start: /), "0 passed, 1 failed"],
};

describe("runVitest", () => {
  const conclusions = new Map<string, Conclusion>();

  beforeAll(async () => {
    const script = fileURLToPath(new URL("fixtures/run.ts", import.meta.url));
    const child = fork(script, Object.keys(ends), { execArgv: ["--import", "tsx"], stdio: "ignore" });
    child.on("message", ([projects, conclusion]: [string, Conclusion]) => conclusions.set(projects, conclusion));
    await once(child, "close");
  }, 60_000);

  it.each(Object.entries(ends))("ends a run of %s as it must", (projects, lines) => {
    const isGood = lines.every((line) => typeof line === "string" && line.startsWith("1 passed, 0 failed"));
    expect(conclusions.get(projects)).toEqual({ lines, exitCode: isGood ? 0 : 1 });
  });
});
