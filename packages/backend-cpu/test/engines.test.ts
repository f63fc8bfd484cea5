import { BackendUnavailableError, useBackend } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { cpu } from "@camada/backend-cpu";

describe("cpu", () => {
  it("is a value with a name and a device", () => {
    expect(cpu()).toMatchObject({ name: "cpu", device: "cpu(0)" });
  });

  it("chooses wasm by itself and says why native was not chosen", async () => {
    const info = await useBackend(cpu());
    expect(info.engine).toBe("wasm");
    expect(info.tfBackend).toBe("camada-wasm");
    expect(info.rejected).toEqual([{ engine: "native", reason: "native kernels are not part of this version" }]);
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

  it("refuses native, which this version lacks, with the reason as cause", async () => {
    const error = await cpu({ engine: "native" })
      .activate()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BackendUnavailableError);
    expect(error).toMatchObject({ backend: "cpu", cause: { name: "NativeKernelsMissingError" } });
    expect((error as Error).message).toBe(
      "cpu: expected an available backend, got engine native: native kernels are not part of this version",
    );
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
    const infos = await Promise.all([cpu().activate(), cpu({ engine: "wasm" }).activate()]);
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
