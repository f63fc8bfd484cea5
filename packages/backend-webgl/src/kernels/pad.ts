import type { KernelFunc, NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { WebglBackend } from "../webgl-backend.ts";

/** tfjs's own program for more axes does not compile. */
const MOST_AXES = 4;

/** Padding. Of more axes than tfjs can pad at once, one after the other is padded, between what is before and after it. */
const pad: KernelFunc = ({ inputs, attrs, backend: any }) => {
  const backend = any as WebglBackend;
  const x = inputs["x"] as TensorInfo;
  const { paddings, constantValue } = attrs as unknown as { paddings: [number, number][]; constantValue: number };
  if (x.shape.length <= MOST_AXES || x.shape.includes(0)) return run("PadV2", x, attrs, backend);
  const shape = [...x.shape];
  let padded = reshape(x, shape, backend);
  paddings.forEach(([before, after], axis) => {
    if (before === 0 && after === 0) return;
    const [outer, size, inner] = [sizeOf(shape.slice(0, axis)), shape[axis]!, sizeOf(shape.slice(axis + 1))];
    const three = reshape(padded, [outer, size, inner], backend);
    const around = [
      [0, 0],
      [before, after],
      [0, 0],
    ];
    const result = run("PadV2", three, { paddings: around, constantValue }, backend);
    shape[axis] = before + size + after;
    const next = reshape(result, shape, backend);
    for (const info of [padded, three, result]) backend.disposeIntermediateTensorInfo(info);
    padded = next;
  });
  return padded;
};

/** tfjs's kernel as it is published. */
function run(kernelName: string, x: TensorInfo, attrs: object | undefined, backend: WebglBackend): TensorInfo {
  const { kernelFunc } = tf.getKernel(kernelName, "webgl")!;
  return kernelFunc({ inputs: { x }, attrs: attrs as NamedAttrMap, backend }) as TensorInfo;
}

function reshape(x: TensorInfo, shape: readonly number[], backend: WebglBackend): TensorInfo {
  return run("Reshape", x, { shape: [...shape] }, backend);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

export const padKernel = { kernelName: "PadV2", kernelFunc: pad };
