import { join } from "node:path";
import type { CudaInfo } from "../../src/cuda-info.ts";
import type { CudaPrecision } from "../../src/cuda-backend.ts";
import { driverEngine } from "../../src/driver-engine.ts";
import type { DriverContext } from "../../src/driver/driver.ts";
import { CachingMemory } from "../../src/memory/caching-memory.ts";
import { ExactMemory } from "./exact-memory.ts";
import { SimulatedCompiler } from "./simulated-compiler.ts";
import { SimulatedDriver } from "./simulated-driver.ts";

/** Options of {@link simulatedCuda}. */
export interface SimulatedCudaOptions {
  /** Folder of the package `backend-cuda`. */
  readonly folder: string;
  readonly device?: number;
  readonly precision?: CudaPrecision;
  readonly tune?: boolean;
  readonly memoryLimitBytes?: number;
  /** Devices that there are; default 1. */
  readonly count?: number;
  /** Their generation; default 8.0. */
  readonly computeCapability?: readonly [number, number];
  /** Memory of each; default 8 GiB. */
  readonly memoryBytes?: number;
  /** Whether every tensor has pages of its own, so that a kernel cannot leave it unnoticed. Default: true. */
  readonly isGuarded?: boolean;
}

/** The engine `driver` on a device that the CPU simulates, with all that tests may want to look at. */
export function simulatedCuda(options: SimulatedCudaOptions) {
  const { folder, count = 1, memoryBytes = 8 * 2 ** 30, isGuarded = true, computeCapability = [8, 0] } = options;
  const headers = join(folder, "test/simulated");
  const cacheFolder = join(folder, "node_modules/.cache/simulated");
  const compiler = new SimulatedCompiler(headers, cacheFolder);
  const driver = new SimulatedDriver({ headers, compiler, count, memoryBytes, computeCapability });
  const parts = {
    tfBackend: "cuda-simulated",
    driver: () => driver,
    compiler: () => ({ compiler, target: compiler.version }),
    memory: (context: DriverContext, capBytes: number) =>
      isGuarded ? new ExactMemory(context, capBytes) : new CachingMemory(context, capBytes),
  };
  const engine = driverEngine({ ...options, cacheFolder, kernelFolder: join(folder, "kernels") }, parts);
  const activate = async (): Promise<CudaInfo> => ({ ...(await engine.start()), rejected: [] });
  return { name: "cuda" as const, device: "gpu(0)", activate, compile: engine.compile, driver, compiler };
}
