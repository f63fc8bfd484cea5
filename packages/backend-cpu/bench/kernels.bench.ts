/** GFLOP/s of the kernels that a step of the lesson's LeNet runs. `tsx --conditions=@camada/source bench/kernels.bench.ts` */
import { performance } from "node:perf_hooks";
import { cpu } from "@camada/backend-cpu";
import * as contract from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";

const REPEATS = Number(process.argv[2] ?? 7);
const N = 128;

const convolutions = [
  { name: "conv1", cIn: 1, cOut: 6, size: 32 },
  { name: "conv2", cIn: 6, cOut: 16, size: 28 },
  { name: "conv3", cIn: 16, cOut: 120, size: 24 },
];
const geometry = { strides: [1, 1], padBegin: [0, 0], padEnd: [0, 0], dilations: [1, 1], groups: 1 };

let total = 0;

const info = await contract.useBackend(cpu({ engine: "wasm" }));
print(info.description);
print(`batch ${N}, ${REPEATS} repeats       median ms    min ms    GFLOP/s (median, best)`);

for (const { name, cIn, cOut, size } of convolutions) {
  const out = size - 4;
  const gflop = (2 * N * cOut * out * out * cIn * 25) / 1e9;
  const x = tf.randomNormal([N, cIn, size, size]);
  const weight = tf.randomNormal([cOut, cIn, 5, 5]);
  const bias = tf.randomNormal([cOut]);
  const dy = tf.randomNormal([N, cOut, out, out]);
  const y = tf.tanh(dy);
  const activation = "tanh";
  measure(`${name} forward + tanh`, gflop, contract.CONVOLUTION, { x, weight, bias }, { ...geometry, activation });
  const attrs = { ...geometry, activation, withBias: true, weightShape: weight.shape, inputShape: x.shape };
  measure(`${name} weight, bias gradient`, gflop, contract.CONVOLUTION_WEIGHT_GRADIENT, { x, dy, y }, attrs);
  if (cIn > 1) {
    measure(`${name} input gradient`, gflop, contract.CONVOLUTION_INPUT_GRADIENT, { dy, weight, y }, attrs);
  }
  tf.dispose([x, weight, bias, dy, y]);
}

const gflop = (2 * N * 84 * 48000) / 1e9;
const x = tf.randomNormal([N, 48000]);
const weight = tf.randomNormal([84, 48000]);
const bias = tf.randomNormal([84]);
const dy = tf.randomNormal([N, 84]);
measure("dense forward + tanh", gflop, contract.DENSE, { x, weight, bias }, { activation: "tanh" });
const y = tf.tanh(dy);
const attrs = { activation: "tanh", withBias: true };
measure("dense input gradient", gflop, contract.DENSE_INPUT_GRADIENT, { dy, weight, y }, attrs);
measure("dense weight, bias gradient", gflop, contract.DENSE_WEIGHT_GRADIENT, { x, dy, y }, attrs);
const inputs = contract.updateInputs([{ weight, gradient: weight.clone(), momentum: tf.zerosLike(weight) }]);
const update = { count: 1, learningRates: [0.01], momentum: 0.9, wds: [0], rescale: 1, clip: 0 };
measure("SGD with momentum, 4 M", 0, contract.SGD_UPDATE, inputs, update);
print(`sum of medians ${total.toFixed(0)} ms: a step, but for the last dense layer and the loss`);

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Processor time where it is less than elapsed time: other programs may have had the core. */
function measure(name: string, gflops: number, kernel: string, inputs: tf.NamedTensorMap, attrs: object = {}): void {
  const timesMs: number[] = [];
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    const usage = process.cpuUsage();
    const start = performance.now();
    const result = tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(kernel, inputs, attrs as tf.NamedAttrMap);
    const elapsedMs = performance.now() - start;
    const { user, system } = process.cpuUsage(usage);
    if (repeat > 0) timesMs.push(Math.min(elapsedMs, (user + system) / 1e3));
    tf.dispose(result);
  }
  timesMs.sort((a, b) => a - b);
  const median = timesMs[timesMs.length >> 1] ?? 0;
  const least = timesMs[0] ?? 0;
  total += median;
  const rates = gflops > 0 ? `${(gflops / (median / 1e3)).toFixed(1)}, ${(gflops / (least / 1e3)).toFixed(1)}` : "";
  print(`${name.padEnd(28)} ${median.toFixed(2).padStart(9)} ${least.toFixed(2).padStart(9)}    ${rates}`);
}
