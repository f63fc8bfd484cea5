import * as tf from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import type { LaunchArguments } from "../driver/arguments.ts";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { areOf, elementLaunch, sizeOf, typeOf } from "../kernels/elements.ts";
import { requireCountable } from "../matrix/size-error.ts";
import { isDeviceType } from "../memory/storage.ts";

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

function writeSlices(args: LaunchArguments, { picks, axes, inner, slices, strides }: Slices): LaunchArguments {
  const all = Array.from({ length: MOST_AXES }, (_, axis) => strides[axis] ?? 0);
  return args.int32(picks, axes, inner, slices, ...all);
}

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
  const addresses = [backend.address(params), backend.address(indices)];
  const y = backend.output(shape, params.dtype);
  requireCountable(tf.GatherNd, params, indices, y);
  const count = sizeOf(y);
  if (count === 0) return y;
  const args = backend.arguments();
  for (const address of [...addresses, backend.address(y)]) args.address(address);
  const name = params.dtype === "bool" ? "gather_nd_bytes" : "gather_nd_words";
  backend.launch({ file: FILE, name }, elementLaunch(count, 1), writeSlices(args.int32(count), slices));
  return y;
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
    const addresses = [backend.address(updates), backend.address(indices)];
    const y = backend.output(shape, typeOf(updates));
    requireCountable(tf.ScatterNd, indices, updates, y);
    const count = sizeOf(y);
    if (count === 0) return y;
    const args = backend.arguments();
    for (const address of [...addresses, backend.address(y)]) args.address(address);
    const name = `scatter_nd_${updates.dtype}`;
    backend.launch({ file: FILE, name }, elementLaunch(count, 1), writeSlices(args.int32(count), slices));
    return y;
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
    const addresses = [tensor, updates, indices].map((input) => backend.address(input));
    const y = backend.output(tensor.shape, typeOf(tensor));
    requireCountable(tf.TensorScatterUpdate, tensor, indices, updates);
    const count = sizeOf(y);
    if (count === 0) return y;
    const args = backend.arguments();
    for (const address of [...addresses, backend.address(y)]) args.address(address);
    const name = tensor.dtype === "bool" ? "update_nd_bytes" : "update_nd_words";
    const step = updates.shape.length === 0 ? 0 : 1;
    backend.launch({ file: FILE, name }, elementLaunch(count, 1), writeSlices(args.int32(count, step), slices));
    return y;
  },
);

/** What goes by places along several axes. */
export const gatherNdKernels: readonly Kernel[] = [gatherNd, scatterNd, tensorScatterUpdate];
