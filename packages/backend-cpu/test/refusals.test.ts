import { BackendUnavailableError, useBackend } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cpu } from "@camada/backend-cpu";

const SIMD_FLAG = "WASM_HAS_SIMD_SUPPORT";

beforeEach(() => {
  // The setup file has made the engine already; without its backend it starts anew.
  if (tf.findBackendFactory("camada-wasm")) tf.removeBackend("camada-wasm");
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe("an engine that cannot run", () => {
  it("rejects when it was asked for, with the reason as cause", async () => {
    tf.env().set(SIMD_FLAG, false);
    const error = await cpu({ engine: "wasm" })
      .activate()
      .catch((reason: unknown) => reason);
    tf.env().set(SIMD_FLAG, true);
    expect(error).toBeInstanceOf(BackendUnavailableError);
    expect(error).toMatchObject({
      backend: "cpu",
      message: "cpu: expected an available backend, got engine wasm: WebAssembly has no SIMD here",
      cause: { message: "WebAssembly has no SIMD here" },
    });
  });

  it("is passed over and listed when the choice is automatic", async () => {
    // tfjs's module complains on the console before it gives up.
    for (const name of ["error", "warn", "log"] as const) vi.spyOn(console, name).mockImplementation(() => {});
    const info = await useBackend(cpu({ wasmUrl: "/nowhere/tfjs-backend-wasm-simd.wasm" }));
    expect(info.engine).toBe("js");
    expect(info.rejected.map(({ engine }) => engine)).toEqual(["native", "wasm"]);
    expect(info.rejected[1]?.reason).toMatch(/wasm/);
    expect(tf.getBackend()).toBe("camada-js");
  });
});
