import { Select, util, type SelectInputs } from "@tensorflow/tfjs-core";
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

/** Choices between two tensors, element by element. */
export const selectKernels: readonly Kernel[] = [select];
