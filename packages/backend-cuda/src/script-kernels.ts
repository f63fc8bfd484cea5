import {
  getKernel,
  type DataType,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import type { CudaBackend } from "./cuda-backend.ts";
import type { Values } from "./memory/storage.ts";

type DataId = TensorInfo["dataId"];

/** What tfjs's JavaScript kernels read and write. */
interface ScriptData {
  readonly dtype: DataType;
  readonly values?: Values | null;
  readonly complexTensorInfos?: { readonly real: TensorInfo; readonly imag: TensorInfo };
}

/** tfjs's JavaScript backend, never active: it holds the tensors of one kernel while that runs. */
class ScriptBackend extends MathBackendCPU {
  constructor() {
    super();
    // Libraries never print, and tfjs advises at the first tensor in Node.
    (this as unknown as { firstUse: boolean }).firstUse = false;
  }

  at(dataId: DataId): ScriptData {
    return this.data.get(dataId);
  }
}

/**
 * tfjs's JavaScript kernels on tensors of the device: their elements are copied to the host, and the results go back when
 * the device needs them. Every use is counted.
 */
export class ScriptKernels {
  readonly #cuda: CudaBackend;
  readonly #script = new ScriptBackend();
  readonly #counts = new Map<string, number>();

  constructor(cuda: CudaBackend) {
    this.#cuda = cuda;
  }

  /** How often each kernel ran here, by its name, most often first. A property, so that it can be handed on as it is. */
  readonly counts = (): ReadonlyMap<string, number> => new Map([...this.#counts].toSorted(([, a], [, b]) => b - a));

  /** Runs tfjs's kernel of a name. */
  run(
    kernelName: string,
    inputs: NamedTensorInfoMap | readonly TensorInfo[],
    attrs: object = {},
  ): TensorInfo | TensorInfo[] {
    this.#cuda.observer?.refuse(`it runs ${kernelName} on the host`);
    this.#counts.set(kernelName, (this.#counts.get(kernelName) ?? 0) + 1);
    return this.#compute(kernelName, inputs, attrs);
  }

  /** The result of a kernel that takes no tensors: like any other array that the host makes, it is no fallback. */
  constant(kernelName: string, attrs: object): TensorInfo {
    return this.#compute(kernelName, {}, attrs) as TensorInfo;
  }

  #compute(
    kernelName: string,
    inputs: NamedTensorInfoMap | readonly TensorInfo[],
    attrs: object,
  ): TensorInfo | TensorInfo[] {
    const kernel = getKernel(kernelName, "cpu");
    if (kernel === undefined) throw new Error(`cuda: expected tfjs to have kernel ${kernelName}, got none`);
    const lent = new Map<DataId, TensorInfo>();
    const given = [inputs as NamedTensorInfoMap, attrs as NamedAttrMap] as const;
    for (const input of tensorsOf(inputs)) {
      if (lent.has(input.dataId)) continue;
      lent.set(input.dataId, input);
      this.#lend(input);
    }
    try {
      const outcome = kernel.kernelFunc({ inputs: given[0], attrs: given[1], backend: this.#script });
      return Array.isArray(outcome) ? outcome.map((output) => this.#take(output, lent)) : this.#take(outcome, lent);
    } finally {
      for (const dataId of lent.keys()) this.#script.disposeData(dataId, true);
    }
  }

  /** Lets the JavaScript backend have a tensor under its own name. */
  #lend({ dataId, shape, dtype }: TensorInfo): void {
    const { parts } = this.#cuda.data.get(dataId);
    if (parts === undefined) {
      this.#script.move(dataId, this.#cuda.readSync(dataId), shape, dtype, 1);
      return;
    }
    this.#script.move(dataId, undefined as never, shape, dtype, 1);
    const [real, imag] = [parts.real, parts.imag].map((part) =>
      this.#script.makeTensorInfo(shape, "float32", this.#cuda.readSync(part.dataId) as Float32Array),
    );
    (this.#script.at(dataId) as { complexTensorInfos?: object }).complexTensorInfos = { real, imag };
  }

  /** Takes a result over. */
  #take(output: TensorInfo, lent: ReadonlyMap<DataId, TensorInfo>): TensorInfo {
    const { dataId, shape, dtype } = output;
    const source = lent.get(dataId);
    if (source !== undefined && source.dtype === dtype) return this.#cuda.share(source, shape);
    const { values, complexTensorInfos } = this.#script.at(dataId);
    const taken =
      complexTensorInfos === undefined
        ? this.#cuda.fromHost(shape, dtype, values as Values)
        : this.#cuda.complexOf(
            ...([complexTensorInfos.real, complexTensorInfos.imag].map((part) =>
              this.#cuda.fromHost(shape, "float32", this.#script.readSync(part.dataId)),
            ) as [TensorInfo, TensorInfo]),
          );
    if (source === undefined) this.#script.disposeData(dataId, true);
    return taken;
  }
}

/** Every tensor of a kernel's inputs: some kernels take lists. */
export function tensorsOf(inputs: NamedTensorInfoMap | readonly TensorInfo[]): TensorInfo[] {
  const values = Object.values(inputs) as (TensorInfo | TensorInfo[] | undefined)[];
  return values.flat().filter((input) => input !== undefined);
}
