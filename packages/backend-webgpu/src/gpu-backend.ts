import { DeviceLostError } from "@camada/tensor";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { util, type BackendValues, type DataId, type DataType, type TensorInfo } from "@tensorflow/tfjs-core";
import { CanvasReader, toPixels, WORDS_OF_A_READ } from "./canvas-reader.ts";
import { SynchronousReadError } from "./errors.ts";
import { packNumbers, type Numbers } from "./kernel-numbers.ts";
import { sourceOf, type KernelProgram } from "./kernel-program.ts";
import { withNavigatorGpu } from "./navigator-gpu.ts";

/** What tfjs's backend keeps to itself and kernels of ours need to stand in one queue with its own. */
interface Internals {
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  readonly commandQueueOwnedIds: WeakSet<DataId>;
  readonly uniformPendingDisposal: GPUBuffer[];
  dispatchCountInPass: number;
  hasReadSyncWarned: boolean;
  hasTimestampQueryWarned: boolean;
  convertAndCacheOnCPU(dataId: DataId, values: BackendValues): BackendValues;
}

/** One start of a kernel. */
export interface Launch {
  readonly program: KernelProgram;
  /** In the order of the program's buffers. */
  readonly tensors: readonly TensorInfo[];
  readonly numbers: Numbers;
  /** How many invocations, or groups where the program counts those. */
  readonly count: number;
}

/** Compiled kernels by their names, ours and tfjs's, of every device. */
const pipelines = new WeakMap<GPUDevice, { readonly ours: Map<string, GPUComputePipeline>; readonly tfjs: object }>();

/** tfjs would compile its kernels again for each of its backends. */
function pipelinesOf(device: GPUDevice) {
  const known = pipelines.get(device) ?? { ours: new Map<string, GPUComputePipeline>(), tfjs: {} };
  pipelines.set(device, known);
  return known;
}

/** One number: what stands in for an empty tensor. */
const STAND_IN_BYTES = 4;

/** Starts that tfjs, too, gathers before it hands them to the device. */
const DISPATCHES_PER_SUBMIT = 15;

/** After a failed reading, how long a device has to say that it is lost. */
const LAST_WORDS_MS = 1000;

type Program = Parameters<WebGPUBackend["runWebGPUProgram"]>[0];
type RestOfProgram = Parameters<WebGPUBackend["runWebGPUProgram"]> extends [Program, ...infer Rest] ? Rest : never;

/**
 * What a program of tfjs's is compiled from. Its own key leaves out sizes that some programs write into their source:
 * running sums along an axis of 3 would go on as they were compiled for an axis of 2.
 */
function sourceKeyOf(program: Program): string {
  // As tfjs fills it in before it asks for the source.
  program.outputComponent ??= 1;
  const { dispatchLayout, outputComponent, variableComponents, uniforms, size, atomic } = program;
  const declared = [dispatchLayout, outputComponent, variableComponents, uniforms, size, atomic];
  return `${JSON.stringify(declared)} ${program.getUserCode()}`;
}

/** tfjs's WebGPU backend on a device of ours, with a way for kernels of ours, and silent. */
export class GpuBackend extends WebGPUBackend {
  readonly #name: string;
  readonly #pipelines: Map<string, GPUComputePipeline>;
  /** Tensors that kernels change in place: what was read of them once is no longer so. */
  readonly #changing = new WeakSet<DataId>();
  readonly #internals: Internals;
  #reader: CanvasReader | undefined;
  #standIn: GPUBuffer | undefined;
  #isLost = false;

  constructor(device: GPUDevice, info: GPUAdapterInfo, name: string) {
    super(device, info);
    this.#name = name;
    const { ours, tfjs } = pipelinesOf(device);
    this.#pipelines = ours;
    Object.assign(this, { pipelineCache: tfjs });
    const internals = this as unknown as Internals;
    internals.hasReadSyncWarned = true;
    internals.hasTimestampQueryWarned = true;
    const cache = internals.convertAndCacheOnCPU.bind(this);
    // A tensor may be gone by the time that it has been read.
    internals.convertAndCacheOnCPU = (dataId, values) =>
      this.#changing.has(dataId) || !this.tensorMap.has(dataId) ? values : cache(dataId, values);
    this.#internals = internals;
    void device.lost.then(() => (this.#isLost = true));
  }

  /**
   * The backend on a device.
   * @param name of it in tfjs's registry, for errors.
   */
  static on(device: GPUDevice, info: GPUAdapterInfo, name: string): GpuBackend {
    return withNavigatorGpu(() => new GpuBackend(device, info, name));
  }

  /** Whether the device is gone for good. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Starts a kernel of ours, behind what was started before. */
  launch({ program, tensors, numbers, count }: Launch): void {
    this.#requireDevice();
    if (count === 0) return;
    for (const { dataId } of tensors) this.uploadToGPU(dataId);
    const pipeline = this.#pipelineOf(program);
    const buffers = tensors.map((tensor) => this.#bufferOf(tensor));
    const uniforms = this.#upload(packNumbers(program, count, numbers));
    const entries = [...buffers, uniforms].map((buffer, binding) => ({ binding, resource: { buffer } }));
    const group = this.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    const pass = this.#pass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(...this.#extents(program.together === true ? count : Math.ceil(count / program.groupSize)));
    for (const { dataId } of tensors) this.#internals.commandQueueOwnedIds.add(dataId);
    this.#internals.dispatchCountInPass++;
    if (this.#internals.dispatchCountInPass < DISPATCHES_PER_SUBMIT) return;
    this.endComputePassEncoder();
    this.submitQueue();
  }

  /** A tensor for a kernel's result. */
  output(shape: number[], dtype: DataType = "float32"): TensorInfo {
    const isEmpty = util.sizeFromShape(shape) === 0;
    return this.makeTensorInfo(shape, dtype, isEmpty ? util.getTypedArrayFromDType(dtype as "float32", 0) : undefined);
  }

  /** Says that kernels change a tensor in place from now on. */
  changes({ dataId }: TensorInfo): void {
    this.#changing.add(dataId);
    this.uploadToGPU(dataId);
    this.tensorMap.get(dataId).values = null as never;
  }

  override runWebGPUProgram(program: Program, ...rest: RestOfProgram): TensorInfo {
    // The key by which tfjs keeps the compiled program; it adds ranks, types and the like itself.
    program.shaderKey = sourceKeyOf(program);
    return super.runWebGPUProgram(program, ...rest);
  }

  override uploadToGPU(dataId: DataId): void {
    this.#requireDevice();
    super.uploadToGPU(dataId);
  }

  override async read(dataId: DataId): Promise<BackendValues> {
    try {
      return await super.read(dataId);
    } catch (error) {
      // A device on its way out fails in many ways, and may say that it is lost a moment later.
      await Promise.race([this.device.lost, new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS))]);
      throw error;
    } finally {
      // It may also give zeros.
      this.#requireDevice();
    }
  }

  override readSync(dataId: DataId): BackendValues {
    const { values, dtype, shape } = this.tensorMap.get(dataId);
    const isHere = values !== null && values !== undefined;
    // Of complex numbers tfjs asks here again, for both parts.
    if (isHere || dtype === "string" || dtype === "complex64") return super.readSync(dataId);
    this.#requireDevice();
    if (!("OffscreenCanvas" in globalThis)) throw new SynchronousReadError();
    const bytes = this.#readThroughCanvas({ dataId, dtype, shape });
    const read = util.convertBackendValuesAndArrayBuffer(bytes.buffer as ArrayBuffer, dtype);
    return this.#internals.convertAndCacheOnCPU(dataId, read);
  }

  #readThroughCanvas(tensor: TensorInfo): Uint8Array {
    const words = util.sizeFromShape(tensor.shape);
    const bytes = new Uint8Array(4 * words);
    this.#reader ??= new CanvasReader(this.device);
    for (let first = 0; first < words; first += WORDS_OF_A_READ) {
      const count = Math.min(WORDS_OF_A_READ, words - first);
      const [width, rows] = CanvasReader.sizeFor(count);
      const pixels = this.makeTensorInfo([rows * width], "int32");
      this.launch({ program: toPixels, tensors: [tensor, pixels], numbers: { first }, count });
      const part = this.#reader.read(count, (texture) => {
        this.endComputePassEncoder();
        const buffer = this.tensorMap.get(pixels.dataId).resource as GPUBuffer;
        this.ensureCommandEncoderReady();
        const source = { buffer, bytesPerRow: 4 * width, rowsPerImage: rows };
        this.#internals.commandEncoder!.copyBufferToTexture(source, { texture }, [width, rows]);
        this.submitQueue();
      });
      this.disposeData(pixels.dataId);
      bytes.set(part, 4 * first);
    }
    return bytes;
  }

  /** Programs read no element where there is none, but a device binds no buffer without a byte. */
  #bufferOf({ dataId, shape }: TensorInfo): GPUBuffer {
    if (util.sizeFromShape(shape) > 0) return this.tensorMap.get(dataId).resource as GPUBuffer;
    this.#standIn ??= this.device.createBuffer({ size: STAND_IN_BYTES, usage: GPUBufferUsage.STORAGE });
    return this.#standIn;
  }

  #requireDevice(): void {
    if (this.#isLost) throw new DeviceLostError(this.#name);
  }

  #pipelineOf(program: KernelProgram): GPUComputePipeline {
    const known = this.#pipelines.get(program.name);
    if (known !== undefined) return known;
    const module = this.device.createShaderModule({ code: sourceOf(program), label: program.name });
    const pipeline = this.device.createComputePipeline({
      compute: { module, entryPoint: "main" },
      label: program.name,
      layout: "auto",
    });
    this.#pipelines.set(program.name, pipeline);
    return pipeline;
  }

  #upload(numbers: ArrayBuffer): GPUBuffer {
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM;
    const buffer = this.bufferManager.acquireBuffer(numbers.byteLength, usage);
    this.queue.writeBuffer(buffer, 0, numbers);
    this.#internals.uniformPendingDisposal.push(buffer);
    return buffer;
  }

  #pass(): GPUComputePassEncoder {
    this.ensureCommandEncoderReady();
    return (this.#internals.computePassEncoder ??= this.#internals.commandEncoder!.beginComputePass());
  }

  /** Groups along x and y: no axis takes as many as a large tensor has. */
  #extents(groups: number): [number, number] {
    const most = this.device.limits.maxComputeWorkgroupsPerDimension;
    const rows = Math.ceil(groups / most);
    return [Math.ceil(groups / rows), rows];
  }
}
