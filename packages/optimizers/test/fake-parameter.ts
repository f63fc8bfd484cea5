import * as tf from "@tensorflow/tfjs-core";
import type { Trainable } from "../src/index.ts";

/** A parameter of the least kind that a Trainer takes, with a gradient that tests set by hand. */
export class FakeParameter implements Trainable {
  readonly name: string;
  gradReq: "write" | "add" | "null" = "write";
  lrMult = 1;
  wdMult = 1;
  isGradFresh = false;
  readonly #data: tf.Variable;
  readonly #grad: tf.Variable;

  constructor(name: string, shape: number[], values: ArrayLike<number>) {
    this.name = name;
    this.#data = tf.tidy(() => tf.variable(tf.tensor(Array.from(values), shape, "float32")));
    this.#grad = tf.tidy(() => tf.variable(tf.zeros(shape), false));
  }

  data(): tf.Variable {
    return this.#data;
  }

  grad(): tf.Variable {
    return this.#grad;
  }

  markGradStale(): void {
    this.isGradFresh = false;
  }

  /** What a backward pass does. */
  backward(gradient: ArrayLike<number>): void {
    tf.tidy(() => this.#grad.assign(tf.tensor(Array.from(gradient), this.#grad.shape, "float32")));
    this.isGradFresh = true;
  }

  values(): Float32Array {
    return Float32Array.from(this.#data.dataSync());
  }

  dispose(): void {
    this.#data.dispose();
    this.#grad.dispose();
  }
}
