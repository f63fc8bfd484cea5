import * as tf from "@tensorflow/tfjs-core";

/** Elements and shape of a tensor; the array's type is the tensor's, bytes being booleans. */
export interface KernelValues {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** Inputs of a kernel by name; one that is undefined is left out. */
export type KernelInputs = Readonly<Record<string, KernelValues | undefined>>;

/** The kernels of one backend, as the suites that all backends share run them. */
export interface KernelEngine {
  /** e.g. `the native engine`. */
  readonly name: string;
  /** Random configurations of every kernel. */
  readonly cases: number;
  /**
   * Runs a kernel once, and gives its outputs. No tensor is left behind.
   * @throws {Error} when something else than this engine ran it.
   */
  run(kernel: string, inputs: KernelInputs, attrs?: object): KernelValues[];
  /**
   * Does something with tensors, and frees them.
   * @throws {Error} when something else than this engine ran one of its kernels.
   */
  inside<Result>(work: () => Result): Result;
}

/** The only output of a kernel that has one. */
export function runSingle(
  engine: Pick<KernelEngine, "run">,
  kernel: string,
  inputs: KernelInputs,
  attrs: object = {},
): KernelValues {
  const [output, ...others] = engine.run(kernel, inputs, attrs);
  if (output === undefined || others.length > 0) throw new Error(`${kernel}: expected one output`);
  return output;
}

/** Runs a kernel of tfjs's registry on the active backend, and gives its outputs. The tensors are the caller's to free. */
export function runRegistered(kernel: string, inputs: KernelInputs, attrs: object = {}): KernelValues[] {
  const present = Object.entries(inputs).filter(([, values]) => values !== undefined);
  const tensors = Object.fromEntries(present.map(([name, values]) => [name, tensorOf(values!)]));
  const outputs: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(kernel, tensors, attrs as tf.NamedAttrMap);
  return [outputs].flat().map(valuesOf);
}

/** `tf.tidy` for results that are no tensors. */
export function freeing<Result>(work: () => Result): Result {
  const engine = tf.engine();
  engine.startScope();
  try {
    return work();
  } finally {
    engine.endScope();
  }
}

/** A tensor of the type that the array has. */
export function tensorOf({ shape, data }: KernelValues): tf.Tensor {
  const dtype = data instanceof Float32Array ? "float32" : data instanceof Int32Array ? "int32" : "bool";
  return tf.tensor(data, [...shape], dtype);
}

/** What a tensor holds. */
export function valuesOf(tensor: tf.Tensor): KernelValues {
  return { shape: tensor.shape, data: tensor.dataSync<"float32">() };
}

/**
 * Where a result is not exactly as expected, in words; nothing where it is. Zeros of either sign are equal.
 * @param label names the configuration.
 */
export function differenceFrom(
  label: string,
  actual: KernelValues,
  expected: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
): string[] {
  const [shape, length] = [expected.shape.join(), expected.data.length];
  if (actual.shape.join() !== shape || actual.data.length !== length) {
    return [`${label}: expected [${shape}], ${length} elements, got [${actual.shape.join()}], ${actual.data.length}`];
  }
  const at = actual.data.findIndex(
    (value: number, i: number) =>
      value !== expected.data[i] && !(Number.isNaN(value) && Number.isNaN(expected.data[i])),
  );
  return at < 0 ? [] : [`${label}: expected ${expected.data[at]} at ${at}, got ${actual.data[at]}`];
}
