export { cuda, type CudaDevice, type CudaEngine, type CudaOptions } from "./cuda.ts";
export type { CudaPrecision } from "./cuda-backend.ts";
export type { CudaInfo } from "./cuda-info.ts";
export { diagnoseCuda } from "./diagnose-cuda.ts";
export type { CudaDiagnosis, CudaProblem, CudaProblemKind, OptionalPart } from "./doctor/diagnosis.ts";
export type { FoundLibrary, OptionalLibrary } from "./doctor/optional-libraries.ts";
export { CudaCompilationError } from "./compiler/compiler.ts";
export type { DeviceDescription } from "./driver/driver.ts";
export type { TunedShape, TunedWay } from "./tuning.ts";
export type { TfjsNodeGpuLoader } from "./tfjs-node-gpu/engine.ts";
export {
  CudaContextLostError,
  CudaDriverError,
  CudaError,
  CudaOutOfMemoryError,
  NoSuchDeviceError,
} from "./driver/errors.ts";
