import { fileURLToPath } from "node:url";
import { compile, conv2d, dense, useBackend } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { CudaBackend } from "../../src/cuda-backend.ts";
import type { CudaInfo } from "../../src/cuda-info.ts";
import { CudaError } from "../../src/driver/errors.ts";
import type { Trial } from "../../src/tuning.ts";
import { simulatedCuda, type SimulatedCudaOptions } from "./simulated-cuda.ts";

const folder = fileURLToPath(new URL("../..", import.meta.url));
/** What the project runs on, to which every test goes back. */
const before = tf.getBackend();

async function begin(options: Partial<SimulatedCudaOptions> = {}) {
  const device = simulatedCuda({ folder, count: 2, device: 1, isGuarded: false, tune: true, ...options });
  const info = (await useBackend(device)) as CudaInfo;
  const backend = tf.backend() as CudaBackend;
  return { info, backend, context: backend.context };
}

afterEach(async () => {
  vi.restoreAllMocks();
  const own = tf.getBackend();
  await tf.setBackend(before);
  if (own !== before) tf.removeBackend(own);
});

/** Numbers without a pattern. */
function numbers(shape: readonly number[], seed: number): tf.Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin((i + 1) * (seed + 0.37))),
    [...shape],
  );
}

describe("Tuning", () => {
  /** Ways that write their number, or what is wrong of it, and take so many milliseconds. */
  async function trialOf(ways: Readonly<Record<string, { readonly ms: number; readonly writes: number | Error }>>) {
    const { backend, context } = await begin();
    const result = backend.output([2]);
    const address = backend.address(result);
    let last = "";
    const trial: Trial<string> = {
      compute: vi.fn<(way: string) => void>((way) => {
        const { writes } = ways[(last = way)]!;
        if (writes instanceof Error) throw writes;
        context.upload(address, Float32Array.of(1, writes));
      }),
      results: () => [{ address, size: 2 }],
    };
    vi.spyOn(context, "elapsedMs").mockImplementation(() => ways[last]!.ms);
    const choose = () => backend.tuning!.choose("it", trial, "first", () => Object.keys(ways));
    return { backend, trial, choose, shapes: () => backend.tuning!.shapes() };
  }

  it("chooses what takes the least time, once", async () => {
    const { trial, choose, shapes } = await trialOf({
      first: { ms: 30, writes: 7 },
      second: { ms: 10, writes: 7.0001 },
      third: { ms: 20, writes: 7 },
    });
    expect(choose()).toBe("second");
    const runs = vi.mocked(trial.compute).mock.calls.length;
    expect(choose()).toBe("second");
    expect(vi.mocked(trial.compute)).toHaveBeenCalledTimes(runs);
    const ways = [
      { name: '"second"', ms: 2 },
      { name: '"third"', ms: 4 },
      { name: '"first"', ms: 6 },
    ];
    expect(shapes()).toEqual([{ name: "it", ways }]);
  });

  it.each([
    ["other results", 7.1],
    ["NaN", NaN],
    ["a refusal of the card", new CudaError("cuLaunchKernel", 701, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", "too many")],
  ])("leaves out a way with %s, and says so", async (_, writes) => {
    const { choose, shapes } = await trialOf({ first: { ms: 30, writes: 7 }, second: { ms: 10, writes } });
    expect(choose()).toBe("first");
    expect(shapes()[0]!.ways).toEqual([{ name: '"first"', ms: 6 }, { name: '"second"' }]);
  });

  it("hides no other error", async () => {
    const { choose, shapes } = await trialOf({
      first: { ms: 30, writes: 7 },
      second: { ms: 10, writes: new TypeError("a mistake") },
    });
    expect(choose).toThrow("a mistake");
    expect(shapes()).toEqual([]);
  });
});

describe("cuda with tune", () => {
  it("tries every kind of plan of a convolution, whose results are alike", async () => {
    const { info, backend } = await begin({ computeCapability: [9, 0] });
    expect(info.tfBackend).toBe("cuda-simulated-1-tuned");
    const launches = vi.spyOn(backend, "launch");
    const [x, weight] = [numbers([2, 8, 9, 9], 0.1), numbers([16, 8, 3, 3], 0.2)] as [tf.Tensor4D, tf.Tensor4D];
    const y = conv2d(x, weight);
    const [shape, ...others] = info.tuned!();
    expect(others).toEqual([]);
    expect(shape!.name).toBe("convolution 2x8x9x9 to 16x7x7, 3x3");
    const names = shape!.ways.map(({ name }) => name);
    for (const kind of ["tiles", '"warpRows"', '"warpgroups"']) {
      expect(names.filter((name) => name.includes(kind)).length, kind).toBeGreaterThan(0);
    }
    expect(shape!.ways.filter(({ ms }) => ms === undefined)).toEqual([]);
    const before = launches.mock.calls.length;
    tf.dispose(conv2d(x, weight));
    expect(launches.mock.calls.length - before).toBeLessThanOrEqual(2);
    expect(info.tuned!()).toHaveLength(1);
    tf.dispose([x, weight, y]);
  });

  it("times in a step's first call, and records and replays what it chose", async () => {
    const { info } = await begin();
    const weight = tf.variable(numbers([128, 512], 0.3) as tf.Tensor2D);
    const forward = (x: tf.Tensor2D) => tf.tidy(() => dense(x, weight));
    const step = compile(forward);
    const x = numbers([128, 512], 0.4) as tf.Tensor2D;
    const results = [1, 2, 3].map(() => {
      const y = step(x);
      const values = y.dataSync();
      y.dispose();
      return [...values];
    });
    expect(step.refusal).toBeUndefined();
    expect(info.tuned!().map(({ name }) => name)).toEqual(["CamadaDense turned 1x128x512 by 512x128"]);
    for (const values of results.slice(1)) expect(values).toEqual(results[0]);
    step.dispose();
    tf.dispose([x, weight]);
  });
});
