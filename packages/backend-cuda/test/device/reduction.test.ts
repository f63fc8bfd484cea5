import { BIAS_GRADIENT } from "@camada/tensor";
import { describeReductions } from "@camada/test-kit/kernel-suites";
import { device } from "./run-kernel.ts";

describeReductions(device, BIAS_GRADIENT);
