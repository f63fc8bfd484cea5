import type { TensorInfo } from "@tensorflow/tfjs-core";

/** Elements that kernels can count with 32 bits. */
const MAX_ELEMENTS = 2 ** 31 - 1;

/** A tensor has more elements than a kernel can count. */
export class CudaSizeError extends RangeError {
  override readonly name = "CudaSizeError";
  readonly kernel: string;
  readonly elements: number;

  constructor(kernel: string, what: string, elements: number) {
    super(`cuda: expected ${kernel} to have at most ${MAX_ELEMENTS} elements in ${what}, got ${elements}`);
    this.kernel = kernel;
    this.elements = elements;
  }
}

/** @throws {CudaSizeError} when a tensor is too large for kernels that count in 32 bits. */
export function requireCountable(kernel: string, ...tensors: readonly (TensorInfo | undefined)[]): void {
  for (const tensor of tensors) {
    if (tensor === undefined) continue;
    const elements = tensor.shape.reduce((product, extent) => product * extent, 1);
    if (elements > MAX_ELEMENTS) throw new CudaSizeError(kernel, `a tensor of [${tensor.shape.join(", ")}]`, elements);
  }
}

/** @throws {CudaSizeError} when there are too many of something. */
export function requireCount(kernel: string, what: string, count: number): void {
  if (count > MAX_ELEMENTS) throw new CudaSizeError(kernel, what, count);
}
