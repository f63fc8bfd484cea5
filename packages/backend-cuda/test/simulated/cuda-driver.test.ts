import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import koffi from "koffi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LaunchArguments } from "../../src/driver/arguments.ts";
import { CudaDriver } from "../../src/driver/cuda-driver.ts";
import type { DriverContext } from "../../src/driver/driver.ts";
import { CudaDriverError, CudaError, NoSuchDeviceError } from "../../src/driver/errors.ts";
import { LibCuda } from "../../src/driver/libcuda.ts";
import { SimulatedCompiler } from "./simulated-compiler.ts";

/** Nothing here needs a card: the driver's calls go to a library of ours that knows what they must be. */
const here = fileURLToPath(new URL(".", import.meta.url));
const compiler = new SimulatedCompiler(here, join(here, "../../node_modules/.cache/simulated"));
const file = compiler.library("libcuda.cc", readFileSync(join(here, "libcuda.cc"), "utf8"));
const library = koffi.load(file);
const numbers = (name: string, length: number) => new Int32Array(koffi.view(library.symbol(name), 4 * length));
const sticky = numbers("camada_sticky", 1);

let driver: CudaDriver;
let context: DriverContext;
beforeEach(() => {
  driver = new CudaDriver(new LibCuda([file]));
  context = driver.open(0);
});
afterEach(() => (sticky[0] = 0));

const failureOf = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe("CudaDriver", () => {
  it("describes the driver and its cards", () => {
    expect(driver.cudaVersion).toEqual([13, 1]);
    expect(driver.devices).toHaveLength(2);
    expect(driver.devices[1]).toEqual({
      index: 1,
      name: "Stand-in 1",
      computeCapability: [9, 0],
      multiprocessors: 132,
      memoryBytes: 80 * 2 ** 30,
      sharedMemoryPerBlockBytes: 232448,
      l2Bytes: 50 * 2 ** 20,
    });
  });

  it("names the cards that there are when asked for another", () => {
    expect(() => driver.open(2)).toThrow(NoSuchDeviceError);
    expect(() => driver.open(2)).toThrow("expected a device among 0 (Stand-in 0), 1 (Stand-in 1), got 2");
  });

  it("opens a card once", () => {
    expect(driver.open(0)).toBe(context);
    expect(driver.open(1)).not.toBe(context);
  });

  it.each([
    ["is not there", ["/nowhere/libcuda.so.1"], "expected NVIDIA's driver as /nowhere/libcuda.so.1, got none"],
    ["lacks a function", ["libc.so.6"], "expected a driver with cuInit, got an older one in libc.so.6"],
  ])("refuses a library that %s", (_, names, message) => {
    expect(() => new LibCuda(names)).toThrow(CudaDriverError);
    expect(() => new LibCuda(names)).toThrow(message);
  });
});

describe("CudaContext", () => {
  it("copies to the device, on it, and back", () => {
    const [a, b] = [context.allocate(400), context.allocate(400)];
    const data = Float32Array.from({ length: 100 }, (_, i) => i);
    context.upload(a, data);
    context.copy(b, a, 400);
    const back = new Float32Array(90);
    context.download(back.subarray(10), b + 80);
    expect([...back.subarray(8, 12)]).toEqual([0, 0, 20, 21]);
    context.fillBytes(b, 255, 400);
    context.download(back, b);
    expect(back.every(Number.isNaN)).toBe(true);
    context.free(a);
    context.free(b);
  });

  it("copies through pinned memory", () => {
    const [address, pinned] = [context.allocate(16), context.allocatePinned(64)];
    pinned.bytes.set([1, 2, 3, 4]);
    context.uploadPinned(address, pinned, 4);
    pinned.bytes.fill(0);
    context.downloadPinned(pinned, address, 4);
    expect([...pinned.bytes.subarray(0, 5)]).toEqual([1, 2, 3, 4, 0]);
    context.freePinned(pinned);
  });

  it("starts a kernel with its arguments, and allows it the shared memory it asks for", () => {
    const before = numbers("camada_launches", 1)[0]!;
    const add = context.loadModule(new TextEncoder().encode("image")).function("add");
    const [a, b, to] = [1, 2, 3].map(() => context.allocate(4000)) as [number, number, number];
    context.upload(a, Float32Array.of(1, 2, 3));
    context.upload(b, Float32Array.of(10, 20, 30));
    const args = new LaunchArguments().address(a).address(b).address(to).int32(3);
    context.launch(add, [1, 2, 3], [32, 4, 1], 100_000, args.packed());
    const sums = new Float32Array(3);
    context.download(sums, to);
    expect([...sums]).toEqual([11, 22, 33]);
    expect([...numbers("camada_last_launch", 7)]).toEqual([1, 2, 3, 32, 4, 1, 100_000]);
    expect(numbers("camada_launches", 1)[0]).toBe(before + 1);
  });

  it("records and replays", () => {
    context.beginCapture();
    const graph = context.endCapture();
    context.launchGraph(graph);
    context.destroyGraph(graph);
    expect(context.isLost).toBe(false);
  });

  it("keeps nothing of what was recorded, whether it can be made to run or not", () => {
    const [recorded, instantiation] = [numbers("camada_recorded", 1), numbers("camada_instantiation", 1)];
    const before = recorded[0];
    context.beginCapture();
    context.destroyGraph(context.endCapture());
    expect(recorded[0]).toBe(before);
    context.beginCapture();
    instantiation[0] = 801;
    expect(() => context.endCapture()).toThrow(CudaError);
    instantiation[0] = 0;
    expect(recorded[0]).toBe(before);
  });

  it("waits for events and measures between them", () => {
    const [from, to] = [context.createEvent(), context.createEvent()];
    context.recordEvent(from);
    context.recordEvent(to);
    context.streamWait(context.createStream(), to);
    expect([context.isReached(to), context.isReached(to)]).toEqual([false, true]);
    context.waitFor(to);
    expect(context.elapsedMs(from, to)).toBe(1.25);
    context.destroyEvent(from);
  });

  it("makes its context current before every call, whichever was used last", () => {
    const before = numbers("camada_strays", 1)[0];
    const other = driver.open(1);
    other.freeMemoryBytes();
    expect(context.freeMemoryBytes()).toBe(5 * 2 ** 32);
    expect(numbers("camada_strays", 1)[0]).toBe(before);
  });

  it("names the call that fails, its code and the driver's words", () => {
    const failure = failureOf(() => context.allocate(2 ** 31));
    expect(failure).toBeInstanceOf(CudaError);
    expect(failure).toMatchObject({ call: "cuMemAlloc_v2", code: 2, codeName: "CUDA_ERROR_OUT_OF_MEMORY" });
    expect((failure as Error).message).toBe(
      "cuMemAlloc_v2: expected success, got CUDA_ERROR_OUT_OF_MEMORY (2): out of memory",
    );
    expect(context.isLost).toBe(false);
  });

  it("refuses a module that is none, and a kernel that it has not", () => {
    expect(failureOf(() => context.loadModule(Uint8Array.of(1, 2, 3, 4, 5)))).toMatchObject({ code: 200 });
    const module = context.loadModule(new TextEncoder().encode("image"));
    expect(failureOf(() => module.function("subtract"))).toMatchObject({ call: "cuModuleGetFunction", code: 500 });
  });

  it("is lost with the first failed kernel, answers so ever after, and opens anew", () => {
    let asked = 0;
    context.onLost = (cause) => {
      asked++;
      return new Error("lost", { cause });
    };
    sticky[0] = 700;
    const failure = failureOf(() => context.synchronize());
    expect((failure as Error).cause).toMatchObject({ call: "cuStreamSynchronize", code: 700 });
    expect(context.isLost).toBe(true);
    expect(failureOf(() => context.allocate(16))).toBe(failure);
    expect(asked).toBe(1);
    const anew = driver.open(0);
    expect(anew.isLost).toBe(false);
    expect(anew.allocate(16)).toBeGreaterThan(0);
  });
});
