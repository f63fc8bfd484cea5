import * as tf from "@tensorflow/tfjs-core";
import { version_cpu as version } from "@tensorflow/tfjs-backend-cpu";
import type { Engine } from "../engine.ts";
import { QuietCpuBackend } from "./quiet-cpu-backend.ts";

const TF_BACKEND = "camada-js";
const PRIORITY = 0;

/** tfjs's plain JavaScript kernels under a name of ours. They run wherever JavaScript does. */
export const jsEngine: Engine = {
  async start() {
    if (!tf.findBackendFactory(TF_BACKEND)) {
      tf.copyRegisteredKernels("cpu", TF_BACKEND);
      tf.registerBackend(TF_BACKEND, () => new QuietCpuBackend(), PRIORITY);
    }
    if (!(await tf.setBackend(TF_BACKEND))) throw new Error("tfjs could not start its JavaScript backend");
    return {
      tfBackend: TF_BACKEND,
      engine: "js",
      description: `plain JavaScript, tfjs-backend-cpu ${version}`,
      layout: "NHWC",
      precision: "float32",
      threads: 1,
    };
  },
};
