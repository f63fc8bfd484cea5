import { defaultRandom, watchGradients, type GradientSlot } from "@camada/tensor";
import { engine, Tensor, type NamedTensorInfoMap, type TensorInfo, type Variable } from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import type { Address } from "../driver/driver.ts";
import type { DeviceValues, Storage } from "../memory/storage.ts";
import type { StepObserver } from "../memory/step-observer.ts";
import { Trace } from "./trace.ts";

type DataId = TensorInfo["dataId"];

/** One call of a step that runs as it is, watched for what would forbid to replay it. */
export class Observation implements StepObserver {
  readonly trace = new Trace();
  /** Why the step cannot be replayed: the first reason met. */
  refusal: string | undefined;
  /** Whether variables were made or freed, as in a first call: it then says nothing about the next ones. */
  isPreparation = false;
  /** Tensors from outside that the step reads, and where. */
  readonly externals = new Map<DataId, Address>();
  /** Where the step left gradients. */
  slots: readonly GradientSlot[] = [];
  /** Tensors that were made in the step. */
  protected readonly own = new Map<Storage, DataId>();
  protected readonly backend: CudaBackend;
  #variables: ReadonlyMap<Variable, DataId> = new Map();

  constructor(backend: CudaBackend) {
    this.backend = backend;
  }

  get isRecording(): boolean {
    return false;
  }

  /** Runs the step. */
  run<R>(step: () => R): R {
    this.#variables = homes();
    const draws = drawn();
    this.backend.observer = this;
    try {
      const { value, slots } = watchGradients(step);
      this.slots = slots;
      this.#judge(this.#variables, draws);
      return value;
    } finally {
      this.backend.observer = undefined;
    }
  }

  /** Of {@link externals} those that are neither a variable's value nor an argument: no replay follows them. */
  outsiders(args: readonly unknown[]): ReadonlySet<DataId> {
    const followed = [
      ...this.#variables.values(),
      ...args.map((arg) => (arg instanceof Tensor ? arg.dataId : undefined)),
    ];
    return new Set([...this.externals.keys()].filter((dataId) => !followed.includes(dataId)));
  }

  made(dataId: DataId, storage: Storage): void {
    this.own.set(storage, dataId);
  }

  began(kernelName: string, inputs: NamedTensorInfoMap, attrs: object): void {
    this.trace.kernel(kernelName, inputs, attrs);
  }

  used(dataId: DataId, storage: Storage): void {
    if (!this.own.has(storage)) this.externals.set(dataId, storage.block!.address);
  }

  moves(storage: Storage, values: DeviceValues): void {
    if (this.own.has(storage)) this.trace.upload(values);
  }

  reads(storage: Storage): void {
    // What JavaScript has made in the step, it may read.
    if (storage.block === undefined && this.own.has(storage)) return;
    this.refuse("it reads a tensor");
  }

  refuse(reason: string): void {
    this.refusal ??= reason;
  }

  retains(_storage: Storage): boolean {
    return false;
  }

  #judge(before: ReadonlyMap<Variable, DataId>, draws: string): void {
    const after = homes();
    this.isPreparation = after.size !== before.size || [...before.keys()].some((variable) => !after.has(variable));
    if (drawn() !== draws) this.refuse("it draws random numbers");
    if (this.slots.some(({ gradReq }) => gradReq === "add")) this.refuse("it adds to gradients (gradReq add)");
    const gradients = new Set(this.slots.map(({ gradient }) => gradient));
    for (const [variable, dataId] of after) {
      const isAssigned = before.has(variable) && before.get(variable) !== dataId;
      if (isAssigned && !gradients.has(variable)) this.refuse(`it assigns variable ${variable.name}`);
    }
  }
}

/** Where the values of every variable are. */
function homes(): Map<Variable, DataId> {
  return new Map(Object.values(engine().registeredVariables).map((variable) => [variable, variable.dataId]));
}

/** How far the default random source has come. */
function drawn(): string {
  return JSON.stringify(defaultRandom().state());
}
