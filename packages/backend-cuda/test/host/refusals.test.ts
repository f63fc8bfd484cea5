import { BackendUnavailableError } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { cuda, type CudaEngine } from "../../src/cuda.ts";

describe("cuda", () => {
  it("registers nothing before it is activated", () => {
    const { name, device } = cuda({ device: 3 });
    expect({ name, device }).toEqual({ name: "cuda", device: "gpu(3)" });
    expect(tf.findBackendFactory("cuda")).toBeNull();
  });

  it.each([
    ["a card that no machine has", { device: 4096 }],
    ["an engine that does not exist", { engine: "none" as CudaEngine }],
    ["a limit below 0", { memoryLimitBytes: -1 }],
  ])("refuses %s by type, with the cause", async (_, options) => {
    const failure: unknown = await cuda(options)
      .activate()
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BackendUnavailableError);
    expect((failure as BackendUnavailableError).backend).toBe("cuda");
    expect((failure as BackendUnavailableError).cause).toBeInstanceOf(Error);
    expect((failure as Error).message).toMatch(
      /^cuda: expected an available backend, got engine (driver|none): cuda: expected/,
    );
  });
});
