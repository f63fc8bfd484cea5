import { storeGradient, type GradientSlot } from "@camada/tensor";
import { engine, type Tensor, type TensorInfo, type Variable } from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import type { Graph } from "../driver/driver.ts";
import type { DeviceType } from "../memory/storage.ts";
import type { Capture, Place } from "./capture.ts";
import { tensorsIn, unrepeatable, withTensors } from "./outputs.ts";

type DataId = TensorInfo["dataId"];

/** Memory that every replay fills, and who gets to see it. */
interface Result extends Place {
  /** Tensors of the recorded call that were in it. */
  readonly outputs: readonly Tensor[];
  readonly slots: readonly GradientSlot[];
}

/** A tensor from outside that the recorded work reads. */
interface External {
  readonly dataId: DataId;
  readonly address: number;
  /** Whose value it is, if a variable's. */
  readonly variable: Variable | undefined;
}

/** A step that replays without JavaScript. */
export class RecordedStep<R> {
  readonly #backend: CudaBackend;
  readonly #capture: Capture;
  readonly #graph: Graph;
  readonly #value: R;
  readonly #results: readonly Result[];
  readonly #externals: readonly External[];
  #isDisposed = false;

  private constructor(backend: CudaBackend, capture: Capture, value: R, results: readonly Result[]) {
    this.#backend = backend;
    this.#capture = capture;
    this.#graph = capture.graph!;
    this.#value = value;
    this.#results = results;
    const variables = new Map(Object.values(engine().registeredVariables).map((v) => [v.dataId, v]));
    this.#externals = [...capture.externals].map(([dataId, address]) => {
      return { dataId, address, variable: variables.get(dataId) };
    });
    backend.recordedSteps.add(this);
  }

  /**
   * Makes a recorded call replayable.
   * @param value what the call gave.
   * @returns why not, where it is none to replay; the call itself is done in any case.
   */
  static of<R>(backend: CudaBackend, capture: Capture, value: R): RecordedStep<R> | string {
    const odd = unrepeatable(value);
    if (odd !== undefined) return odd;
    const outputs = [...new Set(tensorsIn(value))];
    const gradients = capture.slots.filter(isReplaced).map(({ gradient }) => gradient);
    const found = new Set([...outputs, ...gradients].map(({ dataId }) => dataId));
    if (capture.survivors().some((dataId) => !found.has(dataId))) return "it keeps a tensor beyond its end";
    const results: Result[] = [];
    for (const dataId of found) {
      const block = capture.resultBlock(dataId);
      if (block === undefined) {
        for (const result of results) backend.giveUp(result.block, result.dataId);
        return "it gives a tensor that no kernel of the device made in it";
      }
      results.push({
        block,
        dataId,
        outputs: outputs.filter((output) => output.dataId === dataId),
        slots: capture.slots.filter(({ gradient }) => gradient.dataId === dataId),
      });
    }
    return new RecordedStep(backend, capture, value, results);
  }

  /**
   * Why a replay would not do what the step does, by now; `undefined` where it would. A variable that another recorded step
   * assigns goes home before it is looked for.
   */
  staleness(): string | undefined {
    const { data, homes } = this.#backend;
    const moved = this.#externals.find(({ dataId, address, variable }) => {
      if (variable !== undefined) homes.settle(variable);
      const now = variable?.dataId ?? dataId;
      return !data.has(now) || data.get(now).block?.address !== address;
    });
    if (moved !== undefined) return `${moved.variable?.name ?? "a tensor that it reads"} has moved`;
    const freed = this.#capture.homes.find(({ variable }) => variable.isDisposed);
    return freed && `${freed.variable.name} has been freed`;
  }

  /**
   * Does the recorded work on other arguments.
   * @param args as many tensors as the step takes, in the shapes that it was recorded for.
   */
  replay(args: readonly Tensor[]): R {
    const { context, launches } = this.#backend;
    const { homes, inputs, slots } = this.#capture;
    for (const result of this.#results) this.#clear(result);
    for (const home of homes) home.settle();
    for (const [i, arg] of args.entries()) this.#backend.copyTo(inputs[i]!.block.address, arg);
    this.#draw();
    launches.begin("CompiledStep", Object.fromEntries(args.map((arg, i) => [`x${i}`, arg])));
    context.launchGraph(this.#graph);
    const made = new Map<Tensor, Tensor>();
    for (const result of this.#results) this.#hand(result, made);
    for (const slot of slots) slot.isFresh = true;
    return withTensors(this.#value, (tensor) => made.get(tensor)!);
  }

  /** Frees what replays need; tensors that they gave stay. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#backend.recordedSteps.delete(this);
    for (const { block, dataId } of this.#results) this.#backend.giveUp(block, dataId);
    this.#capture.dispose();
  }

  /** Draws what the step draws, in its order: also what no kernel reads. */
  #draw(): void {
    const { draws, drawn } = this.#capture;
    for (const { tensor, draw } of draws) {
      const values = draw();
      const place = drawn.get(tensor.dataId);
      if (place !== undefined) this.#backend.send(place.block.address, values);
    }
  }

  /** Lets a result be overwritten. A tensor of an earlier call that somebody still has gets memory of its own. */
  #clear(result: Result): void {
    if (result.dataId === undefined || isInPlace(this.#backend, result)) return;
    this.#backend.moveOut(result.dataId);
    result.dataId = undefined;
  }

  #hand(result: Result, made: Map<Tensor, Tensor>): void {
    const { block, outputs, slots } = result;
    if (result.dataId !== undefined) return;
    const [first = slots[0]!.gradient] = outputs;
    const holder = this.#backend.lend(block, first.shape, first.dtype as DeviceType);
    const { dataId, dtype } = holder;
    result.dataId = dataId;
    for (const slot of slots) storeGradient(slot, holder);
    for (const output of outputs) {
      this.#backend.incRef(dataId);
      const { shape } = output;
      made.set(output, engine().makeTensorFromTensorInfo({ dataId, dtype, shape }, this.#backend));
    }
    holder.dispose();
  }
}

/** Whether backward passes leave a new gradient there. One that they add to is a variable that the step assigns. */
function isReplaced({ gradReq }: GradientSlot): boolean {
  return gradReq === "write";
}

/** Whether a gradient is still where the last replay left it, and nobody else has the tensor. */
function isInPlace({ data }: CudaBackend, { dataId, outputs, slots }: Result): boolean {
  const [slot] = slots;
  if (slot === undefined || slots.length > 1 || outputs.length > 0 || slot.gradient.dataId !== dataId) return false;
  return data.has(dataId) && data.get(dataId).refCount === 1;
}
