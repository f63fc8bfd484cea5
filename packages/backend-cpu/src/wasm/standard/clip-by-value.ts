import { ClipByValue, type ClipByValueAttrs, type ClipByValueInputs } from "@tensorflow/tfjs-core";
import { product } from "../geometry.ts";
import { defineKernel, type Present } from "../kernels/define.ts";
import { runOnHost } from "./host.ts";

/** tfjs's kernel loses NaN. */
export const clipByValue = defineKernel(
  ClipByValue,
  (backend, { x }: Present<ClipByValueInputs>, attrs: ClipByValueAttrs) => {
    if (x.dtype !== "float32") return runOnHost(ClipByValue, { inputs: { x }, backend, attrs: { ...attrs } });
    const y = backend.output(x.shape);
    const { clipValueMin, clipValueMax } = attrs;
    backend.kernels.clip(backend.address(x), backend.address(y), product(x.shape), clipValueMin, clipValueMax);
    return y;
  },
);
