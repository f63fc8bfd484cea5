import * as tf from "@tensorflow/tfjs-core";
import { defineKernel, scriptKernel, type Kernel, type Present } from "../kernel.ts";
import type { NativeBackend } from "../native-backend.ts";

type ForwardInputs = Present<tf.ResizeBilinearInputs>;
type GradientInputs = Present<tf.ResizeBilinearGradInputs>;

/** `native/src/resize.cc`; images are `[n, h, w, c]`. */
function run(
  backend: NativeBackend,
  name: string,
  from: tf.TensorInfo,
  to: tf.TensorInfo,
  [image, resized]: readonly [readonly number[], readonly number[]],
  { alignCorners, halfPixelCenters }: { readonly alignCorners: boolean; readonly halfPixelCenters?: boolean },
): tf.TensorInfo {
  const [n = 0, hIn = 0, wIn = 0, channels = 0] = image;
  const [, hOut = 0, wOut = 0] = resized;
  const flags = [alignCorners, halfPixelCenters].map((flag) => (flag === true ? 1 : 0));
  const fields = [n, hIn, wIn, channels, hOut, wOut, ...flags];
  backend.library.run(name, fields, backend.address(from), backend.address(to));
  return to;
}

function forward(kernelName: string, name: string): Kernel {
  return defineKernel(kernelName, (backend, { images }: ForwardInputs, attrs: tf.ResizeBilinearAttrs) => {
    const [n = 0, h = 0, w = 0, channels = 0] = images.shape;
    if (images.dtype !== "float32" || h * w === 0) {
      return scriptKernel(kernelName)({ inputs: { images }, backend, attrs: { ...attrs } }) as tf.TensorInfo;
    }
    const y = backend.output([n, ...attrs.size, channels]);
    return run(backend, name, images, y, [images.shape, y.shape], attrs);
  });
}

/** tfjs's gradients know nothing of half pixels. */
function gradient(kernelName: string, name: string): Kernel {
  return defineKernel(kernelName, (backend, inputs: GradientInputs, { alignCorners }: tf.ResizeBilinearGradAttrs) => {
    const { images, dy } = inputs;
    if (images.dtype !== "float32" || dy.dtype !== "float32") {
      return scriptKernel(kernelName)({ inputs: { ...inputs }, backend, attrs: { alignCorners } }) as tf.TensorInfo;
    }
    return run(backend, name, dy, backend.output(images.shape), [images.shape, dy.shape], { alignCorners });
  });
}

/** tfjs's resizing of images, channels last. */
export const resizeKernels: readonly Kernel[] = [
  forward(tf.ResizeBilinear, "camada_resize_bilinear"),
  forward(tf.ResizeNearestNeighbor, "camada_resize_nearest"),
  gradient(tf.ResizeBilinearGrad, "camada_resize_bilinear_gradient"),
  gradient(tf.ResizeNearestNeighborGrad, "camada_resize_nearest_gradient"),
];
