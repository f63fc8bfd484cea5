import { describe, expect, it } from "vitest";
import { cells } from "../src/cells/index.ts";
import { statedShapes, statedSizes, workedExample } from "../src/recorded/figures.ts";
import { recordedPadding } from "../src/recorded/padding-cell.ts";
import { recordedShapes } from "../src/recorded/shapes.ts";
import { contextWith, runToEnd } from "./context.ts";

interface Tampering {
  readonly id: string;
  readonly what: string;
  /** The object to change; readonly for the program, not for this test. */
  readonly target: object;
  readonly key: string | number;
  readonly value: unknown;
}

const { input, output, paddedOutput } = recordedPadding;

const tamperings: readonly Tampering[] = [
  { id: "T3", what: "the sum", target: workedExample, key: "sum", value: 57 },
  { id: "T3", what: "a partial sum", target: workedExample.partialSums, key: 0, value: 38 },
  { id: "T6", what: "a size", target: statedSizes.small, key: 1, value: 8 },
  { id: "T6", what: "the percentage", target: statedSizes, key: "lostPercent", value: 31 },
  { id: "T7", what: "the padded size", target: statedSizes.padded, key: 0, value: 5 },
  { id: "T10", what: "a layer's shape", target: statedShapes[2], key: 0, value: 121 },
  {
    id: "K4",
    what: "the last digit of one number",
    target: input,
    key: "text",
    value: changed(input.text, "0.3679345 ", "0.3679346 "),
  },
  { id: "K4", what: "a sign", target: output, key: "text", value: changed(output.text, "-0.15031917", " 0.15031917") },
  { id: "K4", what: "a missing number", target: output, key: "text", value: changed(output.text, "-0.15031917", "") },
  {
    id: "K4",
    what: "the device",
    target: paddedOutput,
    key: "text",
    value: changed(paddedOutput.text, "@cpu(0)", "@gpu(0)"),
  },
  { id: "K4", what: "a blank", target: paddedOutput, key: "text", value: changed(paddedOutput.text, "[[[[ ", "[[[[") },
  { id: "K5", what: "a shape", target: recordedShapes.K5, key: 0, value: "(6, 7)" },
  { id: "K6", what: "a shape", target: recordedShapes.K6, key: 0, value: "(8,8)" },
  { id: "K7", what: "a shape", target: recordedShapes.K7, key: 2, value: "(2, 3)" },
];

describe("a cell is different from a recording that was tampered with", () => {
  it.each(tamperings.map((one) => [one.id, one.what, one] as const))("%s: %s", async (id, _what, tampering) => {
    const target = tampering.target as Record<string | number, unknown>;
    const before = target[tampering.key];
    expect(before).not.toEqual(tampering.value);
    target[tampering.key] = tampering.value;
    try {
      const { verdict } = await runToEnd(cells.find((cell) => cell.id === id)!);
      expect(verdict.kind).toBe("different");
    } finally {
      target[tampering.key] = before;
    }
  });

  it("K1: a device that is neither cpu(0) nor gpu(0)", async () => {
    const { backend } = contextWith();
    const odd = { ...backend, backend: { ...backend.backend, device: "tpu(0)" } };
    const { verdict } = await runToEnd(
      cells.find(({ id }) => id === "K1")!,
      {},
      contextWith({ backend: odd }),
    );
    expect(verdict.kind).toBe("different");
  });
});

function changed(text: string, from: string, to: string): string {
  return text.replace(from, to);
}
