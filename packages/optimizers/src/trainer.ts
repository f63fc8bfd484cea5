import * as tf from "@tensorflow/tfjs-core";
import { createOptimizer, type OptionsOf } from "./create-optimizer.ts";
import { OptimizerError, StaleGradientError } from "./errors.ts";
import type { Optimizer, ParameterUpdate } from "./optimizer.ts";
import { entriesOf, type Trainable, type Trainables } from "./trainable.ts";
import { checkStates, type ParameterStates, type TrainerStates } from "./trainer-states.ts";

/** Options of {@link Trainer.step}. */
export interface StepOptions {
  /** Leave parameters without a backward pass since the last step as they are, instead of refusing; false. */
  readonly ignoreStaleGrad?: boolean | undefined;
}

/** A parameter with what its updates left behind. */
interface Slot {
  readonly key: string;
  readonly param: Trainable;
  updateCount: number;
  shape: readonly number[] | null;
  /** By the optimizer's names; empty before the first update. */
  state: Record<string, tf.Variable>;
}

/**
 * Updates parameters from their gradients.
 *
 * It owns the optimizer's state tensors, made at a parameter's first update and kept until {@link dispose}; a step
 * leaves no other tensor behind. Weights and gradients stay the parameters' own; weights are written in place.
 * Parameters may still be waiting for their shapes when it is made: it first asks for them in a step.
 * @see MXNet 1.4.1, `mxnet.gluon.Trainer`.
 */
export class Trainer<N extends string = string> {
  readonly optimizer: Optimizer;
  readonly #slots: readonly Slot[];
  #numUpdate = 0;
  #isDisposed = false;

  /**
   * @param params in the order of their updates.
   * @param optimizer a name, in any case, or an optimizer, which then serves this Trainer alone.
   * @param options of the optimizer made by name.
   * @throws {OptimizerError} as {@link createOptimizer}.
   */
  constructor(params: Trainables, optimizer: N | Optimizer, options?: OptionsOf<N>) {
    this.optimizer = createOptimizer(optimizer, options);
    this.#slots = entriesOf(params).map(([key, param]) => ({ key, param, updateCount: 0, shape: null, state: {} }));
  }

  /** Learning rate of the last update, or of the first one before any; without the parameters' multipliers. */
  get learningRate(): number {
    const { learningRate, lrScheduler } = this.optimizer;
    return lrScheduler === undefined ? learningRate : lrScheduler.at(this.#numUpdate, learningRate);
  }

  /** @throws {OptimizerError} when a schedule decides the learning rate, or on a value that is no finite number. */
  setLearningRate(learningRate: number): void {
    const op = "Trainer.setLearningRate";
    if (this.optimizer.lrScheduler !== undefined) throw new OptimizerError(op, "no schedule", "an lrScheduler");
    if (!Number.isFinite(learningRate)) throw new OptimizerError(op, "a finite number", String(learningRate));
    this.optimizer.learningRate = learningRate;
  }

  /**
   * Updates every parameter whose `gradReq` is not `null`, with its gradient divided by the batch size.
   * @param batchSize what the gradients are divided by, whatever the batch really held.
   * @throws {StaleGradientError} when a parameter has had no backward pass since its last update.
   * @throws {OptimizerError} on a batch size that is not above 0, a shape that changed, or after {@link dispose}. In
   *   every case no parameter was updated.
   */
  step(batchSize: number, options: StepOptions = {}): void {
    this.#update("Trainer.step", batchSize, options);
  }

  /** The same as {@link step}, which in Gluon sums the gradients of several devices first. */
  update(batchSize: number, options: StepOptions = {}): void {
    this.#update("Trainer.update", batchSize, options);
  }

  /**
   * A copy of all that the updates depend on beside the weights. Restored into a Trainer made alike, training goes on
   * bit for bit as if it had not stopped. Await it before the next step.
   */
  async states(): Promise<TrainerStates> {
    const { name, settings, learningRate } = this.optimizer;
    const optimizer = { name, settings: { ...settings }, learningRate, carried: this.optimizer.carried() };
    const head = { format: "camada-trainer", version: 1, optimizer, numUpdate: this.#numUpdate } as const;
    return { ...head, parameters: await Promise.all(this.#slots.map(copyOf)) };
  }

  /**
   * Takes over saved states, the learning rate included, parameter by parameter in their order. Multipliers and schedules
   * stay this Trainer's own. Shapes are compared in the next step, as weights may not exist yet.
   * @throws {TrainerStatesError} when they are damaged, of another optimizer, of other hyperparameters or of another
   *   number of parameters; nothing was changed then.
   */
  restoreStates(states: TrainerStates): void {
    this.#refuseIfDisposed("Trainer.restoreStates");
    checkStates(states, this.optimizer, this.#slots.length);
    this.optimizer.learningRate = states.optimizer.learningRate;
    this.optimizer.restoreCarried(states.optimizer.carried);
    this.#numUpdate = states.numUpdate;
    for (const [i, slot] of this.#slots.entries()) this.#restore(slot, states.parameters[i]!);
  }

  /** Frees the state tensors; the parameters are not touched. The Trainer cannot step afterwards. */
  dispose(): void {
    for (const { state } of this.#slots) tf.dispose(state);
    this.#isDisposed = true;
  }

  #update(op: string, batchSize: number, { ignoreStaleGrad = false }: StepOptions): void {
    this.#refuseIfDisposed(op);
    if (!(batchSize > 0)) throw new OptimizerError(op, "batchSize to be a number > 0", String(batchSize));
    const wanted = this.#slots.filter(({ param }) => param.gradReq !== "null");
    const fresh = wanted.filter(({ param }) => param.isGradFresh);
    if (fresh.length < wanted.length && !ignoreStaleGrad) {
      const stale = wanted.filter(({ param }) => !param.isGradFresh).map(({ param }) => param);
      for (const param of stale) param.data(); // one without a shape yet has a better explanation of its own
      throw new StaleGradientError(
        op,
        stale.map(({ name }) => name),
      );
    }
    for (const slot of fresh) checkShapes(op, slot);
    const rescale = this.optimizer.settings.rescaleGrad / batchSize;
    this.optimizer.updateAll(fresh.map((slot) => this.#nextUpdate(slot, rescale)));
    for (const { param } of fresh) param.markGradStale();
  }

  #nextUpdate(slot: Slot, rescale: number): ParameterUpdate {
    const { param } = slot;
    const weight = param.data();
    if (slot.shape === null) {
      slot.shape = [...weight.shape];
      for (const name of this.optimizer.stateNames) slot.state[name] = zeros(weight.shape);
    }
    slot.updateCount++;
    this.#numUpdate = Math.max(this.#numUpdate, slot.updateCount);
    const learningRate = this.learningRate * param.lrMult;
    const wd = this.optimizer.settings.wd * param.wdMult;
    const step = { weight, gradient: param.grad(), learningRate, wd, rescale, t: slot.updateCount };
    return { step, state: slot.state };
  }

  #restore(slot: Slot, { updateCount, shape, tensors }: ParameterStates): void {
    tf.dispose(slot.state);
    slot.updateCount = updateCount;
    slot.shape = updateCount === 0 ? null : [...shape!];
    slot.state = {};
    if (slot.shape === null) return;
    for (const name of this.optimizer.stateNames) {
      const values = tensors[name]!.slice();
      slot.state[name] = tf.tidy(() => tf.variable(tf.tensor(values, [...shape!], "float32"), false));
    }
  }

  #refuseIfDisposed(op: string): void {
    if (this.#isDisposed) throw new OptimizerError(op, "a Trainer in use", "one after dispose()");
  }
}

function zeros(shape: number[]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.zeros(shape), false));
}

async function copyOf({ key, updateCount, shape, state }: Slot): Promise<ParameterStates> {
  const reads = Object.entries(state).map(async ([name, variable]) => [name, (await variable.data()).slice()]);
  const tensors = Object.fromEntries(await Promise.all(reads)) as Record<string, Float32Array>;
  return { key, updateCount, shape: shape && [...shape], tensors };
}

function checkShapes(op: string, { param, shape }: Slot): void {
  const weight = param.data().shape;
  const gradient = param.grad().shape;
  if (shape !== null && !tf.util.arraysEqual([...shape], weight)) {
    throw new OptimizerError(op, `${param.name} to be [${shape.join(", ")}] as before`, `[${weight.join(", ")}]`);
  }
  if (!tf.util.arraysEqual(gradient, weight)) {
    const [wanted, got] = [weight, gradient].map((extents) => `[${extents.join(", ")}]`);
    throw new OptimizerError(op, `the gradient of ${param.name} to be ${wanted} as its weight`, got!);
  }
}
