import * as tf from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import type { Address } from "../driver/driver.ts";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { areOf, elementLaunch, sizeOf, typeOf } from "../kernels/elements.ts";
import { requireCountable } from "../matrix/size-error.ts";

const FILE = "resize.cu";

const bilinear = defineKernel(
  tf.ResizeBilinear,
  (backend, { images }: Present<tf.ResizeBilinearInputs>, attrs: tf.ResizeBilinearAttrs) => {
    if (!areOf(["float32"], images)) return backend.scripts.run(tf.ResizeBilinear, { images }, { ...attrs });
    return resize(backend, tf.ResizeBilinear, "resize_bilinear", images, attrs);
  },
);

const nearest = defineKernel(
  tf.ResizeNearestNeighbor,
  (backend, { images }: Present<tf.ResizeNearestNeighborInputs>, attrs: tf.ResizeNearestNeighborAttrs) => {
    if (!areOf(["float32", "int32"], images)) {
      return backend.scripts.run(tf.ResizeNearestNeighbor, { images }, { ...attrs });
    }
    return resize(backend, tf.ResizeNearestNeighbor, "resize_nearest", images, attrs);
  },
);

const bilinearGradient = defineKernel(
  tf.ResizeBilinearGrad,
  (backend, { images, dy }: Present<tf.ResizeBilinearGradInputs>, attrs: tf.ResizeBilinearGradAttrs) => {
    return gradient(backend, tf.ResizeBilinearGrad, "resize_bilinear_gradient", [images, dy], attrs);
  },
);

const nearestGradient = defineKernel(
  tf.ResizeNearestNeighborGrad,
  (backend, { images, dy }: Present<tf.ResizeNearestNeighborGradInputs>, attrs: tf.ResizeNearestNeighborGradAttrs) => {
    return gradient(backend, tf.ResizeNearestNeighborGrad, "resize_nearest_gradient", [images, dy], attrs);
  },
);

/** Images in other sizes, channels last, and the gradients. */
export const resizeKernels: readonly Kernel[] = [bilinear, bilinearGradient, nearest, nearestGradient];

interface Attrs {
  readonly alignCorners: boolean;
  readonly halfPixelCenters?: boolean;
}

/** Images `[n, height, width, c]` as they are in another size. */
function resize(
  backend: CudaBackend,
  kernel: string,
  name: string,
  images: tf.TensorInfo,
  attrs: Attrs & { readonly size: [number, number] },
): tf.TensorInfo {
  const [n = 0, , , channels = 0] = images.shape;
  const from = backend.address(images);
  const y = backend.output([n, ...attrs.size, channels], typeOf(images));
  launch(backend, kernel, name, [from, y], [images, y], attrs);
  return y;
}

/** What the gradient of images in another size, `dy`, gives the images. */
function gradient(
  backend: CudaBackend,
  kernel: string,
  name: string,
  [images, dy]: readonly [tf.TensorInfo, tf.TensorInfo],
  attrs: Attrs,
): tf.TensorInfo | tf.TensorInfo[] {
  if (!areOf(["float32"], images, dy)) return backend.scripts.run(kernel, { images, dy }, { ...attrs });
  const from = backend.address(dy);
  const dx = backend.output(images.shape);
  launch(backend, kernel, name, [from, dx], [images, dy], attrs);
  return dx;
}

/**
 * @param from address of what is read, and what is written.
 * @param sizes of the images and of those that they become.
 */
function launch(
  backend: CudaBackend,
  kernel: string,
  name: string,
  [from, to]: readonly [Address, tf.TensorInfo],
  sizes: readonly [images: tf.TensorInfo, resized: tf.TensorInfo],
  { alignCorners, halfPixelCenters = false }: Attrs,
): void {
  requireCountable(kernel, ...sizes);
  const count = sizeOf(to);
  if (count === 0) return;
  const [old, resized] = [sizeOfImages(sizes[0]), sizeOfImages(sizes[1])];
  const spans = (size: readonly number[]) =>
    size.map((extent, axis) => (alignCorners && resized[axis]! > 1 ? extent - 1 : extent));
  const args = backend
    .arguments()
    .address(from)
    .address(backend.address(to))
    .int32(count, to.shape[3] ?? 0);
  args.int32(...old, ...resized, ...spans(old), ...spans(resized), alignCorners ? 1 : 0, halfPixelCenters ? 1 : 0);
  backend.launch({ file: FILE, name }, elementLaunch(count, 1), args);
}

/** Height and width. */
function sizeOfImages({ shape }: tf.TensorInfo): number[] {
  return shape.slice(1, 3);
}
