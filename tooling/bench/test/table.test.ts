import { describe, expect, it } from "vitest";
import { arithmeticFeatures, describeMachine } from "../src/machine.ts";
import { machineLines, table } from "../src/table.ts";

describe("table", () => {
  const measurements = [
    { name: "ours", about: "one thread", samplesMs: [3, 1, 2] },
    { name: "the peer", about: "two threads", samplesMs: [8, 10, 9, 5] },
  ];

  it("shows median, least and greatest time, and the ratio to the first", () => {
    expect(table(measurements)).toEqual([
      "          median ms  min ms  max ms  times first  on",
      "ours          2.000   1.000   3.000         1.00  one thread",
      "the peer      8.500   5.000  10.000         4.25  two threads",
    ]);
  });

  it("shows the rate where the work is known", () => {
    const [header, ours] = table(measurements, { amount: 0.5, unit: "GFLOP" });
    expect(header).toMatch(/times first {2}GFLOP\/s {2}on$/);
    expect(ours).toMatch(/1\.00 {4}250\.0 {2}one thread$/);
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

describe("the machine", () => {
  it("is described with its versions, in two lines", () => {
    const machine = { ...describeMachine(), cpu: "Some CPU", features: ["avx2"], threads: 2, load: 0.5 };
    const [first, second] = machineLines(machine);
    expect(first).toContain("Some CPU, 2 threads, ");
    expect(first).toContain(`Node ${process.versions.node}, V8 ${process.versions.v8}`);
    expect(second).toBe("instruction sets: avx2");
  });
});
