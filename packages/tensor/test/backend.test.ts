import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import {
  activeBackend,
  BackendUnavailableError,
  firstAvailable,
  preferredLayout,
  useBackend,
  type Backend,
} from "../src/index.ts";

const before = activeBackend()!;
afterEach(() => useBackend(before.backend));

const refusing = (name: "cuda" | "webgl"): Backend => ({
  name,
  device: "gpu(0)",
  activate: () => Promise.reject(new BackendUnavailableError(name, "no driver", { cause: new Error("dlopen") })),
});

describe("firstAvailable", () => {
  it("takes the first that runs and keeps the reasons of the others", async () => {
    const { backend, info, rejected } = await firstAvailable([refusing("cuda"), before.backend, refusing("webgl")]);
    expect(backend).toBe(before.backend);
    expect(info.tfBackend).toBe(tf.getBackend());
    expect(rejected.map((r) => [r.backend.name, r.error.message])).toEqual([
      ["cuda", "cuda: expected an available backend, got no driver"],
    ]);
    expect(rejected[0]!.error.cause).toBeInstanceOf(Error);
  });

  it("says every reason when none runs", async () => {
    const failure = await firstAvailable([refusing("cuda"), refusing("webgl")]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BackendUnavailableError);
    expect((failure as Error).message).toContain("cuda: expected an available backend, got no driver; webgl:");
    expect(((failure as Error).cause as AggregateError).errors).toHaveLength(2);
  });

  it("does not take a defect for an unavailable backend", async () => {
    const broken: Backend = { ...refusing("cuda"), activate: () => Promise.reject(new TypeError("a defect")) };
    await expect(firstAvailable([broken, before.backend])).rejects.toThrow(TypeError);
  });
});

describe("activeBackend", () => {
  it("is the one that tfjs was set back to", async () => {
    tf.registerBackend("twin", () => tf.engine().findBackend(before.info.tfBackend), 0);
    const twin: Backend = {
      ...before.backend,
      async activate() {
        await tf.setBackend("twin");
        return { ...before.info, tfBackend: "twin", layout: before.info.layout === "NCHW" ? "NHWC" : "NCHW" };
      },
    };
    await useBackend(twin);
    expect(activeBackend()?.backend).toBe(twin);
    await tf.setBackend(before.info.tfBackend);
    expect(activeBackend()).toEqual(before);
    expect(preferredLayout()).toBe(before.info.layout);
  });
});
