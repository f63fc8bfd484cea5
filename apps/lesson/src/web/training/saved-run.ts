import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "@camada/training";
import { labelled, settingOf } from "../../training/lesson-training.ts";
import type { TrainingCellId } from "../../training/setting.ts";
import type { DataChoice, RunRequest, SavedRun, SavedRunSummary, StepLoss } from "./protocol.ts";

/** A run as it is kept, and its summary. */
export function packRun(
  checkpoint: Checkpoint,
  request: RunRequest,
  losses: readonly StepLoss[],
  isChanged: boolean,
): { readonly saved: SavedRun; readonly summary: SavedRunSummary } {
  const bytes = encodeCheckpoint(labelled(checkpoint, request.setting));
  const { epoch, step, totalSteps } = checkpoint.progress;
  const isOver = checkpoint.history.length >= request.setting.epochs;
  return {
    saved: { request, bytes, losses: [...losses], isChanged },
    summary: { request, epoch, step, totalSteps, isOver, savedAtMs: Date.now() },
  };
}

/** The checkpoint of a kept run. @throws {CheckpointFormatError} when its checksum is wrong. */
export function unpackRun({ bytes }: SavedRun): Checkpoint {
  return decodeCheckpoint(bytes, "checkpoint");
}

/** The run in a checkpoint file, of this page or of `camada train`. @throws {CheckpointFormatError} for another file. */
export async function openRunFile(file: File, data: DataChoice): Promise<SavedRun> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const setting = settingOf(decodeCheckpoint(bytes, file.name), file.name);
  const cell: TrainingCellId = setting.dataset === "mnist" ? "K3" : "K8";
  return { request: { cell, setting, data }, bytes, losses: [], isChanged: false };
}
