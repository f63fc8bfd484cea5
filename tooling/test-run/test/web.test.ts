import { describe, expect, it } from "vitest";
import { conclude } from "../src/report.ts";
import { BROWSER_ENGINES } from "../src/tfjs-suite/engines.ts";
import { absentWeb, BROWSER_PROJECTS } from "../src/web.ts";

const green = { name: "vitest", totals: { passed: 3, failed: 0, skipped: 0 }, problems: [] };

describe("absentWeb", () => {
  it("names the command without a browser, and fails where all must run", () => {
    const reports = [green, ...absentWeb(undefined)];
    const names = [...BROWSER_PROJECTS, ...BROWSER_ENGINES.map((engine) => `tfjs-core on ${engine}`)];
    const sentences = names.map((name) => {
      return `${name}: no Chromium on this machine; to run it: apt-get install chromium && pnpm test`;
    });
    expect(conclude(reports, { strict: false })).toEqual({
      lines: [...sentences.map((sentence) => `NOT RUN ${sentence}`), "3 passed, 0 failed"],
      exitCode: 0,
    });
    expect(conclude(reports, { strict: true })).toEqual({
      lines: [...sentences.map((sentence) => `FAILED ${sentence}`), `3 passed, ${sentences.length} failed`],
      exitCode: 1,
    });
  });

  it("has nothing to say with a browser", () => {
    expect(absentWeb("/usr/bin/chromium")).toEqual([]);
  });
});
