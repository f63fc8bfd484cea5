import { sizeOf } from "@camada/conv-math";
import type { Initializer } from "./initializer.ts";

/**
 * One value everywhere.
 * @see MXNet 1.4.1, `mx.init.Constant`.
 */
export class Constant implements Initializer {
  readonly value: number;

  /** @param value of every element. */
  constructor(value: number) {
    this.value = value;
  }

  values(shape: readonly number[]): Float32Array {
    return new Float32Array(sizeOf(shape)).fill(this.value);
  }
}

/**
 * Zeros; by name `"zeros"`.
 * @see MXNet 1.4.1, `mx.init.Zero`.
 */
export class Zero extends Constant {
  constructor() {
    super(0);
  }
}

/**
 * Ones; by name `"ones"`.
 * @see MXNet 1.4.1, `mx.init.One`.
 */
export class One extends Constant {
  constructor() {
    super(1);
  }
}
