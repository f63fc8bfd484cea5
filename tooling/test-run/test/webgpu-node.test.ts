import { describe, expect, it } from "vitest";
import { conclude } from "../src/report.ts";
import { absentWebgpuNode } from "../src/webgpu-node.ts";

const green = { name: "vitest", totals: { passed: 3, failed: 0, skipped: 0 }, problems: [] };

describe("absentWebgpuNode", () => {
  it("names the reason and the command, and fails where all must run", () => {
    const reports = [green, ...absentWebgpuNode("no adapter")];
    const sentence = "webgpu-node: no adapter; to run it: apt-get install chromium libvulkan1 && pnpm test";
    expect(conclude(reports, { strict: false })).toMatchObject({ exitCode: 0 });
    expect(conclude(reports, { strict: false }).lines.join("\n")).toContain(sentence);
    expect(conclude(reports, { strict: true }).exitCode).toBe(1);
  });

  it("adds nothing where it can run", () => {
    expect(absentWebgpuNode(undefined)).toEqual([]);
  });
});
