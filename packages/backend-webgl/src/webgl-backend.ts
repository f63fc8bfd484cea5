import { type GPGPUContext, type GPGPUProgram, MathBackendWebGL } from "@tensorflow/tfjs-backend-webgl";
import type { BackendValues, DataId, DataType, TensorInfo } from "@tensorflow/tfjs-core";
import { DeviceLostError } from "@camada/tensor";

/** tfjs's WebGL backend; where the context is lost it throws. tfjs's own computes on, with zeros. */
export class WebglBackend extends MathBackendWebGL {
  readonly #name: string;

  /** @param programs compiled in the context, for one backend after the other. */
  constructor(context: GPGPUContext, programs: object, name: string) {
    super(context);
    // tfjs would begin each with none, and compile all of them again after every reset of its engine.
    Object.assign(this, { binaryCache: programs });
    this.#name = name;
  }

  override readSync(dataId: DataId): BackendValues {
    this.#requireContext(dataId);
    return super.readSync(dataId);
  }

  override async read(dataId: DataId): Promise<BackendValues> {
    this.#requireContext(dataId);
    const { texture } = this.texData.get(dataId);
    const values = await super.read(dataId);
    // The context may have gone while the GPU was waited for, and what came is zeros then.
    if (this.gpgpu.gl.isContextLost()) throw new DeviceLostError(this.#name);
    // tfjs keeps what it has read for the next reading; meanwhile an update may have written other numbers.
    const data = this.texData.has(dataId) ? this.texData.get(dataId) : undefined;
    if (data?.texture && data.texture !== texture) delete data.values;
    return values;
  }

  override runWebGLProgram(
    program: GPGPUProgram,
    inputs: TensorInfo[],
    outputDtype: DataType,
    customUniformValues?: number[][],
    preventEagerUnpackingOfOutput?: boolean,
    customTexShape?: [number, number],
  ): TensorInfo {
    if (this.gpgpu.gl.isContextLost()) throw new DeviceLostError(this.#name);
    return super.runWebGLProgram(
      program,
      inputs,
      outputDtype,
      customUniformValues,
      preventEagerUnpackingOfOutput,
      customTexShape,
    );
  }

  /** Puts the numbers of a program's result into the place of a tensor of the same shape. The result is gone after it. */
  replace(target: TensorInfo, result: TensorInfo): void {
    const [old, made] = [this.texData.get(target.dataId), this.texData.get(result.dataId)];
    const { refCount } = old;
    const before = { ...old, refCount: made.refCount };
    for (const key of Object.keys(old) as (keyof typeof old)[]) delete old[key];
    Object.assign(old, made, { refCount, values: undefined });
    Object.assign(made, { slice: undefined, values: undefined }, before);
    // Slices of the target read the old texture on: it is left to the browser's garbage collector.
    if (this.dataRefCount.has(target.dataId)) delete made.texture;
    this.disposeIntermediateTensorInfo(result);
  }

  /** What the CPU still holds can be read for ever. */
  #requireContext(dataId: DataId): void {
    if (!this.texData.get(dataId).values && this.gpgpu.gl.isContextLost()) {
      throw new DeviceLostError(this.#name);
    }
  }
}
