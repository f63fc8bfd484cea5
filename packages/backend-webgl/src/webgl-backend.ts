import { type GPGPUContext, type GPGPUProgram, MathBackendWebGL, webgl_util } from "@tensorflow/tfjs-backend-webgl";
import type { BackendValues, DataId, DataType, TensorInfo } from "@tensorflow/tfjs-core";
import { DeviceLostError } from "@camada/tensor";
import type { Drawings, Texels } from "./drawings.ts";
import type { DrawnProgram } from "./drawn-program.ts";

/** What outlives a backend in its context: compiled programs. */
export interface ContextPrograms {
  /** tfjs's. */
  readonly binaries: object;
  readonly drawings: Drawings;
}

/** What a program draws: a tensor as tfjs packs it, or texels one after the other. */
export type Drawn = { readonly shape: readonly number[] } | { readonly texels: number };

/** tfjs's WebGL backend; where the context is lost it throws. tfjs's own computes on, with zeros. */
export class WebglBackend extends MathBackendWebGL {
  readonly #name: string;
  readonly #drawings: Drawings;
  readonly #lost: Promise<never>;

  /** @param programs compiled in the context, for one backend after the other. */
  constructor(context: GPGPUContext, { binaries, drawings }: ContextPrograms, name: string) {
    super(context);
    // tfjs would begin each with none, and compile all of them again after every reset of its engine.
    Object.assign(this, { binaryCache: binaries });
    this.#name = name;
    this.#drawings = drawings;
    this.#lost = this.#loss();
    // Nobody may be reading when it comes.
    this.#lost.catch(() => {});
  }

  override readSync(dataId: DataId): BackendValues {
    this.#requireContext(dataId);
    return super.readSync(dataId);
  }

  override async read(dataId: DataId): Promise<BackendValues> {
    this.#requireContext(dataId);
    const { texture } = this.texData.get(dataId);
    const values = await Promise.race([super.read(dataId), this.#lost]);
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

  /**
   * Runs a program of ours.
   * @param inputs tensors whose shapes say how they are packed, or what earlier programs drew in flat order.
   * @returns as many results as the program has, float32.
   */
  draw(
    program: DrawnProgram,
    inputs: readonly TensorInfo[],
    numbers: Readonly<Record<string, number>>,
    drawn: Drawn,
  ): TensorInfo[] {
    if (this.gpgpu.gl.isContextLost()) throw new DeviceLostError(this.#name);
    if ("shape" in drawn ? drawn.shape.includes(0) : drawn.texels === 0)
      return Array.from({ length: program.results }, () => this.#nothing(drawn));
    const packed = inputs.map((input) => this.#packed(input));
    const results = Array.from({ length: program.results }, () => this.#target(drawn));
    const texels = ({ dataId }: TensorInfo): Texels => this.#texels(dataId);
    this.#drawings.draw(program, packed.map(texels), numbers, results.map(texels));
    packed.forEach((input, i) => {
      if (input.dataId !== inputs[i]!.dataId) this.disposeIntermediateTensorInfo(input);
    });
    return results;
  }

  /** A result without an element: there are no textures without a texel. */
  #nothing(drawn: Drawn): TensorInfo {
    const info = this.makeTensorInfo("shape" in drawn ? [...drawn.shape] : [0], "float32");
    Object.assign(this.texData.get(info.dataId), { values: new Float32Array(0) });
    return info;
  }

  /** A tensor in a texture, packed by its shape's last two axes; the caller frees it where it is another one. */
  #packed(input: TensorInfo): TensorInfo {
    // Programs read no element where there is none, but must have a texture.
    if (input.shape.includes(0)) return this.#target({ texels: 1 });
    const data = this.texData.get(input.dataId);
    if (!data.texture) {
      Object.assign(data, { isPacked: true, shape: input.shape });
      this.uploadToGPU(input.dataId);
      return input;
    }
    if (!data.isPacked) return this.packTensor(input);
    if (webgl_util.isReshapeFree(data.shape, input.shape)) return input;
    return this["packedReshape"]({ ...input, shape: data.shape }, input.shape);
  }

  #target(drawn: Drawn): TensorInfo {
    const texShape = "shape" in drawn ? undefined : this.#flatShape(drawn.texels);
    const shape = "shape" in drawn ? [...drawn.shape] : [...texShape!];
    const info = this.makeTensorInfo(shape, "float32");
    Object.assign(this.texData.get(info.dataId), { isPacked: true, texShape });
    this.uploadToGPU(info.dataId);
    return info;
  }

  /** Rows and columns of numbers, twice those of texels, the latter in a power of two. */
  #flatShape(texels: number): [number, number] {
    const width = 2 ** Math.ceil(Math.log2(texels) / 2);
    return [2 * Math.ceil(texels / width), 2 * width];
  }

  #texels(dataId: DataId): Texels {
    const { texture, texShape } = this.texData.get(dataId);
    const [rows, columns] = texShape!;
    return { texture: texture!.texture, width: Math.ceil(columns / 2), height: Math.ceil(rows / 2) };
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

  /** Rejects once the context is lost. tfjs would ask it for ever whether its work is done. */
  #loss(): Promise<never> {
    const { canvas } = this.gpgpu.gl;
    return new Promise((_, reject) => {
      const lose = (): void => {
        Object.assign(this.gpgpu, { itemsToPoll: [] });
        reject(new DeviceLostError(this.#name));
      };
      canvas.addEventListener("webglcontextlost", lose, { once: true });
    });
  }

  /** What the CPU still holds can be read for ever. */
  #requireContext(dataId: DataId): void {
    if (!this.texData.get(dataId).values && this.gpgpu.gl.isContextLost()) {
      throw new DeviceLostError(this.#name);
    }
  }
}
