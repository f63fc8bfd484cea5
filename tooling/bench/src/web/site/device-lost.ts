import * as tf from "@tensorflow/tfjs-core";

/** What tfjs's WebGL and WebGPU backends, and ours on them, say of their devices. */
interface GpuBackend {
  readonly gpgpu?: { readonly gl: WebGL2RenderingContext };
  readonly device?: { readonly lost: Promise<unknown> };
}

/** Rejects once the active backend's device is lost: tfjs would wait for its answer for ever. */
export function deviceLost(): Promise<never> {
  const { gpgpu, device } = tf.backend() as unknown as GpuBackend;
  return new Promise((_, reject) => {
    const lose = (): void => reject(new Error("the device was lost"));
    gpgpu?.gl.canvas.addEventListener("webglcontextlost", lose);
    void device?.lost.then(lose);
  });
}
