import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CandidateOptions, TrainJob } from "../process/protocol.ts";
import type { NetDescription } from "./description.ts";
import { initialWeights } from "./initial-weights.ts";
import { loadPictures } from "./pictures.ts";

/** Seed of the first weights. */
const SEED = 1;

/** Batches and first weights in files that every worker reads. */
export interface TrainFiles {
  /** What the pictures are, in one line. */
  readonly about: string;
  /** The job of a candidate. */
  job(options: CandidateOptions): TrainJob;
  /** Removes the files. */
  remove(): Promise<void>;
}

/**
 * Writes what is needed to train a net with SGD, rate 0.01 and momentum 0.9.
 * @param net on square pictures of one channel
 * @param batch samples of a step
 */
export async function writeTrainFiles(net: NetDescription, batch: number): Promise<TrainFiles> {
  const { about, images, labels, batches } = await loadPictures(net.inputShape[1], batch);
  const folder = await mkdtemp(join(tmpdir(), "camada-bench-"));
  const files = {
    images: join(folder, "images.bin"),
    labels: join(folder, "labels.bin"),
    weights: join(folder, "weights.bin"),
  };
  await writeFile(files.images, images);
  await writeFile(files.labels, labels);
  await writeFile(files.weights, initialWeights(net, SEED));
  return {
    about,
    job: (options) => ({ kind: "train", net, batch, learningRate: 0.01, momentum: 0.9, files, batches, options }),
    remove: () => rm(folder, { recursive: true }),
  };
}
