import { Slice, slice_util, type SliceAttrs, type SliceInputs } from "@tensorflow/tfjs-core";
import { product } from "../geometry.ts";
import { defineKernel, type Present } from "../kernels/define.ts";

/** tfjs's kernel copies its whole input first, and does not check that the slice lies inside. */
export const slice = defineKernel(Slice, (backend, { x }: Present<SliceInputs>, attrs: SliceAttrs) => {
  const [begin = [], size = []] = slice_util.parseSliceParams(x, attrs.begin, attrs.size);
  slice_util.assertParamsValid(x, begin, size);
  backend.address(x); // brings x here, before there are views that growing memory would detach
  const y = backend.makeOutput(size, x.dtype);
  const from = backend.typedArrayFromHeap(x);
  const to = backend.typedArrayFromHeap(y);
  if (to.length === 0) return y;
  // Axes after `split` are taken whole, so that a step along it copies one run.
  const split = Math.max(
    x.shape.findLastIndex((extent, axis) => extent !== size[axis]),
    0,
  );
  const inner = product(x.shape.slice(split + 1));
  const run = (size[split] ?? 1) * inner;
  const outer = size.slice(0, split);
  for (let target = 0, step = 0; target < to.length; target += run, step++) {
    let place = 0;
    let rest = step;
    let stride = (x.shape[split] ?? 1) * inner;
    for (let axis = split - 1; axis >= 0; axis--) {
      const extent = outer[axis] ?? 1;
      place += ((begin[axis] ?? 0) + (rest % extent)) * stride;
      rest = Math.floor(rest / extent);
      stride *= x.shape[axis] ?? 1;
    }
    const start = place + (begin[split] ?? 0) * inner;
    to.set(from.subarray(start, start + run), target);
  }
  return y;
});
