import * as tf from "@tensorflow/tfjs-core";
import { OptimizerError, shown } from "./errors.ts";
import type { LrScheduler } from "./lr-scheduler.ts";
import { bound, finite, resolveSettings, type Setting, type SettingValue } from "./setting.ts";

/** Options that every optimizer takes. */
export interface OptimizerOptions {
  /** Step size; 0.01 unless the optimizer states its own default. */
  readonly learningRate?: number | undefined;
  /** Weight decay, applied to every parameter, biases included (set a parameter's `wdMult` to 0 to spare it); 0. */
  readonly wd?: number | undefined;
  /** Largest absolute value of a gradient's element, after rescaling; null for none, the default. */
  readonly clipGradient?: number | null | undefined;
  /** Factor of every gradient, on top of the division by the batch size; 1. */
  readonly rescaleGrad?: number | undefined;
  /** Learning rate as a function of the update number; constant unless given. */
  readonly lrScheduler?: LrScheduler | undefined;
}

/** Hyperparameters of an optimizer that takes the options `O`, defaults filled in. */
export type SettingsOf<O extends OptimizerOptions> = Given<Omit<OptimizerOptions, "lrScheduler">> &
  Given<Omit<O, keyof OptimizerOptions>>;

type Given<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> };

/** One update of one parameter, as a rule sees it. */
export interface UpdateStep {
  /** Any shape. */
  readonly weight: tf.Tensor;
  /** Shaped as the weight, summed over the batch, neither rescaled nor clipped. */
  readonly gradient: tf.Tensor;
  /** Learning rate of this update: schedule and multiplier are in it. */
  readonly learningRate: number;
  /** Weight decay, multiplier included. */
  readonly wd: number;
  /** Factor of the gradient: `rescaleGrad / batchSize`. */
  readonly rescale: number;
  /** How often this parameter has been updated, this time included: 1 at first. */
  readonly t: number;
}

/** One update of one parameter, with the variables that it writes. */
export interface ParameterUpdate<StateName extends string = string> {
  readonly step: UpdateStep & { readonly weight: tf.Variable };
  readonly state: Readonly<Record<StateName, tf.Variable>>;
}

/** What a rule computes; every tensor is shaped as the weight. */
export interface UpdateResult<StateName extends string> {
  readonly weight: tf.Tensor;
  readonly state: Readonly<Record<StateName, tf.Tensor>>;
}

/**
 * An update rule with its hyperparameters. Weights and states belong to the Trainer.
 *
 * Rules compute in float32 in MXNet's order of operations: on the CPU their results are MXNet's to the last bit.
 * Scalars are computed in double and rounded to float32 where they meet a tensor.
 * @see MXNet 1.4.1, `mxnet.optimizer.Optimizer`.
 */
export abstract class Optimizer<O extends OptimizerOptions = OptimizerOptions, StateName extends string = string> {
  /** The name that {@link createOptimizer} knows it by. */
  readonly name: string;
  /** Tensors kept per parameter, in its shape, zeros at first. */
  abstract readonly stateNames: readonly StateName[];
  /** Hyperparameters, defaults filled in. The learning rate among them is the one it was made with. */
  readonly settings: SettingsOf<O>;
  readonly lrScheduler: LrScheduler | undefined;
  /** Base learning rate. Where a schedule is set, the value that it decays from if it uses one. */
  learningRate: number;

  /**
   * @param name in lower case.
   * @param own hyperparameters beyond the common ones: default and allowed values of each.
   * @param options as the user gave them.
   * @param learningRate the default, 0.01.
   * @throws {OptimizerError} on an unknown option or a value out of range.
   */
  constructor(
    name: string,
    own: { readonly [K in Exclude<keyof O, keyof OptimizerOptions>]-?: Setting<O[K] & SettingValue> },
    options: O,
    learningRate = 0.01,
  ) {
    const { lrScheduler, ...values } = options;
    if (lrScheduler !== undefined && typeof lrScheduler?.at !== "function") {
      throw new OptimizerError(name, "lrScheduler to have a method at(update, learningRate)", shown(lrScheduler));
    }
    const common = { learningRate: finite(learningRate), wd: finite(0), clipGradient: bound(), rescaleGrad: finite(1) };
    this.name = name;
    this.lrScheduler = lrScheduler;
    this.settings = resolveSettings(name, { ...common, ...own }, values) as SettingsOf<O>;
    this.learningRate = this.settings.learningRate;
  }

  /** The rule itself: new weight and states out of the old ones, without side effects on tensors. */
  protected abstract rule(step: UpdateStep, state: Readonly<Record<StateName, tf.Tensor>>): UpdateResult<StateName>;

  /**
   * The updates of one step, all with the same `rescale`; leaves no tensor behind. One after another, unless an optimizer
   * knows better.
   */
  updateAll(updates: readonly ParameterUpdate<StateName>[]): void {
    for (const { step, state } of updates) this.update(step, state);
  }

  /** Updates one weight and its states by the rule; leaves no tensor behind. */
  update(step: UpdateStep & { readonly weight: tf.Variable }, state: Readonly<Record<StateName, tf.Variable>>): void {
    tf.tidy(() => {
      const next = this.rule(step, state);
      step.weight.assign(next.weight);
      for (const name of this.stateNames) state[name].assign(next.state[name]);
    });
  }

  /** A gradient limited to ±clipGradient, element by element. */
  protected clip(gradient: tf.Tensor): tf.Tensor {
    return clipTo(gradient, this.settings.clipGradient);
  }

  /** Numbers that the rule carries from update to update, beyond the states of the parameters. */
  carried(): Readonly<Record<string, number>> {
    return {};
  }

  /** Takes over what {@link carried} gave. */
  restoreCarried(_carried: Readonly<Record<string, number>>): void {}
}

/** `x` limited to ±limit, element by element; `x` itself without a limit. */
export function clipTo(x: tf.Tensor, limit: number | null): tf.Tensor {
  return limit === null ? x : tf.clipByValue(x, -Math.fround(limit), Math.fround(limit));
}
