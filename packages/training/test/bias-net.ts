import { attachGrad, detachGrad, gradientSlot } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { Net, SavedTensor, TrainerLike } from "../src/index.ts";

/** Outputs are inputs plus a bias, which begins at zero. */
export class BiasNet implements Net {
  readonly bias: tf.Variable;

  constructor(size: number) {
    this.bias = tf.tidy(() => tf.variable(tf.zeros([size])));
    attachGrad(this.bias);
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.add(x, this.bias);
  }

  structuralParams(): Map<string, { readonly isInitialized: boolean; readonly shape: readonly number[] }> {
    return new Map([["bias", { isInitialized: true, shape: this.bias.shape }]]);
  }

  state(): Record<string, SavedTensor> {
    return { bias: { shape: this.bias.shape, data: this.bias.dataSync<"float32">().slice() } };
  }

  loadState({ bias }: Readonly<Record<string, SavedTensor>>): void {
    this.set([...bias!.data]);
  }

  set(values: readonly number[]): void {
    tf.tidy(() => this.bias.assign(tf.tensor1d([...values])));
  }

  dispose(): void {
    detachGrad(this.bias);
    this.bias.dispose();
  }
}

/** Notes what it is told and what the gradient is; updates nothing unless told how. */
export class NotingTrainer implements TrainerLike {
  readonly learningRate = 0.5;
  readonly batchSizes: number[] = [];
  readonly gradients: number[][] = [];
  readonly #net: BiasNet;
  readonly #update: (step: number) => void;

  constructor(net: BiasNet, update: (step: number) => void = () => {}) {
    this.#net = net;
    this.#update = update;
  }

  step(batchSize: number): void {
    this.batchSizes.push(batchSize);
    this.gradients.push([...gradientSlot(this.#net.bias).gradient.dataSync()]);
    this.#update(this.batchSizes.length);
  }

  states(): object {
    return {};
  }

  restoreStates(): void {}
}
