import { AddN, Select, util, type AddNInputs, type SelectInputs, type TensorInfo } from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { areOf, elementLaunch, sizeOf, typeOf } from "./elements.ts";

const select = defineKernel(Select, (backend, inputs: Present<SelectInputs>) => {
  const { condition, t, e } = inputs;
  const isElementWise = [t, e].every(({ shape }) => util.arraysEqual(shape, condition.shape));
  if (!isElementWise || condition.dtype !== "bool" || !areOf(["float32", "int32", "bool"], t, e)) {
    return backend.scripts.run(Select, { condition, t, e });
  }
  const operands = [condition, t, e].map((tensor) => backend.address(tensor));
  const y = backend.output(t.shape, typeOf(t));
  const count = sizeOf(y);
  if (count === 0) return y;
  const args = backend.arguments();
  for (const address of [...operands, backend.address(y)]) args.address(address);
  const name = t.dtype === "bool" ? "select_bytes" : "select_words";
  backend.launch({ file: "select.cu", name }, elementLaunch(count), args.int64(count));
  return y;
});

/** Most terms of one launch, `kMost` in `kernels/add-n.cu`. */
const MOST_TERMS = 16;

const addN = defineKernel(AddN, (backend, inputs: AddNInputs) => {
  const [first, ...others] = inputs;
  const isElementWise = others.every(({ shape }) => util.arraysEqual(shape, first?.shape ?? []));
  if (first === undefined || !isElementWise || !areOf(["float32", "int32"], ...inputs)) {
    return backend.scripts.run(AddN, inputs);
  }
  if (inputs.length === 1) return backend.share(first);
  let sum = addUp(backend, inputs.slice(0, MOST_TERMS));
  for (let at = MOST_TERMS; at < inputs.length; at += MOST_TERMS - 1) {
    const longer = addUp(backend, [sum, ...inputs.slice(at, at + MOST_TERMS - 1)]);
    backend.disposeOf(sum);
    sum = longer;
  }
  return sum;
});

/** Functions of more than two tensors of one shape, element by element. */
export const selectKernels: readonly Kernel[] = [select, addN];

function addUp(backend: CudaBackend, terms: readonly TensorInfo[]): TensorInfo {
  const [first] = terms as [TensorInfo];
  const addresses = terms.map((tensor) => backend.address(tensor));
  const y = backend.output(first.shape, typeOf(first));
  const count = sizeOf(y);
  if (count === 0) return y;
  const args = backend.arguments().int32(terms.length);
  for (let i = 0; i < MOST_TERMS; i++) args.address(addresses[i] ?? 0);
  args.address(backend.address(y)).int64(count);
  backend.launch({ file: "add-n.cu", name: `add_n_${first.dtype}` }, elementLaunch(count), args);
  return y;
}
