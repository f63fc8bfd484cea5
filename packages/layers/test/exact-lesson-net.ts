/** The lesson's net in float64, by plain loops: loss and gradients from the formulas. */

/** A layer's weight and bias. */
interface Parameters {
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** A batch: `[n, channels, side, side]`. */
interface Maps {
  readonly data: Float64Array;
  readonly channels: number;
  readonly side: number;
}

const KERNEL = 5;

/** Loss and gradients of a batch. */
export interface ExactPass {
  /** Mean over the batch. */
  readonly loss: number;
  /** Of the sum of the losses, by the parameters' order: weight and bias of each layer. */
  readonly gradients: readonly Float64Array[];
}

/**
 * @param parameters weight and bias of three convolutions and two dense layers, in turns
 * @param pictures `[n, 1, 32, 32]`
 */
export function exactLessonNet(
  parameters: readonly ArrayLike<number>[],
  pictures: ArrayLike<number>,
  labels: readonly number[],
): ExactPass {
  const layers = [0, 2, 4, 6, 8].map((i) => ({
    weight: Float64Array.from(parameters[i]!),
    bias: Float64Array.from(parameters[i + 1]!),
  }));
  const n = labels.length;
  const maps: Maps[] = [{ data: Float64Array.from(pictures), channels: 1, side: 32 }];
  for (const layer of layers.slice(0, 3)) maps.push(convolution(maps.at(-1)!, layer, n));
  const flat = maps.at(-1)!.data;
  const hidden = dense(flat, layers[3]!, n).map(Math.tanh);
  const logits = dense(hidden, layers[4]!, n);
  const { loss, dLogits } = softmaxCrossEntropy(logits, labels);
  const gradients: Float64Array[] = [];
  let dy = throughDense(hidden, layers[4]!, dLogits, n, gradients);
  dy = throughDense(flat, layers[3]!, beforeTanh(dy, hidden), n, gradients);
  for (let i = 2; i >= 0; i--) {
    dy = throughConvolution(maps[i]!, maps[i + 1]!, layers[i]!, beforeTanh(dy, maps[i + 1]!.data), gradients);
  }
  return { loss, gradients };
}

/** Calls `visit` with the places of x, weight and y of every product. */
function eachProduct(x: Maps, y: Maps, visit: (x: number, weight: number, y: number, length: number) => void): void {
  const batch = x.data.length / (x.channels * x.side ** 2);
  for (let n = 0; n < batch; n++)
    for (let out = 0; out < y.channels; out++)
      for (let channel = 0; channel < x.channels; channel++)
        for (let i = 0; i < KERNEL; i++)
          for (let j = 0; j < KERNEL; j++)
            for (let row = 0; row < y.side; row++) {
              const from = ((n * x.channels + channel) * x.side + row + i) * x.side + j;
              const weight = ((out * x.channels + channel) * KERNEL + i) * KERNEL + j;
              visit(from, weight, ((n * y.channels + out) * y.side + row) * y.side, y.side);
            }
}

function convolution(x: Maps, { weight, bias }: Parameters, batch: number): Maps {
  const side = x.side - KERNEL + 1;
  const y = { data: new Float64Array(batch * bias.length * side ** 2), channels: bias.length, side };
  y.data.forEach((_, i) => (y.data[i] = bias[Math.floor(i / side ** 2) % bias.length]!));
  eachProduct(x, y, (from, at, to, length) => {
    const factor = weight[at]!;
    for (let k = 0; k < length; k++) y.data[to + k]! += factor * x.data[from + k]!;
  });
  return { ...y, data: y.data.map(Math.tanh) };
}

/** Puts weight and bias gradient before the others and gives that of the input. */
function throughConvolution(x: Maps, y: Maps, layer: Parameters, dz: Float64Array, gradients: Float64Array[]) {
  const dx = new Float64Array(x.data.length);
  const dw = new Float64Array(layer.weight.length);
  const db = new Float64Array(y.channels);
  dz.forEach((value, i) => (db[Math.floor(i / y.side ** 2) % y.channels]! += value));
  eachProduct(x, y, (from, at, to, length) => {
    const factor = layer.weight[at]!;
    let sum = 0;
    for (let k = 0; k < length; k++) {
      sum += dz[to + k]! * x.data[from + k]!;
      dx[from + k]! += dz[to + k]! * factor;
    }
    dw[at]! += sum;
  });
  gradients.unshift(dw, db);
  return dx;
}

function dense(x: Float64Array, { weight, bias }: Parameters, batch: number): Float64Array {
  const size = x.length / batch;
  return Float64Array.from({ length: batch * bias.length }, (_, i) => {
    const [n, unit] = [Math.floor(i / bias.length), i % bias.length];
    let sum = bias[unit]!;
    for (let k = 0; k < size; k++) sum += x[n * size + k]! * weight[unit * size + k]!;
    return sum;
  });
}

function throughDense(x: Float64Array, layer: Parameters, dz: Float64Array, batch: number, gradients: Float64Array[]) {
  const [size, units] = [x.length / batch, layer.bias.length];
  const dx = new Float64Array(x.length);
  const dw = new Float64Array(layer.weight.length);
  const db = new Float64Array(units);
  dz.forEach((value, i) => {
    const [n, unit] = [Math.floor(i / units), i % units];
    db[unit]! += value;
    for (let k = 0; k < size; k++) {
      dw[unit * size + k]! += value * x[n * size + k]!;
      dx[n * size + k]! += value * layer.weight[unit * size + k]!;
    }
  });
  gradients.unshift(dw, db);
  return dx;
}

function beforeTanh(dy: Float64Array, y: Float64Array): Float64Array {
  return dy.map((value, i) => value * (1 - y[i]! ** 2));
}

function softmaxCrossEntropy(logits: Float64Array, labels: readonly number[]) {
  const classes = logits.length / labels.length;
  const dLogits = new Float64Array(logits.length);
  let loss = 0;
  labels.forEach((label, n) => {
    const row = logits.subarray(n * classes, (n + 1) * classes);
    const largest = Math.max(...row);
    const powers = row.map((value) => Math.exp(value - largest));
    const sum = powers.reduce((total, power) => total + power, 0);
    loss += (largest + Math.log(sum) - row[label]!) / labels.length;
    powers.forEach((power, k) => (dLogits[n * classes + k] = power / sum - (k === label ? 1 : 0)));
  });
  return { loss, dLogits };
}
