import { Softmax, util, type SoftmaxAttrs } from "@tensorflow/tfjs-core";
import { MISSING } from "../activation-code.ts";
import { withFloats } from "./cast.ts";
import { read, write, type KernelProgram } from "../kernel-program.ts";
import { kernel } from "./kernel.ts";
import { SHARERS } from "./tile.ts";

/** The sum, or the maximum, of what a group's invocations have: `whole` after it. */
const gather = (step: string): string => `
  workgroupBarrier();
  parts[local] = part;
  workgroupBarrier();
  var whole = parts[0];
  for (var i = 1; i < ${SHARERS}; i++) { ${step} }`;

/** A group for each row, whose invocations share its elements. */
const program: KernelProgram = {
  name: "Softmax",
  buffers: [read("logits"), write("probabilities")],
  numbers: { columns: "i32" },
  groupSize: SHARERS,
  together: true,
  code: `${MISSING}
var<workgroup> parts: array<f32, ${SHARERS}>;
fn isNumber(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) <= 0x7f800000u; }
/** The larger one; what is no number is larger than all, so that no row hides it. */
fn larger(a: f32, b: f32) -> f32 { return select(a, b, isNumber(a) && (!isNumber(b) || b > a)); }
fn largestOf(row: i32, local: i32) -> f32 {
  var part = bitcast<f32>(0xff7fffffu); // the lowest finite number
  for (var i = local; i < n.columns; i += ${SHARERS}) { part = larger(part, logits[row + i]); }
  ${gather("whole = larger(whole, parts[i]);")}
  return whole;
}
fn sumOf(row: i32, local: i32, largest: f32) -> f32 {
  var part = 0.0;
  for (var i = local; i < n.columns; i += ${SHARERS}) { part += exp(logits[row + i] - largest); }
  ${gather("whole += parts[i];")}
  return whole;
}
fn run(group: i32, local: i32) {
  let row = group * n.columns;
  let largest = largestOf(row, local);
  let sum = sumOf(row, local, largest);
  // A device may lose in 'exp' what is no number.
  let isWhole = (bitcast<u32>(largest) & 0x7f800000u) != 0x7f800000u;
  for (var i = local; i < n.columns; i += ${SHARERS}) {
    probabilities[row + i] = select(missing(), exp(logits[row + i] - largest) / sum, isWhole);
  }
}`,
};

/** Over the last axis, as tfjs asks for it. tfjs's own loses what is no number where a device's `max` does. */
export const softmaxKernel = kernel(Softmax, ({ inputs, attrs, backend }) =>
  withFloats(backend, inputs["logits"]!, (logits) => {
    const columns = logits.shape[(attrs as unknown as SoftmaxAttrs).dim]!;
    const probabilities = backend.output(logits.shape);
    const count = columns === 0 ? 0 : util.sizeFromShape(logits.shape) / columns;
    backend.launch({ program, tensors: [logits, probabilities], numbers: { columns }, count });
    return probabilities;
  }),
);
