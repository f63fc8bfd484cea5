import { DENSE, DENSE_INPUT_GRADIENT, DENSE_WEIGHT_GRADIENT, type DenseAttrs } from "@camada/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { withPreActivation } from "./activation-gradient.ts";
import { biasGradient } from "./bias-gradient.ts";
import { kernel } from "./kernel.ts";
import { product, type Matrix } from "./product.ts";

type Inputs = Readonly<Record<string, TensorInfo | undefined>>;

/** A row-major tensor of rank 2 as it is, and transposed. */
const straight = (tensor: TensorInfo): Matrix => ({ tensor, down: tensor.shape[1]!, along: 1 });
const transposed = (tensor: TensorInfo): Matrix => ({ tensor, down: 1, along: tensor.shape[1]! });

export const denseKernel = kernel(DENSE, ({ inputs, attrs, backend }) => {
  const { x, weight, bias } = inputs as Inputs;
  const { activation } = attrs as unknown as DenseAttrs;
  const [rows, terms] = x!.shape as [number, number];
  const columns = weight!.shape[0]!;
  return product(backend, { a: straight(x!), b: transposed(weight!), rows, columns, terms, bias, activation });
});

export const denseInputGradientKernel = kernel(DENSE_INPUT_GRADIENT, ({ inputs, attrs, backend }) => {
  const { dy, weight, y } = inputs as Inputs;
  const { activation } = attrs as unknown as DenseAttrs;
  const [rows, terms] = dy!.shape as [number, number];
  const columns = weight!.shape[1]!;
  return withPreActivation(backend, { dy: dy!, y }, activation, (dz) =>
    product(backend, { a: straight(dz), b: straight(weight!), rows, columns, terms }),
  );
});

export const denseWeightGradientKernel = kernel(DENSE_WEIGHT_GRADIENT, ({ inputs, attrs, backend }) => {
  const { x, dy, y } = inputs as Inputs;
  const { activation, withBias } = attrs as unknown as DenseAttrs & { readonly withBias: boolean };
  const [terms, rows] = dy!.shape as [number, number];
  const columns = x!.shape[1]!;
  return withPreActivation(backend, { dy: dy!, y }, activation, (dz) => {
    const dWeight = product(backend, { a: transposed(dz), b: straight(x!), rows, columns, terms });
    return withBias ? [dWeight, biasGradient(backend, dz)] : [dWeight];
  });
});
