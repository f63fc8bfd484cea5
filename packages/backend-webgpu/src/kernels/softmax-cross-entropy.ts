import { SOFTMAX_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY_GRADIENT } from "@camada/tensor";
import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import { MISSING } from "../activation-code.ts";
import { read, write, type KernelProgram } from "../kernel-program.ts";
import { kernel } from "./kernel.ts";

type Inputs = Readonly<Record<string, TensorInfo>>;

/** An invocation for each sample: nets of the lesson have ten classes. */
const forward: KernelProgram = {
  name: "SoftmaxCrossEntropy",
  buffers: [read("logits"), read("labels", "i32"), write("loss"), write("probabilities")],
  numbers: { classes: "i32" },
  groupSize: 64,
  code: `${MISSING}
fn isFinite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u; }
fn run(id: i32) {
  let first = id * n.classes;
  var largest = logits[first];
  var isWhole = isFinite(largest) || largest < 0.0;
  for (var k = 1; k < n.classes; k++) {
    let logit = logits[first + k];
    largest = max(largest, logit);
    // Minus infinity is the score of a class that cannot be.
    isWhole = isWhole && (isFinite(logit) || logit < 0.0);
  }
  if (!isWhole) {
    // A device may lose in 'max' and 'exp' what is no number, and a run that diverges must show it.
    for (var k = 0; k < n.classes; k++) { probabilities[first + k] = missing(); }
    loss[id] = missing();
    return;
  }
  var sum = 0.0;
  for (var k = 0; k < n.classes; k++) {
    let e = exp(logits[first + k] - largest);
    probabilities[first + k] = e;
    sum += e;
  }
  for (var k = 0; k < n.classes; k++) { probabilities[first + k] /= sum; }
  loss[id] = log(sum) - (logits[first + clamp(labels[id], 0, n.classes - 1)] - largest);
}`,
};

const backward: KernelProgram = {
  name: "SoftmaxCrossEntropyGradient",
  buffers: [read("dLoss"), read("labels", "i32"), read("probabilities"), write("dLogits")],
  numbers: { classes: "i32" },
  groupSize: 64,
  code: `
fn run(id: i32) {
  let sample = id / n.classes;
  let label = clamp(labels[sample], 0, n.classes - 1);
  let hit = select(0.0, 1.0, label == id - sample * n.classes);
  dLogits[id] = (probabilities[id] - hit) * dLoss[sample];
}`,
};

export const softmaxCrossEntropyKernel = kernel(SOFTMAX_CROSS_ENTROPY, ({ inputs, backend }) => {
  const { logits, labels } = inputs as Inputs;
  const [count, classes] = logits!.shape as [number, number];
  const [loss, probabilities] = [backend.output([count]), backend.output([count, classes])];
  const tensors = [logits!, labels!, loss, probabilities];
  backend.launch({ program: forward, tensors, numbers: { classes }, count });
  return [loss, probabilities];
});

export const softmaxCrossEntropyGradientKernel = kernel(SOFTMAX_CROSS_ENTROPY_GRADIENT, ({ inputs, backend }) => {
  const { dLoss, labels, probabilities } = inputs as Inputs;
  const { shape } = probabilities!;
  const dLogits = backend.output(shape);
  const tensors = [dLoss!, labels!, probabilities!, dLogits];
  backend.launch({ program: backward, tensors, numbers: { classes: shape[1]! }, count: util.sizeFromShape(shape) });
  return dLogits;
});
