export { CheckpointReadError, CheckpointWriteError, loadCheckpoint, saveCheckpoint } from "./checkpoint-file.ts";
