import { DeviceLostError } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";

/** What tfjs's WebGL and WebGPU backends say of their devices. */
interface GpuBackend {
  readonly gpgpu?: { readonly gl?: { isContextLost?(): boolean } };
  readonly device?: { readonly lost?: Promise<unknown> };
}

/**
 * Watches the active backend's device. A lost WebGL context does not throw: it reads zeros.
 * @returns throws {@link DeviceLostError} once the device is lost.
 */
export function deviceWatch(): () => void {
  const backend = tf.backend() as unknown as GpuBackend;
  const name = tf.getBackend();
  let isLost = false;
  void backend.device?.lost?.then(() => (isLost = true));
  return () => {
    if (isLost || backend.gpgpu?.gl?.isContextLost?.() === true) throw new DeviceLostError(name);
  };
}
