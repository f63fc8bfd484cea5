import * as tf from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { areOf, elementLaunch, sizeOf, typeOf } from "../kernels/elements.ts";
import { requireCountable } from "../matrix/size-error.ts";
import { isDeviceType, type DeviceType } from "../memory/storage.ts";

const FILE = "gather-nd.cu";

/** Axes that a place may name, `kMostAxes` of `kernels/gather-nd.cu`. */
const MOST_AXES = 8;

/** Slices of a tensor, and the places that name some of them. */
interface Slices {
  readonly places: tf.TensorInfo;
  readonly picks: number;
  readonly axes: number;
  /** Elements of a slice. */
  readonly inner: number;
  readonly slices: number;
  readonly strides: readonly number[];
}

/** Whether the device can go by these places: where the host knows one to be wrong, JavaScript names it. */
function isSound(backend: CudaBackend, { places, axes, slices, strides }: Slices): boolean {
  if (places.dtype !== "int32" || axes > MOST_AXES) return false;
  const { host } = backend.data.get(places.dataId);
  const known = Array.from((host ?? []) as ArrayLike<number>);
  for (let at = 0; at < known.length; at += axes) {
    const number = strides.reduce((sum, stride, axis) => sum + stride * known[at + axis]!, 0);
    if (number < 0 || number >= slices) return false;
  }
  return true;
}

/**
 * Makes a tensor of others by their slices.
 * @param inputs in the order of the entry's parameters.
 * @param more of its numbers, between the count of elements and the slices.
 */
function launch(
  backend: CudaBackend,
  kernel: string,
  name: string,
  inputs: readonly tf.TensorInfo[],
  { shape, dtype }: { readonly shape: readonly number[]; readonly dtype: DeviceType },
  { picks, axes, inner, slices, strides }: Slices,
  more: readonly number[] = [],
): tf.TensorInfo {
  const addresses = inputs.map((input) => backend.address(input));
  const y = backend.output(shape, dtype);
  requireCountable(kernel, ...inputs, y);
  const count = sizeOf(y);
  if (count === 0) return y;
  const args = backend.arguments();
  for (const address of [...addresses, backend.address(y)]) args.address(address);
  const all = Array.from({ length: MOST_AXES }, (_, axis) => strides[axis] ?? 0);
  args.int32(count, ...more, picks, axes, inner, slices, ...all);
  backend.launch({ file: FILE, name }, elementLaunch(count, 1), args);
  return y;
}

/** Elements of one byte have entries of their own. */
const widthOf = (dtype: DeviceType): string => (dtype === "bool" ? "bytes" : "words");

const gatherNd = defineKernel(tf.GatherNd, (backend, { params, indices }: Present<tf.GatherNdInputs>) => {
  const [shape, picks, inner, strides] = tf.backend_util.prepareAndValidate(params, indices);
  const axes = indices.shape.at(-1) ?? 0;
  const slices = {
    places: indices,
    picks,
    axes,
    inner,
    slices: sizeOf(params) / inner,
    strides: strides.slice(0, axes),
  };
  if (!isDeviceType(params.dtype) || (picks > 0 && !isSound(backend, slices))) {
    return backend.scripts.run(tf.GatherNd, { params, indices });
  }
  const name = `gather_nd_${widthOf(params.dtype)}`;
  return launch(backend, tf.GatherNd, name, [params, indices], { shape, dtype: params.dtype }, slices);
});

/** The slices that updates go to. */
function slicesOf(updates: tf.TensorInfo, indices: tf.TensorInfo, shape: number[]): Slices {
  const info = tf.backend_util.calculateShapes(updates, indices, shape);
  const { sliceRank: axes, numUpdates: picks, sliceSize: inner, strides, outputSize } = info;
  return { places: indices, picks, axes, inner, slices: outputSize / inner, strides: strides.slice(0, axes) };
}

const scatterNd = defineKernel(
  tf.ScatterNd,
  (backend, { indices, updates }: Present<tf.ScatterNdInputs>, { shape }: tf.ScatterNdAttrs) => {
    const slices = slicesOf(updates, indices, shape);
    // A number alone has no slice of its own.
    if (!areOf(["float32", "int32"], updates) || updates.shape.length === 0 || !isSound(backend, slices)) {
      return backend.scripts.run(tf.ScatterNd, { indices, updates }, { shape });
    }
    const dtype = typeOf(updates);
    return launch(backend, tf.ScatterNd, `scatter_nd_${dtype}`, [updates, indices], { shape, dtype }, slices);
  },
);

const tensorScatterUpdate = defineKernel(
  tf.TensorScatterUpdate,
  (backend, inputs: Present<tf.TensorScatterUpdateInputs>, attrs: tf.TensorScatterUpdateAttrs) => {
    const { tensor, indices, updates } = inputs;
    const slices = slicesOf(updates, indices, tensor.shape);
    if (!areOf(["float32", "int32", "bool"], tensor, updates) || !isSound(backend, slices)) {
      return backend.scripts.run(tf.TensorScatterUpdate, { ...inputs }, { ...attrs });
    }
    const result = { shape: tensor.shape, dtype: typeOf(tensor) };
    const step = updates.shape.length === 0 ? 0 : 1;
    const name = `update_nd_${widthOf(result.dtype)}`;
    return launch(backend, tf.TensorScatterUpdate, name, [tensor, updates, indices], result, slices, [step]);
  },
);

/** What goes by places along several axes. */
export const gatherNdKernels: readonly Kernel[] = [gatherNd, scatterNd, tensorScatterUpdate];
