import { describe, expect, it } from "vitest";
import { parseOptions, UsageError } from "../src/usage.ts";

const known = ["steps", "engine", "python", "json"];

describe("parseOptions", () => {
  it("reads what is given and fills in the rest", () => {
    const options = parseOptions("lesson", ["--steps", "7", "--python", "/a", "--python", "/b"], known);
    expect(options).toMatchObject({ steps: 7, batch: 128, engine: "native", peers: false, python: ["/a", "/b"] });
  });

  it.each([
    [["--steps", "0"], "lesson: expected --steps to be a positive integer, got 0"],
    [["--steps", "many"], "lesson: expected --steps to be a positive integer, got many"],
    [["--engine", "gpu"], "lesson: expected --engine to be one of native, wasm, js, got gpu"],
    [["--batch", "3"], "lesson: Unknown option '--batch'"],
    [["extra"], "lesson: Unexpected argument 'extra'"],
  ])("refuses %j", (args, sentence) => {
    expect(() => parseOptions("lesson", args, known)).toThrow(UsageError);
    expect(() => parseOptions("lesson", args, known)).toThrow(sentence);
  });
});
