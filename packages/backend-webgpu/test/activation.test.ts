import { webgpu } from "@camada/backend-webgpu";
import { BackendUnavailableError, DeviceLostError, useBackend } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

const refusalOf = (activation: Promise<unknown>): Promise<unknown> => activation.catch((reason: unknown) => reason);

/** The only thing of WebGPU that a refusal asks. */
function gpuWith(requestAdapter: () => Promise<unknown>): GPU {
  return { requestAdapter } as unknown as GPU;
}

describe("webgpu", () => {
  it("is a value with a name and a device", () => {
    expect(webgpu()).toMatchObject({ name: "webgpu", device: "gpu(0)" });
  });

  it("says what runs", async () => {
    const info = await useBackend(webgpu({ allowSoftware: true }));
    expect(info).toMatchObject({ tfBackend: "camada-webgpu", engine: "webgpu", precision: "float32", rejected: [] });
    expect(info.description).toContain("tfjs-backend-webgpu 4.22.0");
    expect(tf.getBackend()).toBe("camada-webgpu");
  });

  it("may be activated twice at the same time", async () => {
    const both = await Promise.all([1, 2].map(() => webgpu({ allowSoftware: true }).activate()));
    expect(both.map(({ tfBackend }) => tfBackend)).toEqual(["camada-webgpu", "camada-webgpu"]);
  });

  it("refuses where there is no adapter", async () => {
    const error = await refusalOf(webgpu({ gpu: gpuWith(() => Promise.resolve(null)) }).activate());
    expect(error).toBeInstanceOf(BackendUnavailableError);
    expect(error).toMatchObject({
      backend: "webgpu",
      cause: { message: expect.stringContaining("no adapter") as string },
    });
  });

  it("refuses a GPU that the CPU plays, unless it was asked for", async () => {
    const info = {
      vendor: "google",
      architecture: "swiftshader",
      device: "",
      description: "",
      isFallbackAdapter: true,
    };
    const error = await refusalOf(webgpu({ gpu: gpuWith(() => Promise.resolve({ info })) }).activate());
    expect(error).toBeInstanceOf(BackendUnavailableError);
    expect((error as Error).message).toContain("google swiftshader");
    expect((error as Error).message).toContain("allowSoftware");
  });

  it("keeps the reason for which a device could not be had", async () => {
    const cause = new Error("the driver is on holiday");
    const error = await refusalOf(webgpu({ gpu: gpuWith(() => Promise.reject(cause)) }).activate());
    expect(error).toBeInstanceOf(BackendUnavailableError);
    expect(error).toMatchObject({ backend: "webgpu", cause });
  });
});

describe("a lost device", () => {
  it("makes every operation throw, until the backend is activated again", async () => {
    await useBackend(webgpu({ allowSoftware: true }));
    const x = tf.tensor1d([1, 2, 3]);
    const y = tf.tanh(x);
    const { device } = tf.backend() as unknown as { readonly device: GPUDevice };
    device.destroy();
    await device.lost;
    expect(() => tf.tanh(x)).toThrow(DeviceLostError);
    expect(() => tf.add(x, y)).toThrow(DeviceLostError);
    await expect(y.data()).rejects.toThrow(DeviceLostError);
    await useBackend(webgpu({ allowSoftware: true }));
    const again = tf.square(tf.tensor1d([1, 2, 3]));
    expect(Array.from(await again.data())).toEqual([1, 4, 9]);
    again.dispose();
  });

  it("ends a reading that is under way", async () => {
    await useBackend(webgpu({ allowSoftware: true }));
    const reading = tf.tanh(tf.tensor1d([1, 2, 3])).data();
    (tf.backend() as unknown as { readonly device: GPUDevice }).device.destroy();
    await expect(reading).rejects.toThrow(DeviceLostError);
    await useBackend(webgpu({ allowSoftware: true }));
  });
});
