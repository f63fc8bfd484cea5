import { attachGrad, dense, detachGrad, gradientSlot, isTraining } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { ArrayBatch, Loader, Net, SavedTensor, TrainerLike } from "../src/index.ts";
import { Draws } from "./draws.ts";
import { crossEntropy } from "./losses.ts";
import { samples, ShuffledLoader } from "./shuffled-loader.ts";

/** A parameter that gets its values in the first forward pass. */
class TinyParameter {
  shape: readonly number[];
  #variable: tf.Variable | undefined;

  constructor(shape: readonly number[]) {
    this.shape = shape;
  }

  get isInitialized(): boolean {
    return this.#variable !== undefined;
  }

  data(): tf.Variable {
    if (this.#variable === undefined) throw new Error("not initialized yet");
    return this.#variable;
  }

  set({ shape, data }: SavedTensor): void {
    this.shape = shape;
    tf.tidy(() => {
      const values = tf.tensor(data.slice(), [...shape]);
      if (this.#variable !== undefined) {
        this.#variable.assign(values);
        return;
      }
      this.#variable = tf.variable(values);
      attachGrad(this.#variable);
    });
  }

  dispose(): void {
    if (this.#variable === undefined) return;
    detachGrad(this.#variable);
    this.#variable.dispose();
  }
}

/** `[n, inputs]` → dropout of half → dense 5, tanh → dense `outputs`. */
export class TinyNet implements Net {
  readonly draws: Draws;
  readonly outputs: number;
  readonly #params = {
    "0.weight": new TinyParameter([5, 0]),
    "0.bias": new TinyParameter([5]),
    "1.weight": new TinyParameter([0, 5]),
    "1.bias": new TinyParameter([0]),
  };

  constructor(draws = new Draws(1), outputs = 3) {
    this.draws = draws;
    this.outputs = outputs;
  }

  forward(x: tf.Tensor): tf.Tensor {
    const [n, inputs] = x.shape as [number, number];
    if (!this.#params["0.weight"].isInitialized) this.#initialize(inputs);
    const [weight0, bias0, weight1, bias1] = Object.values(this.#params).map((parameter) => parameter.data());
    const kept = isTraining() ? tf.mul(x, this.#mask(n, inputs)) : x;
    const hidden = dense(kept as tf.Tensor2D, weight0 as tf.Tensor as tf.Tensor2D, bias0, "tanh");
    return dense(hidden, weight1 as tf.Tensor as tf.Tensor2D, bias1);
  }

  structuralParams(): Map<string, TinyParameter> {
    return new Map(Object.entries(this.#params));
  }

  state(): Record<string, SavedTensor> {
    const saved = ([name, parameter]: [string, TinyParameter]) =>
      [name, { shape: parameter.shape, data: parameter.data().dataSync<"float32">().slice() }] as const;
    return Object.fromEntries(Object.entries(this.#params).map(saved));
  }

  loadState(state: Readonly<Record<string, SavedTensor>>): void {
    for (const [name, parameter] of Object.entries(this.#params)) parameter.set(state[name]!);
  }

  dispose(): void {
    for (const parameter of Object.values(this.#params)) parameter.dispose();
  }

  #initialize(inputs: number): void {
    const shapes = [[5, inputs], [5], [this.outputs, 5], [this.outputs]];
    for (const [i, parameter] of Object.values(this.#params).entries()) {
      const shape = shapes[i]!;
      const size = shape.reduce((a, b) => a * b);
      parameter.set({ shape, data: Float32Array.from({ length: size }, () => this.draws.next() - 0.5) });
    }
  }

  #mask(n: number, inputs: number): tf.Tensor2D {
    return tf.tensor2d(
      Float32Array.from({ length: n * inputs }, () => (this.draws.next() < 0.5 ? 0 : 2)),
      [n, inputs],
    );
  }
}

/** `m ← momentum · m + gradient / batchSize`, `w ← w − learningRate · m`; the learning rate shrinks at every step. */
class MomentumTrainer implements TrainerLike {
  readonly batchSizes: number[] = [];
  readonly #net: TinyNet;
  readonly #initialRate: number;
  #steps = 0;
  #momenta: tf.Variable[] = [];

  constructor(net: TinyNet, initialRate = 0.2) {
    this.#net = net;
    this.#initialRate = initialRate;
  }

  get learningRate(): number {
    return this.#initialRate * 0.99 ** this.#steps;
  }

  step(batchSize: number): void {
    this.batchSizes.push(batchSize);
    this.#steps++;
    const weights = [...this.#net.structuralParams().values()].map((parameter) => parameter.data());
    tf.tidy(() => {
      if (this.#momenta.length === 0) this.#momenta = weights.map((weight) => tf.variable(tf.zerosLike(weight), false));
      for (const [i, weight] of weights.entries()) {
        const slot = gradientSlot(weight);
        const momentum = this.#momenta[i]!;
        momentum.assign(tf.add(tf.mul(momentum, 0.9), tf.div(slot.gradient, batchSize)));
        weight.assign(tf.sub(weight, tf.mul(momentum, this.learningRate)));
        slot.isFresh = false;
      }
    });
  }

  async states(): Promise<{ readonly steps: number; readonly momenta: readonly SavedTensor[] }> {
    const momenta = this.#momenta.map(async (momentum) => ({
      shape: momentum.shape,
      data: (await momentum.data<"float32">()).slice(),
    }));
    return { steps: this.#steps, momenta: await Promise.all(momenta) };
  }

  restoreStates({ steps, momenta }: Awaited<ReturnType<MomentumTrainer["states"]>>): void {
    this.#steps = steps;
    this.dispose();
    this.#momenta = momenta.map(({ shape, data }) =>
      tf.tidy(() => tf.variable(tf.tensor(data.slice(), [...shape]), false)),
    );
  }

  dispose(): void {
    for (const momentum of this.#momenta) momentum.dispose();
  }
}

/** Everything that a small run needs: 22 samples in batches of 8, so 3 steps an epoch, the last of them short. */
export function smallRun() {
  const draws = new Draws(11);
  const net = new TinyNet(draws);
  const momentum = new MomentumTrainer(net);
  const trainer: TrainerLike = momentum;
  const trainLoader: Loader<ArrayBatch> = new ShuffledLoader(samples(22), 8);
  const testLoader: Loader<ArrayBatch> = new ShuffledLoader(samples(10, 4, 99), 4, 1);
  const parts = { net, trainer, loss: crossEntropy, trainLoader, testLoader, random: [draws] };
  const dispose = () => {
    net.dispose();
    momentum.dispose();
  };
  return { ...parts, dispose };
}
