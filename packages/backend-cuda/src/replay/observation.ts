import { defaultRandom, watchDraws, watchGradients, type DrawnTensor, type GradientSlot } from "@camada/tensor";
import { engine, Tensor, type NamedTensorInfoMap, type TensorInfo, type Variable } from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import type { Address } from "../driver/driver.ts";
import { isDeviceType, type DeviceValues, type Storage } from "../memory/storage.ts";
import type { StepObserver } from "../memory/step-observer.ts";
import { sameDraws } from "./draws.ts";
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
  /** What the step drew, in order. */
  readonly draws: DrawnTensor[] = [];
  /** Variables that the step assigned, gradients that it added to among them. */
  readonly assigned = new Set<Variable>();
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
    this.#variables = variableValues();
    const random = defaultRandom().clone();
    this.backend.observer = this;
    try {
      const { value, slots } = watchGradients(() => watchDraws(step, (drawn) => this.#drew(drawn)));
      this.slots = slots;
      this.#judge(this.#variables);
      if (!sameDraws(this.expectedDraws(), this.draws, random)) this.refuse("it draws random numbers in its own way");
      if (this.refusal === undefined) this.completed();
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
    if (this.own.has(storage) && !this.isDrawn(storage)) this.trace.upload(values);
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

  /** By what the step's numbers should be drawn. */
  protected expectedDraws(): readonly DrawnTensor[] {
    return this.draws;
  }

  /** The step has run to its end, and nothing forbids to replay it so far. */
  protected completed(): void {
    // Numbers of the host that a variable was assigned are sent here, or they would never be compared.
    for (const variable of this.assigned) this.backend.address(variable);
  }

  protected isDrawn(storage: Storage): boolean {
    const dataId = this.own.get(storage);
    return this.draws.some(({ tensor }) => tensor.dataId === dataId);
  }

  #drew(drawn: DrawnTensor): void {
    this.draws.push(drawn);
    this.trace.draw(drawn.values.length);
  }

  #judge(before: ReadonlyMap<Variable, DataId>): void {
    const after = variableValues();
    this.isPreparation = after.size !== before.size || [...before.keys()].some((variable) => !after.has(variable));
    const replaced = new Set(this.slots.flatMap(({ gradReq, gradient }) => (gradReq === "write" ? [gradient] : [])));
    for (const [variable, dataId] of after) {
      if (!before.has(variable) || before.get(variable) === dataId || replaced.has(variable)) continue;
      this.assigned.add(variable);
      const isOwn = isDeviceType(variable.dtype) && this.own.has(this.backend.data.get(dataId));
      if (!isOwn) this.refuse(`it assigns variable ${variable.name} a tensor that it did not make`);
    }
  }
}

/** Where the values of every variable are. */
function variableValues(): Map<Variable, DataId> {
  return new Map(Object.values(engine().registeredVariables).map((variable) => [variable, variable.dataId]));
}
