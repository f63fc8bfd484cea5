import { describe, expect, it } from "vitest";
import { arithmeticFeatures, describeMachine } from "../src/machine.ts";
import { machineLines, table, threeDigits } from "../src/table.ts";

describe("table", () => {
  it("makes columns as wide as their widest cell, numbers on the right", () => {
    const columns = [{ title: "", align: "left" as const }, { title: "ms" }, { title: "on", align: "left" as const }];
    const rows = [
      ["ours", "3.5", "one thread"],
      ["the peer", "12.25"],
    ];
    expect(table(columns, rows)).toEqual(["             ms  on", "ours        3.5  one thread", "the peer  12.25"]);
  });
});

describe("threeDigits", () => {
  it("keeps about three digits", () => {
    expect([1234.5, 99.96, 12.345, 1.2345, 0.012345].map(threeDigits)).toEqual([
      "1235",
      "100.0",
      "12.3",
      "1.23",
      "0.012",
    ]);
  });

  it("shows what was not measured as a dash", () => {
    expect(threeDigits(Number.NaN)).toBe("–");
  });
});

describe("arithmeticFeatures", () => {
  it("keeps the instruction sets for arithmetic, in the order of the system", () => {
    const x86 = "model name\t: A\nflags\t\t: fpu sse4_2 avx avx2 fma f16c syscall avx512_vnni amx_tile\nbugs\t: none\n";
    expect(arithmeticFeatures(x86)).toEqual(["sse4_2", "avx", "avx2", "fma", "f16c", "avx512_vnni", "amx_tile"]);
    expect(arithmeticFeatures("Features\t: fp asimd evtstrm sve bf16\n")).toEqual(["asimd", "sve", "bf16"]);
  });

  it("knows nothing where the system does not tell", () => {
    expect(arithmeticFeatures("")).toEqual([]);
  });
});

describe("machineLines", () => {
  it("says where the times come from", () => {
    const machine = {
      ...describeMachine(),
      cpu: "A Processor",
      features: ["avx2"],
      threads: 2,
      memoryGiB: 8,
      load: 0.5,
    };
    const [first, second] = machineLines(machine);
    expect(first).toMatch(/^A Processor, 2 threads, 8 GiB, load 0\.5; /);
    expect(second).toBe("instruction sets: avx2");
    expect(machineLines({ ...machine, features: [] })[1]).toBe("instruction sets: unknown");
  });
});
