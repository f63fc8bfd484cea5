import * as tf from "@tensorflow/tfjs-core";
import { GPGPUContext, setWebGLContext, version_webgl as version } from "@tensorflow/tfjs-backend-webgl";
import type { BackendInfo } from "@camada/tensor";
import { registerOwnKernels } from "./kernels/index.ts";
import { Drawings } from "./drawings.ts";
import { WebglBackend } from "./webgl-backend.ts";

/** Beside tfjs's own `webgl`, which a program may use too: it keeps its kernels and its context. */
const TF_BACKEND = "camada-webgl";
const PRIORITY = 0;

/** Makes a context tfjs's backend. @throws {Error} when tfjs cannot compute in it. */
export async function startEngine(
  context: WebGL2RenderingContext,
  renderer: string,
  allowHalfFloatTraining: boolean,
): Promise<BackendInfo> {
  const running = tf.findBackend(TF_BACKEND) as WebglBackend | null;
  if (running?.gpgpu.gl !== context) {
    if (running !== null) tf.removeBackend(TF_BACKEND);
    // tfjs asks a context of its own what the GPU can do, and would refuse one that software draws.
    setWebGLContext(2, context);
    if (tf.env().getNumber("WEBGL_VERSION") !== 2) throw new Error("tfjs found no WebGL 2");
    if (tf.getKernelsForBackend(TF_BACKEND).length === 0) {
      tf.copyRegisteredKernels("webgl", TF_BACKEND);
      registerOwnKernels(TF_BACKEND);
    }
    const gpgpu = new GPGPUContext(context);
    const programs = { binaries: {}, drawings: new Drawings(gpgpu) };
    tf.registerBackend(TF_BACKEND, () => new WebglBackend(gpgpu, programs, TF_BACKEND), PRIORITY);
  }
  if (!(await tf.setBackend(TF_BACKEND))) throw new Error("tfjs could not start its WebGL backend");
  return infoOf(renderer, allowHalfFloatTraining);
}

function infoOf(renderer: string, allowHalfFloatTraining: boolean): BackendInfo {
  const isFloat32 = tf.env().getBool("WEBGL_RENDER_FLOAT32_ENABLED");
  const refusal = "textures of half floats, in which most training fails; allowHalfFloatTraining trains all the same";
  return {
    tfBackend: TF_BACKEND,
    engine: "webgl2",
    description: `${renderer}, ${isFloat32 ? "float32" : "half-float"} textures, tfjs-backend-webgl ${version}`,
    layout: "NHWC",
    precision: isFloat32 ? "float32" : "float16",
    threads: 1,
    rejected: [],
    ...(isFloat32 || allowHalfFloatTraining ? {} : { trainingRefusal: refusal }),
  };
}
