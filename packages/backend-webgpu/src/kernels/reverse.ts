import { Reverse, util, type ReverseAttrs } from "@tensorflow/tfjs-core";
import { read, write, type KernelProgram } from "../kernel-program.ts";
import { kernel } from "./kernel.ts";

/** As many as tfjs's tensors have at most. */
const AXES = [0, 1, 2, 3, 4, 5];

/** Elements of every type are 32 bits to it. */
const program: KernelProgram = {
  name: "Reverse",
  buffers: [read("x", "i32"), write("y", "i32")],
  numbers: Object.fromEntries(
    AXES.flatMap((axis) => [`extent${axis}`, `isTurned${axis}`]).map((name) => [name, "i32"]),
  ),
  groupSize: 64,
  code: `
fn run(id: i32) {
  var rest = id;
  var source = 0;
  var stride = 1;
  ${AXES.toReversed()
    .map(
      (axis) => `{
    let place = rest % n.extent${axis};
    source += stride * select(place, n.extent${axis} - 1 - place, n.isTurned${axis} != 0);
    rest /= n.extent${axis};
    stride *= n.extent${axis};
  }`,
    )
    .join("\n  ")}
  y[id] = x[source];
}`,
};

/** tfjs's own takes four axes; the gradient of a convolution of volumes turns five. */
export const reverseKernel = kernel(Reverse, ({ inputs, attrs, backend }) => {
  const x = inputs["x"]!;
  const turned = util.parseAxisParam((attrs as unknown as ReverseAttrs).dims, x.shape);
  const missing = AXES.length - x.shape.length;
  const numbers = Object.fromEntries(
    AXES.flatMap((axis) => [
      [`extent${axis}`, x.shape[axis - missing] ?? 1],
      [`isTurned${axis}`, Number(turned.includes(axis - missing))],
    ]),
  ) as Record<string, number>;
  const y = backend.output(x.shape, x.dtype);
  backend.launch({ program, tensors: [x, y], numbers, count: util.sizeFromShape(x.shape) });
  return y;
});
