import process from "node:process";
import { CudaDriver } from "../driver/cuda-driver.ts";
import { LibCuda } from "../driver/libcuda.ts";
import { loadNvrtc } from "../nvrtc/libnvrtc.ts";
import { diagnose } from "./diagnose.ts";
import type { CudaDiagnosis } from "./diagnosis.ts";
import { thisMachine } from "./machine.ts";
import { findOptionalLibrary } from "./optional-libraries.ts";

/** What this machine has, asked of its own libraries. */
export function diagnoseThisMachine(): CudaDiagnosis {
  return diagnose({
    machine: () => thisMachine(),
    driver() {
      const library = new LibCuda();
      const { cudaVersion, devices } = new CudaDriver(library);
      return { cudaVersion, devices, file: library.file };
    },
    nvrtc(cudaVersion) {
      const { file, version } = loadNvrtc(cudaVersion);
      return { file, version: version.join(".") };
    },
    library: (name) => findOptionalLibrary(name),
    environment: process.env,
  });
}
