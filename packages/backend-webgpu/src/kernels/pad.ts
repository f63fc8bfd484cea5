import { getKernel, PadV2, util, type PadV2Attrs, type TensorInfo } from "@tensorflow/tfjs-core";
import { read, write, type KernelProgram } from "../kernel-program.ts";
import { kernel } from "./kernel.ts";

/** As many as tfjs's tensors have at most. */
const AXES = [0, 1, 2, 3, 4, 5];
const NAMES = ["x", "y", "before"];

/** Elements of every type are 32 bits to it, and so is what goes around them. */
const program: KernelProgram = {
  name: "Pad",
  buffers: [read("x", "i32"), write("y", "i32")],
  numbers: Object.fromEntries([...AXES.flatMap((axis) => NAMES.map((name) => `${name}${axis}`)), "around"].map((name) => [name, "i32"])), // prettier-ignore
  groupSize: 64,
  code: `
fn run(id: i32) {
  var rest = id;
  var source = 0;
  var stride = 1;
  var isInside = true;
  ${AXES.toReversed()
    .map(
      (axis) => `{
    let place = rest % n.y${axis} - n.before${axis};
    isInside = isInside && place >= 0 && place < n.x${axis};
    source += stride * place;
    rest /= n.y${axis};
    stride *= n.x${axis};
  }`,
    )
    .join("\n  ")}
  if (isInside) { y[id] = x[source]; } else { y[id] = n.around; }
}`,
};

/** The 32 bits of a number as elements of `x` are stored. */
function wordOf({ dtype }: TensorInfo, value: number): number {
  return dtype === "float32" ? new Int32Array(Float32Array.of(value).buffer)[0]! : Math.trunc(Number(value));
}

/** tfjs's own takes four axes; volumes have five. */
export const padKernel = kernel(PadV2, ({ inputs, attrs, backend }) => {
  const x = inputs["x"]!;
  if (util.sizeFromShape(x.shape) === 0) {
    // The device takes no buffer without elements; tfjs's own fills one.
    return getKernel(PadV2, "webgpu")!.kernelFunc({ inputs, attrs, backend }) as TensorInfo;
  }
  const { paddings, constantValue } = attrs as unknown as PadV2Attrs;
  const shape = x.shape.map((extent, axis) => paddings[axis]![0] + extent + paddings[axis]![1]);
  const missing = AXES.length - x.shape.length;
  const numbers: Record<string, number> = { around: wordOf(x, constantValue) };
  for (const axis of AXES) {
    numbers[`x${axis}`] = x.shape[axis - missing] ?? 1;
    numbers[`y${axis}`] = shape[axis - missing] ?? 1;
    numbers[`before${axis}`] = paddings[axis - missing]?.[0] ?? 0;
  }
  const y = backend.output(shape, x.dtype);
  backend.launch({ program, tensors: [x, y], numbers, count: util.sizeFromShape(shape) });
  return y;
});
