import { BATCH_NORM, BATCH_NORM_GRADIENT, NORMALIZE } from "@camada/tensor";
import { describeBatchNorm } from "@camada/test-kit/kernel-suites";
import { native } from "./native-run.ts";

describeBatchNorm(native, { batchNorm: BATCH_NORM, normalize: NORMALIZE, gradient: BATCH_NORM_GRADIENT });
