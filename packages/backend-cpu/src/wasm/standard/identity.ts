import { Identity, type IdentityInputs } from "@tensorflow/tfjs-core";
import { defineKernel, type Present } from "../kernels/define.ts";

/** Shares the data, as every other backend of tfjs does; tfjs's kernel copies what every gradient saves. */
export const identity = defineKernel(Identity, (backend, { x }: Present<IdentityInputs>) => {
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
});
