import { avgPool, BackendUnavailableError, conv2d, maxPool, useBackend } from "@camada/tensor";
import { expectClose } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cuda, type CudaOptions } from "../../src/cuda.ts";
import { restoreLegacyUtil } from "../../src/tfjs-node-gpu/legacy-util.ts";

/**
 * A stand-in for the package, which no machine without CUDA 11.2 can load: it registers a backend as the package does, and
 * computes in JavaScript. As the package's, its spatial kernels refuse what TensorFlow has no form for.
 */
class StandIn extends MathBackendCPU {
  readonly isUsingGpuDevice: boolean;
  readonly binding = { TF_Version: "2.9.1" };

  constructor(isUsingGpuDevice: boolean) {
    super();
    this.isUsingGpuDevice = isUsingGpuDevice;
    (this as unknown as { firstUse: boolean }).firstUse = false;
  }
}

const SPATIAL = [tf.Conv2D, tf.Conv2DBackpropInput, tf.Conv2DBackpropFilter, tf.MaxPool, tf.AvgPool];
/** What was refused, by kernel. */
const refused: string[] = [];

function standIn({ hasCard = true } = {}): () => Promise<void> {
  return () => {
    tf.copyRegisteredKernels("cpu", "tensorflow");
    for (const kernelName of SPATIAL) {
      const { kernelFunc } = tf.getKernel(kernelName, "tensorflow")!;
      tf.unregisterKernel(kernelName, "tensorflow");
      tf.registerKernel({
        kernelName,
        backendName: "tensorflow",
        kernelFunc(parameters) {
          const { pad, dataFormat = "NHWC" } = parameters.attrs as { pad?: unknown; dataFormat?: string };
          if ((pad !== "valid" && pad !== "same") || dataFormat !== "NHWC") {
            refused.push(kernelName);
            throw new Error("TF Backend supports only 'valid' and 'same' padding");
          }
          return kernelFunc(parameters);
        },
      });
    }
    tf.registerBackend("tensorflow", () => new StandIn(hasCard), 3);
    return Promise.resolve();
  };
}

const withEngine = (options: CudaOptions) => cuda({ engine: "tfjs-node-gpu", ...options });
const failing = (message: string, code?: string) => () => Promise.reject(Object.assign(new Error(message), { code }));
const failureOf = (options: CudaOptions): Promise<Error> =>
  withEngine(options)
    .activate()
    .then(
      () => new Error("it was activated"),
      (error: Error) => error,
    );

const VARIABLES = ["NVIDIA_TF32_OVERRIDE", "TF_FORCE_GPU_ALLOW_GROWTH", "TF_CPP_MIN_LOG_LEVEL"] as const;
beforeEach(async () => {
  refused.length = 0;
  await tf.setBackend("cpu");
  for (const name of VARIABLES) delete process.env[name];
});
afterEach(async () => {
  await tf.setBackend("cpu");
  if (tf.findBackendFactory("tensorflow") !== null) tf.removeBackend("tensorflow");
  for (const { kernelName } of tf.getKernelsForBackend("tensorflow")) tf.unregisterKernel(kernelName, "tensorflow");
  for (const name of VARIABLES) delete process.env[name];
});

describe("the engine tfjs-node-gpu, with a stand-in for its package", () => {
  it("says what runs", async () => {
    expect(await withEngine({ loadTfjsNodeGpu: standIn() }).activate()).toEqual({
      tfBackend: "tensorflow",
      engine: "tfjs-node-gpu",
      description: "tfjs-node-gpu; TensorFlow 2.9.1, CUDA 11.2; float32",
      layout: "NHWC",
      precision: "float32",
      threads: 1,
      cudaVersion: "11.2",
      rejected: [],
    });
    expect(tf.getBackend()).toBe("tensorflow");
  });

  it("tells TensorFlow before it is loaded how to behave, and leaves what the user said", async () => {
    process.env["TF_CPP_MIN_LOG_LEVEL"] = "0";
    let seen: (string | undefined)[] = [];
    await withEngine({
      loadTfjsNodeGpu() {
        seen = VARIABLES.map((name) => process.env[name]);
        return standIn()();
      },
    }).activate();
    expect(seen).toEqual(["0", "true", "0"]);
  });

  it("says that it rounds to TF32 where that was asked for", async () => {
    const info = await withEngine({ precision: "tf32", loadTfjsNodeGpu: standIn() }).activate();
    expect(info.precision).toBe("tf32");
    expect(process.env["NVIDIA_TF32_OVERRIDE"]).toBeUndefined();
  });

  it("loads the package once, and goes back to it", async () => {
    let loads = 0;
    const loadTfjsNodeGpu = () => {
      loads++;
      return standIn()();
    };
    await withEngine({ loadTfjsNodeGpu }).activate();
    await withEngine({ loadTfjsNodeGpu }).activate();
    expect(loads).toBe(1);
  });

  it("convolves and pools with any padding and groups by kernels that know none", async () => {
    await useBackend(withEngine({ loadTfjsNodeGpu: standIn() }));
    const x = tf.tensor4d(
      Array.from({ length: 2 * 4 * 5 * 6 }, (_, i) => ((i * 7) % 11) - 5),
      [2, 4, 5, 6],
    );
    const weight = tf.tensor4d(
      Array.from({ length: 6 * 2 * 3 * 3 }, (_, i) => ((i * 5) % 7) - 3),
      [6, 2, 3, 3],
    );
    const y = conv2d(x, weight, undefined, { padding: [2, 1], strides: 2, groups: 2 });
    // The loops of the definition.
    const at = (n: number, c: number, h: number, w: number): number =>
      h < 0 || w < 0 || h >= 5 || w >= 6 ? 0 : x.arraySync()[n]![c]![h]![w]!;
    const w4 = weight.arraySync();
    const expected = Array.from({ length: y.size }, (_, place) => {
      const [, cOut, height, width] = y.shape as [number, number, number, number];
      const [w, h, o, n] = [
        place % width,
        Math.floor(place / width) % height,
        Math.floor(place / width / height) % cOut,
        Math.floor(place / width / height / cOut),
      ];
      let sum = 0;
      for (let c = 0; c < 2; c++)
        for (let kh = 0; kh < 3; kh++)
          for (let kw = 0; kw < 3; kw++)
            sum += at(n, Math.floor(o / 3) * 2 + c, h * 2 + kh - 2, w * 2 + kw - 1) * w4[o]![c]![kh]![kw]!;
      return sum;
    });
    expectClose(y.dataSync(), expected, { absolute: 0 });
    const corner = Array.from(maxPool(x, { poolSize: 2, padding: 1 }).dataSync().subarray(0, 4));
    // The first row of windows has the first row of the picture alone: -5 2 -2 5 1 -3.
    expect(corner).toEqual([-5, 2, 5, -3]);
    const averages = Array.from(avgPool(x, { poolSize: 3, strides: 2, padding: 1 }).dataSync().subarray(0, 1));
    // Nine places, of which four are in the picture: -5 2 4 0.
    expect(averages).toEqual([Math.fround(1 / 9)]);
    expect(refused).toEqual([]);
  });

  it.each<[string, CudaOptions, string]>([
    [
      "an absent package",
      {
        loadTfjsNodeGpu: failing(
          "Cannot find package '@tensorflow/tfjs-node-gpu' imported from x",
          "ERR_MODULE_NOT_FOUND",
        ),
      },
      "cuda: expected the package @tensorflow/tfjs-node-gpu, got none; npm install @tensorflow/tfjs-node-gpu@4.22.0",
    ],
    [
      "a package without its binary",
      {
        loadTfjsNodeGpu: failing(
          "The Node.js native addon module (tfjs_binding.node) can not be found at path: x\nPlease run",
        ),
      },
      "cuda: expected @tensorflow/tfjs-node-gpu to load, got The Node.js native addon module (tfjs_binding.node) can not be found at path: x",
    ],
    [
      "a package that lacks one of its own",
      { loadTfjsNodeGpu: failing("Cannot find module 'node-pre-gyp'", "MODULE_NOT_FOUND") },
      "cuda: expected @tensorflow/tfjs-node-gpu to load, got Cannot find module 'node-pre-gyp'",
    ],
    [
      "a package with another tfjs-core",
      { loadTfjsNodeGpu: () => Promise.resolve() },
      `cuda: expected @tensorflow/tfjs-node-gpu to share tfjs-core ${tf.version_core}, got a copy of its own; install one version of tfjs`,
    ],
    [
      "a TensorFlow without a card",
      { loadTfjsNodeGpu: standIn({ hasCard: false }) },
      "cuda: expected TensorFlow to find a card, got none; it wants CUDA 11.2 and cuDNN 8.1 beside the driver",
    ],
    [
      "another card",
      { device: 1 },
      "cuda: expected device 0 for tfjs-node-gpu, got 1; CUDA_VISIBLE_DEVICES chooses its card",
    ],
    ["bf16", { precision: "bf16" }, "cuda: expected precision float32 or tf32 for tfjs-node-gpu, got bf16"],
    ["a limit of memory", { memoryLimitBytes: 5 }, "cuda: expected no memoryLimitBytes for tfjs-node-gpu, got 5"],
  ])("refuses %s with a sentence, and leaves tfjs as it was", async (_, options, sentence) => {
    const error = await failureOf(options);
    expect(error).toBeInstanceOf(BackendUnavailableError);
    expect((error.cause as Error).message).toBe(sentence);
    expect(tf.getBackend()).toBe("cpu");
    expect(tf.findBackendFactory("tensorflow")).toBeNull();
  });

  it("comes after the driver, whose refusal is reported", async () => {
    const info = await cuda({ device: 0, kernelFolder: "/nowhere", loadTfjsNodeGpu: standIn(), memoryLimitBytes: 0 })
      .activate()
      .catch((error: unknown) => error);
    // On a machine with a card the driver comes first.
    const { engine, rejected } = info as { engine: string; rejected: { engine: string; reason: string }[] };
    if (engine === "driver") return;
    expect(engine).toBe("tfjs-node-gpu");
    expect(rejected).toEqual([{ engine: "driver", reason: expect.stringMatching(/^cuda: expected/) }]);
  });

  it("has every reason in the cause when none runs", async () => {
    const options = { device: 4096, loadTfjsNodeGpu: standIn() };
    const error: unknown = await cuda(options)
      .activate()
      .catch((reason: unknown) => reason);
    const { cause } = error as Error;
    expect(cause).toBeInstanceOf(AggregateError);
    expect((cause as AggregateError).errors.map(({ message }: Error) => message)).toEqual([
      expect.stringMatching(/^cuda: expected (NVIDIA's driver|a device)/),
      "cuda: expected device 0 for tfjs-node-gpu, got 4096; CUDA_VISIBLE_DEVICES chooses its card",
    ]);
  });
});

describe("restoreLegacyUtil", () => {
  it("gives back what newer versions of Node lack", () => {
    const util: { isArray?: (value: unknown) => boolean; isNullOrUndefined?: (value: unknown) => boolean } = {};
    restoreLegacyUtil(util);
    expect([[], {}].map((value) => util.isArray?.(value))).toEqual([true, false]);
    expect([null, undefined, 0].map((value) => util.isNullOrUndefined?.(value))).toEqual([true, true, false]);
  });

  it("leaves what is there", () => {
    const isArray = () => true;
    const util = { isArray };
    restoreLegacyUtil(util);
    expect(util.isArray).toBe(isArray);
  });
});
