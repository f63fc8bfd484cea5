import { AddN, Select, util, type AddNInputs, type SelectInputs } from "@tensorflow/tfjs-core";
import { areOf, TYPE_CODES, typeOf } from "../element-type.ts";
import { defineKernel, scriptKernel, type Kernel, type Present } from "../kernel.ts";
import { product } from "../shape.ts";

const select = defineKernel(Select, (backend, inputs: Present<SelectInputs>) => {
  const { condition, t, e } = inputs;
  const isElementWise = [t, e].every(({ shape }) => util.arraysEqual(shape, condition.shape));
  if (!isElementWise || condition.dtype !== "bool" || !areOf(["float32", "int32"], t, e)) {
    return scriptKernel(Select)({ inputs: { ...inputs }, backend });
  }
  const operands = [condition, t, e].map((tensor) => backend.address(tensor));
  const y = backend.output(t.shape, typeOf(t));
  backend.library.run("camada_select", [4, product(t.shape)], ...operands, backend.address(y));
  return y;
});

const addN = defineKernel(AddN, (backend, inputs: AddNInputs) => {
  const [first, ...others] = inputs;
  const isElementWise = others.every(({ shape }) => util.arraysEqual(shape, first?.shape ?? []));
  if (first === undefined || !isElementWise || !areOf(["float32", "int32"], ...inputs)) {
    return scriptKernel(AddN)({ inputs: inputs as never, backend });
  }
  const terms = inputs.map((tensor) => backend.address(tensor));
  const y = backend.output(first.shape, typeOf(first));
  const fields = [TYPE_CODES[typeOf(first)], product(first.shape), terms.length, ...terms];
  backend.library.run("camada_add_n", fields, backend.address(y));
  return y;
});

/** Functions of more than two tensors of one shape, element by element. */
export const selectKernels: readonly Kernel[] = [select, addN];
