import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { activeBackend, BackendUnavailableError, useBackend, type BackendInfo } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cpu } from "@camada/backend-cpu";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const before = activeBackend()!.backend;
const SIMD_FLAG = "WASM_HAS_SIMD_SUPPORT";

beforeEach(() => {
  // The setup file has made the engine already; without its backend it starts anew.
  if (tf.findBackendFactory("camada-wasm")) tf.removeBackend("camada-wasm");
});

// Test files share a worker, and with it the active backend.
afterEach(() => useBackend(before));

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
    const script = fileURLToPath(new URL("broken-wasm.ts", import.meta.url));
    const options = ["--import", "tsx", "--conditions", "@camada/source"];
    const { stdout } = await promisify(execFile)(process.execPath, [...options, script], { cwd: root });
    const info = JSON.parse(stdout) as BackendInfo;
    expect(info).toMatchObject({ engine: "js", tfBackend: "camada-js" });
    expect(info.rejected.map(({ engine }) => engine)).toEqual(["native", "wasm"]);
    expect(info.rejected[1]?.reason).toContain("`.wasm` file");
  });
});
