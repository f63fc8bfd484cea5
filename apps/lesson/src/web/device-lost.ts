import { DeviceLostError } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";

/** What tfjs's WebGL and WebGPU backends say of their devices. */
interface GpuBackend {
  readonly gpgpu?: { readonly gl: WebGL2RenderingContext };
  readonly device?: { readonly lost: Promise<unknown> };
}

/**
 * Watches the active backend's device. A lost WebGL context does not throw: it reads zeros.
 * @returns throws {@link DeviceLostError} once the device is lost.
 */
export function deviceWatch(): () => void {
  const backend = tf.backend() as unknown as GpuBackend;
  const name = tf.getBackend();
  let isLost = false;
  void backend.device?.lost.then(() => (isLost = true));
  return () => {
    if (isLost || backend.gpgpu?.gl.isContextLost() === true) throw new DeviceLostError(name);
  };
}

/** Resolves once the active backend's device is lost; of a backend without one, never. */
export function deviceLost(): Promise<void> {
  const { gpgpu, device } = tf.backend() as unknown as GpuBackend;
  return new Promise((resolve) => {
    gpgpu?.gl.canvas.addEventListener("webglcontextlost", () => resolve(), { once: true });
    void device?.lost.then(() => resolve());
  });
}
