import { shown, TrainerStatesError } from "./errors.ts";
import type { Optimizer } from "./optimizer.ts";
import type { SettingValue } from "./setting.ts";

/**
 * All that a Trainer carries from step to step, as plain data: structured clone and any encoding of typed arrays keep
 * it. Multipliers and schedules are not part of it, as in MXNet: they are made again with the parameters and the
 * optimizer.
 */
export interface TrainerStates {
  readonly format: "camada-trainer";
  readonly version: 1;
  readonly optimizer: {
    readonly name: string;
    /** Hyperparameters; restoring asks for the same ones. */
    readonly settings: Readonly<Record<string, SettingValue>>;
    /** Base learning rate at the time of saving. */
    readonly learningRate: number;
    /** Numbers that the rule carries beyond the parameters' states. */
    readonly carried: Readonly<Record<string, number>>;
  };
  /** Number of the last update, the largest count of any parameter. */
  readonly numUpdate: number;
  /** One entry per parameter in the Trainer's order, by which they are restored. */
  readonly parameters: readonly ParameterStates[];
}

/** What one parameter carries. */
export interface ParameterStates {
  /** The parameter's key when it was saved, for people: generated names may be others in another process. */
  readonly key: string;
  /** How often it has been updated. */
  readonly updateCount: number;
  /** Shape of the weight and of every tensor; null before the first update. */
  readonly shape: readonly number[] | null;
  /** Elements in row-major order, by the optimizer's name for the state. */
  readonly tensors: Readonly<Record<string, Float32Array>>;
}

const op = "Trainer.restoreStates";

/**
 * Checks that saved states fit a Trainer.
 * @throws {TrainerStatesError} naming the first part that does not.
 */
export function checkStates(states: TrainerStates, optimizer: Optimizer, count: number): void {
  expect(isObject(states) && states.format === "camada-trainer", "states of a Trainer", shown(states));
  expect(states.version === 1, "states of version 1", `version ${String(states.version)}`);
  checkOptimizer(states.optimizer, optimizer);
  expect(isCount(states.numUpdate), "numUpdate to be an integer >= 0", String(states.numUpdate));
  expect(Array.isArray(states.parameters), "a list of parameters", shown(states.parameters));
  expect(states.parameters.length === count, `${count} parameters`, `${states.parameters.length}`);
  for (const parameter of states.parameters) checkParameter(parameter, optimizer.stateNames);
}

function checkOptimizer(saved: TrainerStates["optimizer"], optimizer: Optimizer): void {
  expect(isObject(saved) && saved.name === optimizer.name, `states of ${optimizer.name}`, shown(saved?.name));
  expect(Number.isFinite(saved.learningRate), "learningRate to be a number", String(saved.learningRate));
  for (const [name, value] of Object.entries(optimizer.settings)) {
    if (name === "learningRate") continue; // may have been changed on the way, and is restored
    const savedValue = saved.settings?.[name];
    expect(
      savedValue === value,
      `${name} to be ${String(value)}, as this Trainer's`,
      String(savedValue),
      "make the Trainer with the options that the states were saved with",
    );
  }
  for (const name of Object.keys(optimizer.carried())) {
    const value = saved.carried?.[name];
    expect(Number.isFinite(value), `the number ${name}`, String(value));
  }
}

function checkParameter(parameter: ParameterStates, stateNames: readonly string[]): void {
  expect(isObject(parameter), "every parameter to be an object", shown(parameter));
  const { key, updateCount, shape, tensors } = parameter;
  expect(isCount(updateCount), `updateCount of ${key} to be an integer >= 0`, String(updateCount));
  if (updateCount === 0) return;
  expect(Array.isArray(shape) && shape.every(isCount), `a shape for ${key}`, String(shape));
  const size = shape!.reduce((product, extent) => product * extent, 1);
  for (const name of stateNames) {
    const values = tensors?.[name];
    expect(values instanceof Float32Array, `${name} of ${key} to be a Float32Array`, shown(values));
    expect(values!.length === size, `${size} values in ${name} of ${key}`, `${values!.length}`);
  }
}

function expect(holds: boolean, expected: string, got: string, advice?: string): void {
  if (!holds) throw new TrainerStatesError(op, expected, got, advice);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0;
}
