import {
  ADAM_UPDATE,
  adamParameters,
  SGD_UPDATE,
  sgdParameters,
  type AdamUpdateAttrs,
  type SgdUpdateAttrs,
  type UpdateInputs,
} from "@camada/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import type { LaunchArguments } from "../driver/arguments.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { elementLaunch, sizeOf } from "../kernels/elements.ts";

const FILE = "update.cu";
/** Most parameters of one launch: their table has to fit into a kernel's arguments. */
const MOST_PARAMETERS = 64;
const { fround } = Math;

/** One parameter of a step: its tensors, and the numbers that go with them. */
interface Entry {
  readonly tensors: readonly (TensorInfo | undefined)[];
  readonly numbers: readonly number[];
}

const sgdUpdate = defineKernel(SGD_UPDATE, (backend, inputs: UpdateInputs, attrs: SgdUpdateAttrs) => {
  const { count, momentum: inertia, rescale, clip, learningRates, wds } = attrs;
  const entries = sgdParameters(inputs, count).map(({ weight, gradient, momentum }, i): Entry => {
    const learningRate = fround(learningRates[i]!);
    const decay = fround(learningRate * fround(wds[i]!));
    // MXNet multiplies the two factors first, unless the clipping stands between them.
    const rate = clip > 0 ? learningRate : fround(learningRate * fround(rescale));
    return {
      tensors: [weight, gradient, momentum],
      numbers: [rate, momentum === undefined ? fround(1 - decay) : decay],
    };
  });
  update(backend, "sgd_update", entries, (args) => args.float32(inertia, clip > 0 ? rescale : 1, clip));
  return [];
});

const adamUpdate = defineKernel(ADAM_UPDATE, (backend, inputs: UpdateInputs, attrs: AdamUpdateAttrs) => {
  const { count, beta1, beta2, epsilon, rescale, clip, learningRates, wds } = attrs;
  const rests = [1 - fround(beta1), 1 - fround(beta2)];
  const entries = adamParameters(inputs, count).map(({ weight, gradient, mean, variance }, i): Entry => {
    return { tensors: [weight, gradient, mean, variance], numbers: [learningRates[i]!, wds[i]!] };
  });
  update(backend, "adam_update", entries, (args) => {
    args.float32(beta1, beta2, ...rests, epsilon, rescale, clip);
  });
  return [];
});

/** Whole steps of optimizers, in place. */
export const updateKernels: readonly Kernel[] = [sgdUpdate, adamUpdate];

/** Starts a step, as few launches as the parameters fit into. */
function update(
  backend: CudaBackend,
  name: string,
  entries: readonly Entry[],
  writeNumbers: (args: LaunchArguments) => void,
): void {
  backend.observer?.refuse("it updates parameters, by numbers that change");
  const present = entries.filter(({ tensors: [weight] }) => weight !== undefined && sizeOf(weight) > 0);
  for (let at = 0; at < present.length; at += MOST_PARAMETERS) {
    launch(backend, name, present.slice(at, at + MOST_PARAMETERS), writeNumbers);
  }
}

function launch(
  backend: CudaBackend,
  name: string,
  entries: readonly Entry[],
  writeNumbers: (args: LaunchArguments) => void,
): void {
  const addresses = entries.map(({ tensors }) => tensors.map((tensor) => backend.addressOf(tensor)));
  // Few sizes of the table, so that few variants are compiled.
  const capacity = 2 ** Math.ceil(Math.log2(entries.length));
  const rest = Array.from({ length: capacity - entries.length });
  const args = backend.arguments();
  let blocks = 0;
  for (const { tensors } of entries) {
    const count = sizeOf(tensors[0]!);
    args.int64(count).int32(blocks, 0);
    blocks += elementLaunch(count).grid[0];
  }
  rest.forEach(() => args.int64(0).int32(blocks, 0));
  for (const [i, { numbers }] of entries.entries()) {
    for (const address of addresses[i]!) args.address(address);
    args.float32(...numbers);
  }
  for (const _ of rest) {
    for (const __ of entries[0]!.tensors) args.address(0);
    args.float32(...entries[0]!.numbers.map(() => 0));
  }
  writeNumbers(args.int32(entries.length));
  const shape = { ...elementLaunch(1), grid: [blocks, 1, 1] as const };
  backend.launch({ file: FILE, name, defines: { CAPACITY: capacity } }, shape, args);
}
