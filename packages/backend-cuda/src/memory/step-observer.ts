import type { NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";
import type { DeviceValues, Storage } from "./storage.ts";

type DataId = TensorInfo["dataId"];

/** What sees the work of a step while it runs: to find out whether it can be replayed, and to record it. */
export interface StepObserver {
  /** Whether work is recorded, to be done later. Memory then comes from the step's own pool. */
  readonly isRecording: boolean;
  /** A tensor is made. */
  made(dataId: DataId, storage: Storage): void;
  /** A kernel of the device begins. */
  began(kernelName: string, inputs: NamedTensorInfoMap, attrs: object): void;
  /** A kernel uses a tensor, whose elements are on the device. */
  used(dataId: DataId, storage: Storage): void;
  /** Elements of the host are about to go to the device, into memory that is allocated next. */
  moves(storage: Storage, values: DeviceValues): void;
  /** The host is about to read a tensor. */
  reads(storage: Storage): void;
  /** The step is about to do what no replay can. What was recorded so far has been done when this comes back. */
  refuse(reason: string): void;
  /** Whether a block that a tensor frees is still needed for what was recorded. */
  retains(storage: Storage): boolean;
}
