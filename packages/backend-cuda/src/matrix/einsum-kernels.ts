import * as tf from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { areOf } from "../kernels/elements.ts";
import { runKernel } from "../run-kernel.ts";

/** A tensor, and which letter of the equation each of its axes is, by number. */
interface Term {
  readonly tensor: tf.TensorInfo;
  readonly letters: readonly number[];
}

const einsum = defineKernel(
  tf.Einsum,
  (backend, inputs: Readonly<Record<string, tf.TensorInfo>>, { equation }: tf.EinsumAttrs) => {
    const tensors = Object.values(inputs);
    if (!areOf(["float32"], ...tensors)) return backend.scripts.run(tf.Einsum, { ...inputs }, { equation });
    const { allDims, summedDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, tensors.length);
    tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as tf.Tensor[]);
    // The letters of the result come first.
    const wanted = Array.from({ length: allDims.length - summedDims.length }, (_, letter) => letter);
    const terms = tensors.map((tensor, at): Term => ({ tensor, letters: idDims[at]! }));
    const steps = new Steps(backend);
    try {
      const [first, second] = terms as [Term, Term?];
      const all = second === undefined ? first : multiply(steps, first, second, wanted);
      return steps.result(arrange(steps, sumOver(steps, all, wanted), wanted));
    } finally {
      steps.dispose();
    }
  },
);

/** Sums of products by letters. */
export const einsumKernels: readonly Kernel[] = [einsum];

/** Kernels one after another, of which only the last one's result is kept. */
class Steps {
  readonly #backend: CudaBackend;
  readonly #made = new Set<tf.TensorInfo>();

  constructor(backend: CudaBackend) {
    this.#backend = backend;
  }

  run(kernel: string, inputs: tf.NamedTensorInfoMap, attrs: tf.NamedAttrMap): tf.TensorInfo {
    const result = runKernel(this.#backend, kernel, inputs, attrs);
    this.#made.add(result);
    return result;
  }

  /** Keeps a tensor; an input is kept as one that shares its elements. */
  result(tensor: tf.TensorInfo): tf.TensorInfo {
    if (!this.#made.delete(tensor)) return this.#backend.share(tensor);
    return tensor;
  }

  dispose(): void {
    for (const tensor of this.#made) this.#backend.disposeOf(tensor);
  }
}

/** Sums over the letters that are not to stay. */
function sumOver(steps: Steps, { tensor, letters }: Term, stay: readonly number[]): Term {
  const axis = letters.flatMap((letter, at) => (stay.includes(letter) ? [] : [at]));
  if (axis.length === 0) return { tensor, letters };
  const sum = steps.run(tf.Sum, { x: tensor }, { axis, keepDims: false });
  return { tensor: sum, letters: letters.filter((letter) => stay.includes(letter)) };
}

/** The tensor with its axes in an order of letters. */
function arrange(steps: Steps, { tensor, letters }: Term, order: readonly number[]): tf.TensorInfo {
  const perm = order.map((letter) => letters.indexOf(letter));
  if (perm.every((axis, at) => axis === at)) return tensor;
  return steps.run(tf.Transpose, { x: tensor }, { perm });
}

/** Two terms as a product of matrices: letters of both that stay are its batch, those of both that do not its inner axis. */
function multiply(steps: Steps, first: Term, second: Term, wanted: readonly number[]): Term {
  const a = sumOver(steps, first, [...wanted, ...second.letters]);
  const b = sumOver(steps, second, [...wanted, ...first.letters]);
  const shared = a.letters.filter((letter) => b.letters.includes(letter));
  const batch = shared.filter((letter) => wanted.includes(letter));
  const inner = shared.filter((letter) => !wanted.includes(letter));
  const rows = a.letters.filter((letter) => !shared.includes(letter));
  const columns = b.letters.filter((letter) => !shared.includes(letter));
  const extent = (letter: number): number => {
    const { tensor, letters } = a.letters.includes(letter) ? a : b;
    return tensor.shape[letters.indexOf(letter)]!;
  };
  const size = (letters: readonly number[]): number => letters.reduce((product, letter) => product * extent(letter), 1);
  const matrix = (term: Term, order: readonly number[], shape: number[]): tf.TensorInfo =>
    steps.run(tf.Reshape, { x: arrange(steps, term, order) }, { shape });
  const left = matrix(a, [...batch, ...rows, ...inner], [size(batch), size(rows), size(inner)]);
  const right = matrix(b, [...batch, ...inner, ...columns], [size(batch), size(inner), size(columns)]);
  const product = steps.run(tf.BatchMatMul, { a: left, b: right }, { transposeA: false, transposeB: false });
  const letters = [...batch, ...rows, ...columns];
  const tensor = steps.run(tf.Reshape, { x: product }, { shape: letters.map(extent) });
  return { tensor, letters };
}
