import { fileURLToPath } from "node:url";
import { useBackend } from "@camada/tensor";
import { expectClose } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CudaBackend } from "../../src/cuda-backend.ts";
import { LaunchArguments } from "../../src/driver/arguments.ts";
import { CudaContextLostError, CudaOutOfMemoryError, NoSuchDeviceError } from "../../src/driver/errors.ts";
import { kernelSource } from "../../src/compiler/kernel-source.ts";
import { simulatedCuda, type SimulatedCudaOptions } from "./simulated-cuda.ts";
import type { SimulatedContext } from "./simulated-driver.ts";

const folder = fileURLToPath(new URL("../..", import.meta.url));
/** What the project runs on, to which every test goes back. */
const before = tf.getBackend();

/** A backend of its own, on the second of two devices. */
async function begin(options: Partial<SimulatedCudaOptions> = {}) {
  const device = simulatedCuda({ folder, count: 2, device: 1, ...options });
  const info = await useBackend(device);
  const backend = tf.backend() as CudaBackend;
  return { device, info, backend, context: backend.context as SimulatedContext };
}

afterEach(async () => {
  const own = tf.getBackend();
  await tf.setBackend(before);
  if (own !== before) tf.removeBackend(own);
});

describe("activation", () => {
  it("says what runs", async () => {
    const { info } = await begin();
    expect(info).toMatchObject({ tfBackend: "cuda-simulated-1", engine: "driver", precision: "float32" });
    expect(info.description).toMatch(/^simulated device, compute capability 8\.0; CUDA 13\.0, .*; float32$/);
  });

  it("gives each precision a backend of its own", async () => {
    expect((await begin({ precision: "tf32" })).info).toMatchObject({
      tfBackend: "cuda-simulated-1-tf32",
      precision: "tf32",
    });
  });

  it("refuses a card that does not exist, and names those that do", async () => {
    const refused = simulatedCuda({ folder, count: 2, device: 5 }).activate();
    await expect(refused).rejects.toThrow(NoSuchDeviceError);
    await expect(refused).rejects.toThrow(
      "cuda: expected a device among 0 (simulated device), 1 (simulated device), got 5",
    );
  });

  it("refuses a precision that does not exist", async () => {
    await expect(begin({ precision: "int4" as never })).rejects.toThrow(
      new RangeError("cuda: expected a precision among float32, tf32, bf16, got int4"),
    );
  });
});

describe("reading", () => {
  it("lets the event loop go on until the device has come there", async () => {
    const { context } = await begin();
    const x = tf.mul(tf.tensor1d([1, 2, 3]), 2);
    context.delayedPolls = 5;
    let turns = 0;
    const count = () => {
      turns++;
      if (context.delayedPolls >= 0) setImmediate(count);
    };
    count();
    expect([...(await x.data())]).toEqual([2, 4, 6]);
    expect(turns).toBeGreaterThan(3);
  });

  it("gives what stood there when it was asked, whatever comes after", async () => {
    const { context } = await begin({ isGuarded: false });
    const x = tf.mul(tf.ones([1000]), 7);
    context.delayedPolls = 3;
    const values = x.data();
    x.dispose();
    tf.mul(tf.ones([1000]), 9);
    expect((await values).every((value) => value === 7)).toBe(true);
  });

  it("uploads what is larger than its buffers", async () => {
    await begin({ isGuarded: false });
    const data = Float32Array.from({ length: 3_000_000 }, (_, i) => i);
    const y = tf.tidy(() => tf.add(tf.tensor1d(data), 1));
    expect((await y.data()).every((value, i) => value === i + 1)).toBe(true);
    expect(y.dataSync().every((value, i) => value === i + 1)).toBe(true);
  });

  it("keeps strings, and gives complex numbers", async () => {
    await begin();
    expect(await tf.tensor1d(["a", "ção"]).data<"string">()).toEqual(["a", "ção"]);
    const z = tf.complex([1, 2], [3, 4]);
    expect([...(await z.data())]).toEqual([1, 3, 2, 4]);
    expect([...z.dataSync()]).toEqual([1, 3, 2, 4]);
  });

  it("hands tensors of every type over to another backend and back", async () => {
    const { info } = await begin();
    const tensors = [tf.add(tf.tensor1d([1, 2]), 1), tf.tensor1d([true, false]), tf.tensor1d(["a", "b"])] as const;
    const both = () => tensors.map((tensor) => Array.from(tf.tile(tensor, [2]).dataSync() as never));
    const expected = [
      [2, 3, 2, 3],
      [1, 0, 1, 0],
      ["a", "b", "a", "b"],
    ];
    // It would print an advice at its first tensor.
    (tf.findBackend("cpu") as unknown as { firstUse: boolean }).firstUse = false;
    await tf.setBackend("cpu");
    expect(both()).toEqual(expected);
    const z = tf.complex([1, 2], [3, 4]);
    await tf.setBackend(info.tfBackend);
    expect(both()).toEqual(expected);
    expect([...tf.imag(z).dataSync()]).toEqual([3, 4]);
  });
});

describe("kernels on the host", () => {
  it("are counted by name", async () => {
    const { info } = await begin();
    const boxes = tf.tensor2d([0, 0, 1, 1, 0, 0, 1, 0.9], [2, 4]);
    for (let i = 0; i < 3; i++) tf.image.nonMaxSuppression(boxes, tf.tensor1d([0.9, 0.8]), 2);
    expect(info.fallbacks?.().get(tf.NonMaxSuppressionV3)).toBe(3);
    expect(info.fallbacks?.().has(tf.Add)).toBe(false);
  });

  it("are all of tfjs's JavaScript kernels that the device lacks: none is missing", async () => {
    const { info } = await begin();
    const there = new Set(tf.getKernelsForBackend(info.tfBackend).map(({ kernelName }) => kernelName));
    const missing = tf.getKernelsForBackend("cpu").filter(({ kernelName }) => !there.has(kernelName));
    expect(missing).toEqual([]);
    expect(there.size).toBeGreaterThan(150);
  });
});

describe("a device without room", () => {
  it.each([true, false])("refuses one tensor by type and keeps the others, guarded or not: %s", async (isGuarded) => {
    const { info } = await begin({ isGuarded, memoryLimitBytes: 10_000_000 });
    const kept = tf.add(tf.ones([500_000]), 1);
    const failure = await refusal(() => tf.fill([3_000_000], 2));
    expect(failure).toBeInstanceOf(CudaOutOfMemoryError);
    expect(failure).toMatchObject({ requestedBytes: 12_000_000 });
    expect((failure as Error).message).toMatch(/expected 12000000 bytes of device memory, got \d+ free and \d+ cached/);
    expect(kept.dataSync().every((value) => value === 2)).toBe(true);
    tf.fill([400_000], 3).dispose();
    kept.dispose();
    expect(info.memory?.().inUseBytes).toBeLessThan(5_000_000);
  });

  it("gives what the device refuses the same name", async () => {
    await begin({ isGuarded: false, memoryBytes: 8_000_000 });
    expect(await refusal(() => tf.fill([3_000_000], 2))).toBeInstanceOf(CudaOutOfMemoryError);
    expect(tf.add(1, 1).dataSync()[0]).toBe(2);
  });
});

describe("a kernel that fails", () => {
  let failing: Awaited<ReturnType<typeof begin>>;
  beforeEach(async () => (failing = await begin()));

  /** Runs a kernel that writes where nothing is, as a part of tfjs's kernel `Broken`. */
  function breakDown(): void {
    const { context, backend, device } = failing;
    const source = kernelSource(fileURLToPath(new URL("kernels", import.meta.url)), "semantics.cu");
    const module = context.loadModule(device.compiler.compile("semantics.cu", source));
    const args = new LaunchArguments().address(8).int32(0);
    backend.launches.begin("Broken", { x: tf.ones([2, 3]), dy: tf.ones([4]) });
    context.launch(module.function("write_behind"), [1, 1, 1], [1, 1, 1], 0, args.packed());
  }

  it("is named with its shapes, and so is the loss of the context", async () => {
    const failure = await refusal(breakDown);
    expect(failure).toBeInstanceOf(CudaContextLostError);
    expect(failure).toMatchObject({ kernel: "Broken", shapes: [[2, 3], [4]], code: 700 });
    expect((failure as Error).message).toMatch(
      /^cuda: expected kernel Broken on \[2, 3\], \[4\].* to run, got CUDA_ERROR_ILLEGAL_ADDRESS \(700\); the context/,
    );
  });

  it("takes everything on the device with it, without an end to the process", async () => {
    const x = tf.add(tf.ones([3]), 1);
    await refusal(breakDown);
    expect(await refusal(() => tf.add(1, 1))).toBeInstanceOf(CudaContextLostError);
    expect(await refusal(() => x.dataSync())).toBeInstanceOf(CudaContextLostError);
    await expect(x.data()).rejects.toThrow(CudaContextLostError);
    x.dispose();
  });

  it("leaves a backend that can be activated anew", async () => {
    await refusal(breakDown);
    await useBackend(failing.device);
    expectClose(tf.add(tf.tensor1d([1, 2]), 1), [2, 3]);
    expect((tf.backend() as CudaBackend).context).not.toBe(failing.context);
  });
});

describe("timing", () => {
  it("measures what the device does, in milliseconds", async () => {
    await begin();
    const { kernelMs } = await tf.time(() => tf.square(tf.ones([100_000])));
    expect(kernelMs).toBeGreaterThan(0);
  });
});

/** What a function throws. */
async function refusal(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error("expected an error, got none");
}
