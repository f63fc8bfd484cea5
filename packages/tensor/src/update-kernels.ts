/**
 * Kernels of whole optimizer steps: one call updates many parameters **in place**, in the buffers of weights and states,
 * and gives no output. Both are optional: there is no composed form, the optimizers have their own.
 *
 * Inputs of a kernel are a flat map of tensors in tfjs, so those of parameter `i` end in `i`: `weight0`, `gradient0`,
 * `weight1`, … The functions here write and read that map.
 */
import type { Tensor, TensorInfo } from "@tensorflow/tfjs-core";

/** Numbers of one step, of every optimizer. */
export interface UpdateAttrs {
  /** How many parameters. */
  readonly count: number;
  /** Factor of every gradient. */
  readonly rescale: number;
  /** Bound of a gradient's absolute value, applied where the rule says; 0 for none. */
  readonly clip: number;
  /** One for each parameter. */
  readonly learningRates: readonly number[];
  /** Weight decay, one for each parameter. */
  readonly wds: readonly number[];
}

/**
 * A step of SGD. `m <- momentum * m - lr * wd * w - lr * clip(rescale * g)`, `w <- w + m`; without a momentum tensor
 * `w <- (1 - lr * wd) * w - lr * clip(rescale * g)`.
 *
 * `lr * wd`, `1 - lr * wd` and, where nothing is clipped, `lr * rescale` are scalars rounded to float32 first; then every
 * operation rounds to float32, from the left to the right: no fused multiply-add.
 * @see MXNet 1.4.1, operators `sgd_mom_update` and `sgd_update`.
 */
export const SGD_UPDATE = "CamadaSgdUpdate";
/** One parameter of {@link SGD_UPDATE}, its tensors all of one shape; `weight` and `momentum` are updated in place. */
export interface SgdParameter<T extends TensorInfo = Tensor> {
  readonly weight: T;
  readonly gradient: T;
  /** Present for all parameters or for none. */
  readonly momentum?: T;
}
/** Numbers of one {@link SGD_UPDATE}. */
export interface SgdUpdateAttrs extends UpdateAttrs {
  readonly momentum: number;
}

/**
 * A step of Adam. `g <- clip(rescale * g + wd * w)`, `m <- beta1 * m + (1 - beta1) * g`,
 * `v <- beta2 * v + (1 - beta2) * (g * g)`, `w <- w - (lr * m) / (sqrt(v) + epsilon)`. The learning rates have the correction
 * of the bias, `sqrt(1 - beta2^t) / (1 - beta1^t)`, in them.
 *
 * Scalars are rounded to float32 first, `1 - beta` after the subtraction of the rounded beta too, and every operation
 * rounds to float32 in the order written: no fused multiply-add.
 * @see MXNet 1.4.1, operator `adam_update`.
 */
export const ADAM_UPDATE = "CamadaAdamUpdate";
/** One parameter of {@link ADAM_UPDATE}, its tensors all of one shape; all but `gradient` are updated in place. */
export interface AdamParameter<T extends TensorInfo = Tensor> {
  readonly weight: T;
  readonly gradient: T;
  readonly mean: T;
  readonly variance: T;
}
/** Numbers of one {@link ADAM_UPDATE}. */
export interface AdamUpdateAttrs extends UpdateAttrs {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** What a kernel of a whole step gets from tfjs. */
export type UpdateInputs<T extends TensorInfo = TensorInfo> = Readonly<Record<string, T | undefined>>;

/** Names of one tensor in the inputs, by the number of its parameter: every step has the same ones. */
const numbered = new Map<string, string[]>();

function nameOf(tensor: string, parameter: number): string {
  let names = numbered.get(tensor);
  if (names === undefined) numbered.set(tensor, (names = []));
  return (names[parameter] ??= tensor + parameter);
}

/** The inputs of {@link SGD_UPDATE} or {@link ADAM_UPDATE} for some parameters. */
export function updateInputs(parameters: readonly (SgdParameter | AdamParameter)[]): Record<string, Tensor> {
  const inputs: Record<string, Tensor> = {};
  for (const [i, parameter] of parameters.entries()) {
    for (const name in parameter) {
      const tensor = parameter[name as keyof typeof parameter];
      if (tensor !== undefined) inputs[nameOf(name, i)] = tensor;
    }
  }
  return inputs;
}

/** The parameters in the inputs of {@link SGD_UPDATE}, `count` of them as its attributes say. */
export function sgdParameters<T extends TensorInfo>(inputs: UpdateInputs<T>, count: number): SgdParameter<T>[] {
  return Array.from({ length: count }, (_, i) => {
    const momentum = inputs[nameOf("momentum", i)];
    const parameter = { weight: inputs[nameOf("weight", i)]!, gradient: inputs[nameOf("gradient", i)]! };
    return momentum === undefined ? parameter : { ...parameter, momentum };
  });
}

/** The parameters in the inputs of {@link ADAM_UPDATE}, `count` of them as its attributes say. */
export function adamParameters<T extends TensorInfo>(inputs: UpdateInputs<T>, count: number): AdamParameter<T>[] {
  return Array.from({ length: count }, (_, i) => ({
    weight: inputs[nameOf("weight", i)]!,
    gradient: inputs[nameOf("gradient", i)]!,
    mean: inputs[nameOf("mean", i)]!,
    variance: inputs[nameOf("variance", i)]!,
  }));
}
