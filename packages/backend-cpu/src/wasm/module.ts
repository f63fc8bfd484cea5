import { KERNELS_BASE64 } from "../kernels.generated.ts";
import { importingSharedMemory } from "./shared-memory.ts";
import { instantiate, type WebAssemblyMemory } from "./web-assembly.ts";

/** Address of a byte in the memory shared with tfjs's module. */
export type Address = number;

/** What `assembly/index.ts` exports. Counts and strides are in float32 unless they say bytes. */
export interface Kernels {
  activate(x: Address, y: Address, count: number, bias: number, kind: number): void;
  activationGradient(dy: Address, y: Address, dx: Address, count: number, kind: number): void;
  averagePool(geometry: Address, x: Address, planes: number, y: Address): void;
  averagePoolGradient(geometry: Address, dy: Address, planes: number, dx: Address): void;
  clip(x: Address, y: Address, count: number, low: number, high: number): void;
  copyRows(from: Address, fromBytes: number, to: Address, toBytes: number, rows: number, count: number): void;
  gatherColumns(
    geometry: Address,
    x: Address,
    channel0: number,
    k0: number,
    k1: number,
    q0: number,
    q1: number,
    row: Address,
    target: Address,
  ): void;
  gatherTaps(
    geometry: Address,
    x: Address,
    channel0: number,
    k0: number,
    k1: number,
    q0: number,
    q1: number,
    width: number,
    rows: Address,
    target: Address,
  ): void;
  maxPool(geometry: Address, x: Address, planes: number, y: Address): void;
  maxPoolGradient(geometry: Address, dy: Address, x: Address, planes: number, dx: Address): void;
  multiply(
    a: Address,
    b: Address,
    c: Address,
    rowBytes: number,
    rowPanels: number,
    columnPanels: number,
    depth: number,
    accumulate: boolean,
  ): void;
  pack(
    source: Address,
    laneStride: number,
    depthStride: number,
    lanes: number,
    depth: number,
    width: number,
    target: Address,
  ): void;
  scatterColumns(
    geometry: Address,
    x: Address,
    channel0: number,
    k0: number,
    k1: number,
    q0: number,
    q1: number,
    columns: Address,
    rowBytes: number,
  ): void;
  sgd(w: Address, g: Address, count: number, lr: number, keep: number, rescale: number, clip: number): void;
  sgdMomentum(
    w: Address,
    g: Address,
    m: Address,
    count: number,
    lr: number,
    momentum: number,
    decay: number,
    rescale: number,
    clip: number,
  ): void;
  sumChannels(dy: Address, n: number, channels: number, positions: number, sums: Address): void;
  writeChannels(
    rows: Address,
    rowBytes: number,
    count: number,
    q0: number,
    q1: number,
    y: Address,
    channels: number,
    channel0: number,
    positions: number,
  ): void;
}

/** Links our kernels to a memory, shared between threads or not. */
export function loadKernels(memory: WebAssemblyMemory): Promise<Kernels> {
  const text = atob(KERNELS_BASE64);
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const isShared = typeof SharedArrayBuffer !== "undefined" && (memory.buffer as unknown) instanceof SharedArrayBuffer;
  return instantiate<Kernels>(isShared ? importingSharedMemory(bytes) : bytes, memory);
}
