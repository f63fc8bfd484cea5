import { ACTIVATION_GRADIENT, SOFTMAX_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY_GRADIENT } from "@camada/tensor";
import { describeActivationGradient, describeSoftmax } from "@camada/test-kit/kernel-suites";
import { device } from "./run-kernel.ts";
import { ULPS } from "./ulps.ts";

describeSoftmax(device, {
  crossEntropy: SOFTMAX_CROSS_ENTROPY,
  gradient: SOFTMAX_CROSS_ENTROPY_GRADIENT,
  exponentialUlps: ULPS["Exp"]!,
});

describeActivationGradient(device, ACTIVATION_GRADIENT);
