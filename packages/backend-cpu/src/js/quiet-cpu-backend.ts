import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";

/** tfjs's JavaScript backend without the advice that it prints at the first tensor in Node: libraries never print. */
export class QuietCpuBackend extends MathBackendCPU {
  constructor() {
    super();
    (this as unknown as { firstUse: boolean }).firstUse = false;
  }
}
