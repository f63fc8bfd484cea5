import { fileURLToPath } from "node:url";
import { BackendUnavailableError, useBackend } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { cpu } from "@camada/backend-cpu";

/** A folder without libraries. */
const nowhere = fileURLToPath(new URL(".", import.meta.url));

describe("cpu", () => {
  it("is a value with a name and a device", () => {
    expect(cpu()).toMatchObject({ name: "cpu", device: "cpu(0)" });
  });

  it("chooses wasm by itself where there are no native libraries, and says why", async () => {
    const info = await useBackend(cpu({ libraryFolder: nowhere }));
    expect(info.engine).toBe("wasm");
    expect(info.tfBackend).toBe("camada-wasm");
    const [refusal] = info.rejected;
    expect(info.rejected).toHaveLength(1);
    expect(refusal).toMatchObject({ engine: "native", reason: expect.stringContaining(nowhere) as string });
    expect(tf.getBackend()).toBe("camada-wasm");
  });

  it.each([
    ["wasm", "camada-wasm", "NCHW"],
    ["js", "camada-js", "NHWC"],
  ] as const)("runs the engine %s when asked", async (engine, tfBackend, layout) => {
    const info = await useBackend(cpu({ engine }));
    expect(info).toMatchObject({ engine, tfBackend, layout, precision: "float32", threads: 1, rejected: [] });
    expect(info.description).toContain("4.22.0");
    const sum = tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])));
    expect(Array.from(sum.dataSync())).toEqual([3, 3, 3, 3]);
    sum.dispose();
  });

  it("refuses native without its libraries, with the reason as cause", async () => {
    const error = await cpu({ engine: "native", libraryFolder: nowhere })
      .activate()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BackendUnavailableError);
    expect(error).toMatchObject({ backend: "cpu", cause: { name: "NativeLibraryError" } });
    expect((error as Error).message).toContain(nowhere);
  });

  it.each(["wasm", "js"] as const)("computes in float32 alone on %s", async (engine) => {
    const activation = cpu({ engine, precision: "bf16" }).activate();
    await expect(activation).rejects.toThrow(`engine ${engine}: computes in float32 alone, not in bf16`);
  });

  it("leaves the process's handlers of uncaught errors as they were", async () => {
    const events = ["uncaughtException", "unhandledRejection"] as const;
    const mine = (): void => {};
    const before = events.map((event) => process.listeners(event as "exit"));
    tf.removeBackend("camada-wasm");
    const starting = cpu({ engine: "wasm" }).activate();
    process.on("unhandledRejection", mine);
    await starting;
    expect(process.listeners("unhandledRejection")).toContain(mine);
    process.removeListener("unhandledRejection", mine);
    expect(events.map((event) => process.listeners(event as "exit"))).toEqual(before);
  });

  it("may be activated twice at the same time", async () => {
    tf.removeBackend("camada-wasm");
    const infos = await Promise.all([cpu({ engine: "wasm" }).activate(), cpu({ engine: "wasm" }).activate()]);
    expect(infos.map(({ engine }) => engine)).toEqual(["wasm", "wasm"]);
  });

  it("moves tensors between engines", async () => {
    await useBackend(cpu({ engine: "js" }));
    const x = tf.tensor1d([1, 2, 3]);
    await useBackend(cpu({ engine: "wasm" }));
    expect(Array.from(tf.tidy(() => tf.add(x, x)).dataSync())).toEqual([2, 4, 6]);
    x.dispose();
  });
});
