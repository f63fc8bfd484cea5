import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { NativeBackend } from "../native-backend.ts";

/** The same elements under another shape. */
export function share(backend: NativeBackend, x: TensorInfo, shape: readonly number[] = x.shape): TensorInfo {
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: [...shape], dtype: x.dtype };
}
