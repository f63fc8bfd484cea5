import type { TensorInfo, Variable } from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import type { Block } from "../memory/device-memory.ts";
import { elementBytes, type DeviceType } from "../memory/storage.ts";

type DataId = TensorInfo["dataId"];

/** The homes of all variables that recorded steps assign. */
export class Homes {
  readonly #backend: CudaBackend;
  readonly #homes = new Map<Variable, Home>();

  constructor(backend: CudaBackend) {
    this.#backend = backend;
  }

  /** A variable's home, with its value in it: the same one for every step that assigns it. */
  take(variable: Variable): Home {
    const known = this.#homes.get(variable);
    const home = known ?? new Home(this.#backend, variable);
    if (known === undefined) this.#homes.set(variable, home);
    home.users++;
    home.settle();
    return home;
  }

  /** Ends one use of a home. After the last its memory is the variable's, or free. */
  release(home: Home): void {
    if (--home.users > 0) return;
    this.#homes.delete(home.variable);
    home.giveUp();
  }

  /** Brings a variable's value home, if it has one. */
  settle(variable: Variable): void {
    if (!variable.isDisposed) this.#homes.get(variable)?.settle();
  }

  /** Brings all values home: what is recorded next reads them there. */
  settleAll(): void {
    for (const variable of this.#homes.keys()) this.settle(variable);
  }
}

/** Where the value of a variable that recorded steps assign is before a replay and after it. */
export class Home {
  readonly variable: Variable;
  /** How many steps assign the variable. */
  users = 0;
  readonly #backend: CudaBackend;
  readonly #block: Block;
  #dataId: DataId | undefined;

  constructor(backend: CudaBackend, variable: Variable) {
    this.variable = variable;
    this.#backend = backend;
    this.#block = backend.memoryPool.allocate(Math.max(1, this.#sizeBytes));
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
    const value = this.#backend.lend(this.#block, variable.shape, variable.dtype as DeviceType);
    this.#dataId = value.dataId;
    variable.assign(value);
    value.dispose();
  }

  /** Leaves the memory to the variable, or frees it. */
  giveUp(): void {
    this.#backend.giveUp(this.#block, this.#dataId);
  }

  get #sizeBytes(): number {
    return this.variable.size * elementBytes(this.variable.dtype as DeviceType);
  }
}
