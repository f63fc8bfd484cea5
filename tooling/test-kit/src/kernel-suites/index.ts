/** Suites that the kernels of every backend must pass. */
export { describeActivationGradient } from "./activation-gradient-suite.ts";
export { describeBatchNorm } from "./batch-norm-suite.ts";
export { describeElementWise } from "./element-wise-suite.ts";
export {
  differenceFrom,
  freeing,
  runRegistered,
  runSingle,
  tensorOf,
  valuesOf,
  type KernelEngine,
  type KernelInputs,
  type KernelValues,
} from "./kernel-engine.ts";
export { describeMovements } from "./movement-suite.ts";
export { differencesOf, MOVEMENTS, randomValues } from "./movements.ts";
export { describeReductions } from "./reduction-suite.ts";
export { describeSoftmax, type SoftmaxKernels } from "./softmax-suite.ts";
export { describeUpdates, type UpdateKernels } from "./update-suite.ts";
