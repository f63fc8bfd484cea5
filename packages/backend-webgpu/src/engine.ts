import type { BackendInfo } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { adapterName, describeAdapter, type AdapterDescription } from "./adapter.ts";
import { openDevice } from "./open-device.ts";
import type { WebgpuOptions } from "./webgpu.ts";

const TF_BACKEND = "camada-webgpu";
const PRIORITY = 0;

/** What really runs on the GPU. */
export interface WebgpuInfo extends BackendInfo {
  readonly adapter: AdapterDescription;
}

/** A device and what it belongs to. tfjs makes backends anew at will; they all share it. */
interface OpenedDevice {
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
  readonly adapter: AdapterDescription;
  isLost: boolean;
}

let opened: OpenedDevice | undefined;

/** Makes WebGPU tfjs's active backend, on a new device unless there is one that lives. */
export async function start({ gpu, powerPreference, allowSoftware = false }: WebgpuOptions): Promise<WebgpuInfo> {
  const found = await requireAdapter(gpu ?? (await findGpu()), powerPreference ?? "high-performance");
  const described = describeAdapter(found);
  if (described.isSoftware && !allowSoftware) {
    throw new Error(
      `a software adapter, ${adapterName(described)}, which is slower than the CPU's own kernels; allowSoftware uses it all the same`,
    );
  }
  const { GpuBackend } = await import("./gpu-backend.ts");
  const { registerKernels } = await import("./register.ts");
  const { adapter } = await livingDevice(found, described);
  const previous = tf.engine().registry[TF_BACKEND];
  if (previous instanceof GpuBackend && previous.isLost) tf.removeBackend(TF_BACKEND);
  if (tf.findBackendFactory(TF_BACKEND) === null) {
    registerKernels(TF_BACKEND);
    tf.registerBackend(TF_BACKEND, () => GpuBackend.on(opened!.device, opened!.info, TF_BACKEND), PRIORITY);
  }
  if (!(await tf.setBackend(TF_BACKEND))) throw new Error("a device that tfjs could not start on");
  const software = adapter.isSoftware ? ", in software" : "";
  return {
    tfBackend: TF_BACKEND,
    engine: "webgpu",
    description: `${adapterName(adapter)}${software}; WebGPU, tfjs-backend-webgpu ${tf.version_core}; float32`,
    layout: "NCHW",
    precision: "float32",
    threads: 1,
    rejected: [],
    adapter,
  };
}

/** The device that is there, or one of an adapter. */
async function livingDevice(found: GPUAdapter, adapter: AdapterDescription): Promise<OpenedDevice> {
  if (living() !== undefined) return living()!;
  const device = await openDevice(found);
  const faster = living();
  if (faster !== undefined) {
    // Another activation at the same time.
    device.destroy();
    return faster;
  }
  const mine: OpenedDevice = { device, info: found.info, adapter, isLost: false };
  void device.lost.then(() => (mine.isLost = true));
  return (opened = mine);
}

function living(): OpenedDevice | undefined {
  return opened === undefined || opened.isLost ? undefined : opened;
}

/** WebGPU of the browser, else Dawn's in Node. */
async function findGpu(): Promise<GPU> {
  const { gpu } = (globalThis.navigator ?? {}) as { readonly gpu?: GPU };
  if (gpu !== undefined) return gpu;
  const { loadDawn } = await import("#dawn");
  return loadDawn();
}

async function requireAdapter(gpu: GPU, powerPreference: GPUPowerPreference): Promise<GPUAdapter> {
  const found = await gpu.requestAdapter({ powerPreference });
  if (found === null) throw new Error("no adapter: WebGPU is there, and no GPU that it can use");
  return found;
}
