import { ShapeError, shapeText, sizeOf } from "@camada/conv-math";
import { attachGrad, AutogradError, detachGrad, gradientSlot, type GradReq } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { DeferredInitializationError, UninitializedParameterError } from "./errors.ts";
import { toInitializer, type Initializer, type InitializerName } from "./initializer.ts";
import { inspect } from "./inspection.ts";
import { tupleText } from "./python-text.ts";
import { Uniform } from "./random-initializers.ts";
import { isKnown } from "./shape.ts";

/** Values of a parameter as plain data. */
export interface ParameterData {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/** Options of {@link Parameter}. */
export interface ParameterOptions {
  /** One entry per axis, 0 where the size is not known yet. */
  readonly shape: readonly number[];
  /** Rule for the first values; none: the one given to `initialize`. */
  readonly initializer?: Initializer | InitializerName | undefined;
  /** What a backward pass does with the gradient; `write`. */
  readonly gradReq?: GradReq | undefined;
  /** Multiplies the learning rate; 1. */
  readonly lrMult?: number | undefined;
  /** Multiplies the weight decay; 1. */
  readonly wdMult?: number | undefined;
  /** False for running statistics: `gradReq` then stays `null`; true. */
  readonly isDifferentiable?: boolean | undefined;
  /** Element type as it was asked for by name, which changes only the printed form, as in Gluon. */
  readonly dtype?: "float32" | undefined;
}

/** Options of {@link Parameter.initialize}. */
export interface InitializeOptions {
  /** Draws anew where there are values already; false: those are left as they are. */
  readonly forceReinit?: boolean | undefined;
}

/**
 * A weight of a network with its gradient. Its shape may be partly unknown: it then gets its values in the first forward
 * pass.
 * @see MXNet 1.4.1, `gluon.Parameter`.
 */
export class Parameter {
  readonly name: string;
  lrMult: number;
  wdMult: number;
  readonly isDifferentiable: boolean;
  readonly #dtype: "float32" | undefined;
  readonly #initializer: Initializer | undefined;
  #shape: readonly number[];
  #gradReq: GradReq;
  #variable: tf.Variable | undefined;
  /** What initializes the parameter as soon as its shape is known. */
  #deferred: Initializer | undefined;

  /** @param name full name, e.g. `conv0_weight`. */
  constructor(name: string, options: ParameterOptions) {
    this.name = name;
    this.lrMult = options.lrMult ?? 1;
    this.wdMult = options.wdMult ?? 1;
    this.isDifferentiable = options.isDifferentiable ?? true;
    this.#dtype = options.dtype;
    this.#initializer = options.initializer === undefined ? undefined : toInitializer(options.initializer);
    this.#shape = [...options.shape];
    this.#gradReq = this.isDifferentiable ? (options.gradReq ?? "write") : "null";
  }

  /** One entry per axis, 0 where the size is not known yet. */
  get shape(): readonly number[] {
    return this.#shape;
  }

  /** What a backward pass does with the gradient. `null` frees the gradient. */
  get gradReq(): GradReq {
    return this.#gradReq;
  }

  set gradReq(gradReq: GradReq) {
    if (!this.isDifferentiable || gradReq === this.#gradReq) return;
    this.#gradReq = gradReq;
    if (this.#variable === undefined) return;
    if (gradReq === "null") detachGrad(this.#variable);
    else attachGrad(this.#variable, gradReq);
  }

  /** Whether the parameter has values. */
  get isInitialized(): boolean {
    return this.#variable !== undefined;
  }

  /** Whether the parameter waits for its shape. */
  get isDeferred(): boolean {
    return this.#deferred !== undefined;
  }

  /**
   * Draws the first values, or notes how to draw them once the shape is known. Without `forceReinit` a parameter that
   * has values keeps them.
   * @param fallback used where the parameter has no initializer of its own; uniform in [−0.07, 0.07).
   */
  initialize(
    fallback: Initializer | InitializerName = new Uniform(),
    { forceReinit = false }: InitializeOptions = {},
  ): void {
    if (this.isInitialized && !forceReinit) return;
    const initializer = this.#initializer ?? toInitializer(fallback);
    if (isKnown(this.#shape)) this.#draw(initializer);
    else this.#deferred = initializer;
    this.zeroGrad();
    this.markGradStale();
  }

  /** Draws the values of a parameter that waits, if its shape is known by now. */
  finishInitialization(): void {
    if (this.#deferred !== undefined && isKnown(this.#shape)) this.#draw(this.#deferred);
  }

  /**
   * Fills unknown dimensions.
   * @throws {ShapeError} when a known one disagrees.
   */
  inferShape(shape: readonly number[]): void {
    const fits = shape.length === this.#shape.length && this.#shape.every((size, i) => size === 0 || size === shape[i]);
    if (!fits) throw new ShapeError(this.name, `shape ${shapeText(this.#shape)}`, shapeText(shape));
    this.#shape = [...shape];
  }

  /**
   * The values. The `Variable` stays the same for as long as the parameter is not disposed.
   * @throws {DeferredInitializationError} while the shape is unknown.
   * @throws {UninitializedParameterError} when `initialize` was never called.
   */
  data(): tf.Variable {
    if (this.#variable !== undefined) return this.#variable;
    throw this.isDeferred ? new DeferredInitializationError(this.name) : new UninitializedParameterError(this.name);
  }

  /**
   * The gradient that the last backward pass left, in the shape of `data()`.
   * @throws {AutogradError} when `gradReq` is `null`.
   */
  grad(): tf.Variable {
    const variable = this.data();
    if (this.#gradReq === "null") throw new AutogradError("grad", `gradReq write or add for ${this.name}`, "null");
    return gradientSlot(variable).gradient;
  }

  /** Whether a backward pass wrote the gradient since the last update. */
  get isGradFresh(): boolean {
    return this.#variable !== undefined && this.#gradReq !== "null" && gradientSlot(this.#variable).isFresh;
  }

  /** Notes that the gradient was used. */
  markGradStale(): void {
    if (this.#variable !== undefined && this.#gradReq !== "null") gradientSlot(this.#variable).isFresh = false;
  }

  /** Fills the gradient with zeros, for `gradReq` `add`. */
  zeroGrad(): void {
    if (this.#variable === undefined || this.#gradReq === "null") return;
    const { gradient } = gradientSlot(this.#variable);
    tf.tidy(() => gradient.assign(tf.zerosLike(gradient)));
  }

  /**
   * Replaces the values, also before the shape is known: it is then taken from the values.
   * @throws {ShapeError} when a known dimension disagrees.
   */
  setData(values: tf.Tensor | ParameterData): void {
    // Copied: tfjs's JavaScript engine keeps the very array that a tensor is made of.
    const data = Float32Array.from(values instanceof tf.Tensor ? values.dataSync() : values.data);
    this.#checkCount(data, values.shape);
    this.inferShape(values.shape);
    this.#deferred = undefined;
    this.#assign(data);
  }

  /** Frees values and gradient; the parameter is as if never initialized. */
  dispose(): void {
    this.#deferred = undefined;
    if (this.#variable === undefined) return;
    detachGrad(this.#variable);
    this.#variable.dispose();
    this.#variable = undefined;
  }

  /** Gluon's printed form, e.g. `Parameter conv0_weight (shape=(6, 0, 5, 5), dtype=<class 'numpy.float32'>)`. */
  toString(): string {
    const dtype = this.#dtype ?? "<class 'numpy.float32'>";
    return `Parameter ${this.name} (shape=${tupleText(this.#shape)}, dtype=${dtype})`;
  }

  /** What `console.log` shows. */
  [inspect](): string {
    return this.toString();
  }

  #draw(initializer: Initializer): void {
    const data = initializer.values(this.#shape, this.name);
    this.#checkCount(data, this.#shape);
    this.#deferred = undefined;
    this.#assign(data);
  }

  #checkCount(data: Float32Array, shape: readonly number[]): void {
    if (data.length === sizeOf(shape)) return;
    throw new ShapeError(this.name, `values for shape ${shapeText(shape)}`, `${data.length} values`);
  }

  #assign(data: Float32Array): void {
    tf.tidy(() => {
      const values = tf.tensor(data, [...this.#shape], "float32");
      if (this.#variable !== undefined) {
        this.#variable.assign(values);
        return;
      }
      this.#variable = tf.variable(values, this.isDifferentiable);
      if (this.#gradReq !== "null") attachGrad(this.#variable, this.#gradReq);
    });
  }
}
