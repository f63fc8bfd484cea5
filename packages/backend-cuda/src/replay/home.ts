import { engine, type TensorInfo, type Variable } from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import type { Block } from "../memory/device-memory.ts";
import { elementBytes, type DeviceType } from "../memory/storage.ts";

type DataId = TensorInfo["dataId"];

/** Where the value of a variable that a step assigns is before a replay and after it. */
export class Home {
  readonly variable: Variable;
  readonly #backend: CudaBackend;
  readonly #block: Block;
  #dataId: DataId | undefined;

  constructor(backend: CudaBackend, variable: Variable) {
    this.variable = variable;
    this.#backend = backend;
    this.#block = backend.memoryPool.allocate(Math.max(1, this.#sizeBytes));
    this.settle();
  }

  /** Whether a tensor is in it. */
  holds(dataId: DataId): boolean {
    return dataId === this.#dataId;
  }

  /** Brings the variable's value in. Whoever else has what is in it gets a copy, since replays write here. */
  settle(): void {
    const { data } = this.#backend;
    if (this.#dataId === this.variable.dataId && data.get(this.#dataId).refCount === 1) return;
    if (this.#dataId !== undefined) this.#backend.moveOut(this.#dataId);
    this.#backend.copyTo(this.#block.address, this.variable);
    this.adopt();
  }

  /** Copies what the step has assigned: the last that it does. */
  fill(): void {
    const from = this.#backend.address(this.variable);
    if (this.variable.size > 0) this.#backend.context.copy(this.#block.address, from, this.#sizeBytes);
  }

  /** Makes what is in it the variable's value. */
  adopt(): void {
    const { variable } = this;
    const info = this.#backend.lend(this.#block, variable.shape, variable.dtype as DeviceType);
    const value = engine().makeTensorFromTensorInfo(info, this.#backend);
    variable.assign(value);
    value.dispose();
    this.#dataId = info.dataId;
  }

  /** Leaves the memory to the variable, or frees it. */
  giveUp(): void {
    this.#backend.giveUp(this.#block, this.#dataId);
  }

  get #sizeBytes(): number {
    return this.variable.size * elementBytes(this.variable.dtype as DeviceType);
  }
}
