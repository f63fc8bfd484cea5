import { compile, type CompiledStep } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { sampleCount, type Batch, type IndexBatch } from "./batch.ts";
import type { BatchSource } from "./batch-source.ts";
import type { Reading } from "./measurement.ts";

/** What {@link MeasuredPass} is made of. */
export interface MeasuredPassParts {
  readonly source: BatchSource;
  /** Samples of a full batch: the pass over such batches is compiled. None: no pass is. */
  readonly fullBatch?: number | undefined;
  /** Outside the pass, before it, with what it gets. */
  readonly prepare?: (sent: readonly tf.Tensor[]) => void;
  /** Figures of what was sent. */
  readonly pass: (...sent: tf.Tensor[]) => Reading;
}

/** A pass over batches that gives figures, and that a backend may replay for full ones. */
export class MeasuredPass {
  readonly #parts: MeasuredPassParts;
  #fixed: { readonly shapes: string; readonly pass: CompiledStep<tf.Tensor[], Reading> } | undefined;

  constructor(parts: MeasuredPassParts) {
    this.#parts = parts;
  }

  /** Why passes run as they are, for good; `undefined` while the backend replays them, or may yet. */
  get refusal(): string | undefined {
    return this.#fixed?.pass.refusal;
  }

  /** Sends a batch and passes over it. The caller frees the values. */
  run(batch: Batch | IndexBatch): Reading {
    const { source, fullBatch, prepare, pass } = this.#parts;
    return tf.tidy(() => {
      const sent = source.send(batch);
      prepare?.(sent);
      const shapes = sent.map(({ shape }) => shape.join()).join(":");
      if (this.#fixed === undefined && sampleCount(batch) === fullBatch) this.#fixed = { shapes, pass: compile(pass) };
      return (this.#fixed?.shapes === shapes ? this.#fixed.pass : pass)(...sent);
    });
  }

  /** Frees what the backend keeps for replays. */
  dispose(): void {
    this.#fixed?.pass.dispose();
  }
}
