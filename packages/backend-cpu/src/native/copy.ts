import type { TensorInfo } from "@tensorflow/tfjs-core";
import { bytesOf } from "./element-type.ts";
import type { NativeBackend } from "./native-backend.ts";

/** Where the elements of a tensor lie, counted in elements. */
export interface Places {
  readonly offset: number;
  /** From one place of each axis to the next: 0 to repeat, negative to run back. */
  readonly strides: readonly number[];
}

/** Copies elements, one for each place of `extents`, from some places of `x` to some of `y`. */
export function copyElements(
  backend: NativeBackend,
  extents: readonly number[],
  [x, from]: readonly [TensorInfo, Places],
  [y, to]: readonly [TensorInfo, Places],
): void {
  const fields = [
    ...[bytesOf(x), extents.length, ...extents],
    ...[from.offset, ...from.strides],
    ...[to.offset, ...to.strides],
  ];
  backend.library.run("camada_copy", fields, backend.address(x), backend.address(y));
}
